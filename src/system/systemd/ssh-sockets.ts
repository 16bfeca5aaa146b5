/** Where socket units listen for SSH, by their files: systemd.socket(5). No program is started for it. */
import type { DeclaredSockets } from "../../domain/snapshot.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";

/** Those of distributions, and those that systemd-ssh-generator(8) makes. */
const units = ["ssh.socket", "sshd.socket", "sshd-unix-local.socket", "sshd-vsock.socket"];

/** The first one that has the unit counts: systemd.unit(5), "UNIT FILE LOAD PATH". */
const folders = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/run/systemd/generator",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

export function readDeclaredSockets(files: Files): DeclaredSockets {
  const values = units.flatMap((unit) => listenStreams(textsOf(unit, files)));
  return {
    ports: values.flatMap(
      (value) => Number(/^(?:.*[\d\]]:)?(\d+)$/.exec(value.startsWith("vsock") ? "" : value)?.[1]) || [],
    ),
    // The node of a socket in the file system is there while the unit listens.
    aside: values.filter(
      (value) => value.startsWith("vsock:") || (value.startsWith("/") && isPresent(files.facts(value))),
    ),
  };
}

/** Of the unit, then of what is dropped in beside it. */
function textsOf(unit: string, files: Files): string[] {
  for (const folder of folders) {
    const text = orUndefined(files.read(`${folder}/${unit}`));
    if (text !== undefined) return [text, ...folders.flatMap((each) => dropIns(`${each}/${unit}.d`, files))];
  }
  return [];
}

function dropIns(folder: string, files: Files): string[] {
  const names = (orUndefined(files.names(folder)) ?? []).filter((name) => name.endsWith(".conf")).toSorted();
  return names.flatMap((name) => orUndefined(files.read(`${folder}/${name}`)) ?? []);
}

/** An empty value takes back all that were before. */
export function listenStreams(texts: readonly string[]): string[] {
  let values: string[] = [];
  for (const [, value = ""] of texts.join("\n").matchAll(/^[ \t]*ListenStream[ \t]*=[ \t]*(.*?)[ \t]*$/gm))
    values = value === "" ? [] : [...values, value];
  return values;
}
