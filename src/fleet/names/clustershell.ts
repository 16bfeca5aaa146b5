/** Groups and operators of node sets, as ClusterShell reads them: cluset(1), called nodeset before 1.7. */
import { UsageError } from "../../errors.ts";
import type { CallerPrograms } from "../../host/programs/as-caller.ts";
import { quoted } from "../../text/quoted.ts";
import { checkHostName, expandNodeSet, rejectTooMany } from "./node-set.ts";

type Ports = { callerPrograms: CallerPrograms };

/**
 * Expands a text with groups or operators. ClusterShell takes a group that does not exist for an empty one, so each is asked for alone.
 *
 * @throws UsageError
 */
export async function expandByClusterShell(text: string, ports: Ports): Promise<string[]> {
  const names = new Set<string>();
  const parts = text.split(/,(?![^[]*\])|\s+/).filter(Boolean);
  // user@host is no group.
  for (const part of parts) if (/^[\w.-]+@/.test(part)) checkHostName(part);
  const hasOperators = /[!&^]/.test(text);
  for (const part of hasOperators ? (text.match(/@[^,\s!&^]+/g) ?? []) : parts) {
    const found = part.startsWith("@") ? await expandGroup(part, ports) : await ask(part, ports);
    for (const name of found) names.add(name);
    rejectTooMany(names.size, text);
  }
  return hasOperators ? ask(text, ports) : [...names];
}

async function expandGroup(group: string, ports: Ports): Promise<string[]> {
  const names = await ask(group, ports);
  if (names.length > 0) return names;
  throw new UsageError(
    `There is no group ${group}, or it is empty.`,
    '"cluset -l" lists the groups of ClusterShell; --inventory FILE reads those of Ansible.',
  );
}

async function ask(text: string, { callerPrograms }: Ports): Promise<string[]> {
  if (!/[@*?!&^]/.test(text)) return expandNodeSet(text);
  for (const name of ["cluset", "nodeset"]) {
    const end = await callerPrograms.run({ name, args: ["-e", "--", text], withErrors: true, limits });
    if (end.kind === "missing") continue;
    if (end.kind !== "ended") throw new UsageError(`${name} did not say what ${quoted(text)} means.`);
    if (end.exitCode !== 0)
      throw new UsageError(`${quoted(text)} is not understood by ClusterShell: ${whyOf(end.stderr)}`);
    const names = end.stdout.toString("utf8").split(/\s+/).filter(Boolean);
    rejectTooMany(names.length, text);
    return names.map(checkHostName);
  }
  throw new UsageError(
    `${quoted(text)} needs ClusterShell, which is not installed here.`,
    "Install clustershell, name the hosts (web[1-20]), or give --inventory FILE for the groups of Ansible.",
  );
}

/** Ten thousand names of 253 characters are less. */
const limits = { ms: 20_000, bytes: 4 << 20 };

/** "cluset: Parse error: ..." */
function whyOf(stderr: string): string {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  return `${line.replace(/^\S+: /, "") || "it does not say why"}.`;
}
