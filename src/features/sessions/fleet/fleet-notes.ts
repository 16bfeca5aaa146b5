/** What is told of a look at many hosts beside its rows: on standard error, the numbers last. */
import type { Output } from "../../../cli/context.ts";
import { version } from "../../../cli/version.ts";
import { needsRootCode } from "../../../domain/warnings.ts";
import { withDetail, type Failure } from "../../../fleet/engine/failures.ts";
import { foldNames } from "../../../fleet/names/fold-names.ts";
import { groupBy } from "../../../domain/group-by.ts";
import { plural } from "../../../text/words.ts";
import { visible } from "../../../text/visible.ts";
import { notice } from "../notes.ts";
import { markLines } from "../text/legend.ts";
import type { AnsweredHost, FleetSessions } from "./fleet-sessions.ts";

export function tellOfFleet(fleet: FleetSessions, err: Output): void {
  const { answered, failed } = fleet;
  for (const note of notesOf(fleet)) notice(note, err);
  const sessions = answered.flatMap(({ chosen }) => chosen.sessions);
  const withSessions = answered.filter(({ chosen }) => chosen.sessions.length > 0).length;
  if (err.isTerminal) for (const line of markLines({ sessions })) err.write(`${line}\n`);
  tellOfNumbers(plural(sessions.length, "session"), withSessions, { answered, failed }, err);
}

/**
 * "14 keys on 9 of 300 hosts.", and of which nothing is known; in a pipe only where there are such.
 *
 * @param found - what there is, with its number.
 * @param holders - how many hosts have some.
 */
export function tellOfNumbers(
  found: string,
  holders: number,
  { answered, failed }: { answered: readonly unknown[]; failed: FleetSessions["failed"] },
  err: Output,
): void {
  if (failed.length === 0 && !err.isTerminal) return;
  const sum = `${found} on ${String(holders)} of ${plural(answered.length + failed.length, "host")}.`;
  err.write(failed.length === 0 ? `${sum}\n` : `${sum} ${failureLines(failed)}`);
}

/** Where the numbers are told already. */
export function tellOfFailures(failed: FleetSessions["failed"], err: Output): void {
  if (failed.length > 0) err.write(failureLines(failed));
}

/** "3 hosts did not answer:", and the causes, each with its hosts in a form that --on takes. */
export function failureLines(failed: FleetSessions["failed"]): string {
  const groups = [...groupBy(failed, ({ failure }) => failure.message)].map(([message, members]) => ({
    names: foldNames(members.map(({ name }) => name)),
    message: members.length === 1 ? members.map(({ failure }) => withDetail(failure)).join() : message,
  }));
  const width = Math.min(40, Math.max(...groups.map(({ names }) => names.length)));
  const lines = groups.map(({ names, message }) => `  ${names.padEnd(width)}  ${visible(message)}\n`);
  return `${plural(failed.length, "host")} did not answer:\n${lines.join("")}${remedyOf(failed)}`;
}

/** What to do about a cause that cannot be guessed from its name. */
function remedyOf(failed: FleetSessions["failed"]): string {
  const codes = new Set(failed.map(({ failure: { code } }) => code));
  return [...remedies].map(([code, remedy]) => (codes.has(code) ? `sshctl: ${remedy}\n` : "")).join("");
}

const remedies: ReadonlyMap<Failure["code"], string> = new Map([
  [
    "denied",
    "sshctl never asks for a password or a second factor: load the key into an agent, or open a shared connection first (ControlMaster and ControlPersist in ssh_config)",
  ],
  [
    "closed",
    "if many hosts are behind one bastion, its MaxStartups may be too low: use --fanout 8, or a shared connection to it",
  ],
  ["other-collector", `install there the collector of this version, ${version}, or use --sudo-shell`],
  ["no-privileges", "docs/fleet.md has the lines for sudoers"],
  ["no-sshctl", "this command runs the sshctl of each host: install it there (docs/install.md)"],
  ["other-sshctl", `install there the version of this one, ${version}, or run the command there`],
]);

function notesOf({ answered }: FleetSessions): string[] {
  return foldNotes(answered.flatMap((host) => notesOfHost(host).map((text) => ({ text, name: host.name }))));
}

/** What is to be told of several hosts alike is told once, with their names in front. */
export function foldNotes(notes: readonly { name: string; text: string }[]): string[] {
  return [...groupBy(notes, ({ text }) => text)].map(
    ([text, told]) => `${foldNames(told.map(({ name }) => name))}: ${text}`,
  );
}

function notesOfHost({ report, chosen, clockOffsetMs }: AnsweredHost): string[] {
  return [
    ...report.warnings.map(({ code, message }) => (code === needsRootCode ? withoutRoot : message)),
    ...(chosen.hidden > 0 ? ["sessions of containers are left out, shown with --containers"] : []),
    ...(chosen.undecided.length > 0 ? ["sessions are left out, because the selection cannot be decided for them"] : []),
    ...(Math.abs(clockOffsetMs) > toleratedMs ? ["the clock there is more than a minute off"] : []),
  ];
}

const withoutRoot =
  "without root the addresses of other users' sessions cannot be seen there: --sudo, --sudo-shell or --login root";

const toleratedMs = 60_000;
