/** Names of hosts and groups that a shell can offer: those in the caller's configuration, and those connected to before. */
import type { Facts } from "../../host/host.ts";
import type { CallerPrograms } from "../../host/programs/as-caller.ts";
import { byName } from "./fold-names.ts";

export interface KnownNames {
  hosts: readonly string[];
  /** With their mark: "@web". */
  groups: readonly string[];
}

/** @param home - the caller's; undefined where there is none. */
export async function readKnownNames(
  home: string | undefined,
  { smallFiles, callerPrograms }: Pick<Facts, "smallFiles"> & { callerPrograms: CallerPrograms },
): Promise<KnownNames> {
  const text = (path: string) => smallFiles.readSmall(path, 1 << 20) ?? "";
  const own = home === undefined ? [] : [`${home}/.ssh`];
  const configurations = [...own.map((folder) => `${folder}/config`), "/etc/ssh/ssh_config"];
  const known = own.map((folder) => `${folder}/known_hosts`);
  const hosts = new Set([
    ...configurations.flatMap((path) => configuredHosts(text(path))),
    ...known.flatMap((path) => knownHosts(text(path))),
  ]);
  return { hosts: [...hosts].toSorted(byName), groups: await groupsOfClusterShell(callerPrograms) };
}

/** The names behind Host in ssh_config(5); patterns are no names. */
function configuredHosts(text: string): string[] {
  const lines = [...text.matchAll(/^[ \t]*host[ \t=]+(.*)$/gim)];
  return lines.flatMap(([, names = ""]) => names.split(/[\s"]+/)).filter((name) => /^[\w.:-]+$/.test(name));
}

/** The names in known_hosts, sshd(8): those that are hashed cannot be told, and neither can those with another port. */
function knownHosts(text: string): string[] {
  return text
    .split("\n")
    .flatMap((line) => (/^[#@|]/.test(line) ? [] : (line.split(" ", 1)[0] ?? "").split(",")))
    .filter((name) => /^[\w.-]+$/.test(name) && /[a-z]/i.test(name));
}

async function groupsOfClusterShell(callerPrograms: CallerPrograms): Promise<string[]> {
  for (const name of ["cluset", "nodeset"]) {
    const end = await callerPrograms.run({ name, args: ["-l"], limits: { ms: 2000, bytes: 1 << 20 } });
    if (end.kind === "ended")
      return end.stdout
        .toString("utf8")
        .split(/\s+/)
        .filter((group) => group.startsWith("@"));
  }
  return [];
}
