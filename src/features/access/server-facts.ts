/** What is read of one server before it is judged. */
import { newestRules, type LineRules } from "../../system/authorized-keys/line-rules.ts";
import type { Account } from "../../system/accounts.ts";
import { effectiveLines, type SshdLines } from "../../system/sshd/ask.ts";
import { findConfigLines, findConfigPaths, parseConfigLine, type ConfigLine } from "../../system/sshd/config-lines.ts";
import { configOf, nameOf, type Daemon, type DaemonPorts } from "../../system/sshd/daemons.ts";
import { criteriaOf } from "../../system/sshd/match-criteria.ts";
import { asksWrappers } from "../../system/sshd/tcp-wrappers.ts";
import { readOpensshVersion } from "../../system/sshd/version.ts";
import { changedSinceStart } from "../../system/sshd/changed-since-start.ts";

/** Every setting that decides about a login, in lower case. */
const keywords: ReadonlySet<string> = new Set([
  "allowgroups",
  "allowusers",
  "authenticationmethods",
  "authorizedkeyscommand",
  "authorizedkeysfile",
  "challengeresponseauthentication",
  "chrootdirectory",
  "denygroups",
  "denyusers",
  "forcecommand",
  "gssapiauthentication",
  "hostbasedauthentication",
  "kbdinteractiveauthentication",
  "passwordauthentication",
  "permitemptypasswords",
  "permitrootlogin",
  "permittty",
  "pubkeyacceptedalgorithms",
  "pubkeyacceptedkeytypes",
  "pubkeyauthentication",
  "refuseconnection",
  "revokedkeys",
  "trustedusercakeys",
  "usepam",
]);

export interface ServerFacts {
  name: string;
  daemon: Daemon;
  /** What sshd says of a login of this account; a text is why it does not. */
  settings: SshdLines | string;
  /** Lines of its configuration that decide about logins, Match blocks for others included. */
  lines: readonly (ConfigLine & { name: string; value: string })[];
  rules: LineRules;
  asksWrappers: boolean;
  /** A file of its configuration that has changed since it was read. */
  changedFile: string | undefined;
}

/** One for each server; one for each of its ports where the configuration tells them apart. */
export async function readServerFacts(
  account: Account,
  address: string | undefined,
  daemon: Daemon,
  host: DaemonPorts & { now: () => number },
): Promise<ServerFacts[]> {
  const { files } = host;
  const lines = findConfigLines(keywords, files, configOf(daemon)).map((line) => ({
    ...line,
    ...parseConfigLine(line.text),
  }));
  const version = await readOpensshVersion(host, daemon.program);
  const asksForPort = lines.some(({ match = "" }) => criteriaOf(match).some(([word]) => word === "localport"));
  const ports = [...new Set(daemon.ends.map(({ port }) => port))];
  const common = {
    daemon,
    lines,
    asksWrappers: asksWrappers(daemon.program, files),
    changedFile: await changedSinceStart(daemon, findConfigPaths(files, configOf(daemon)), host),
  };
  return Promise.all(
    (asksForPort && ports.length > 1 ? ports : [undefined]).map(async (port) => {
      const settings = await effectiveLines({ user: account.name, port, address }, daemon, host);
      const usesNames = typeof settings !== "string" && settings.get("usedns")?.[0] === "yes";
      const name = port === undefined ? nameOf(daemon) : nameOf({ ...daemon, ends: [{ address: "", port }] });
      return { ...common, name, settings, rules: { ...newestRules, openssh: version?.number ?? 0, usesNames } };
    }),
  );
}
