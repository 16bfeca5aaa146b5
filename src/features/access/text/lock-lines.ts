/** Who keeps an account out, until when, and what opens it again. */
import { quoteWord } from "../../../domain/command-line.ts";
import { fullTime, localTime } from "../../../text/time.ts";
import type { AccessReport, Check, Lock, ServerAccess } from "../access-report.ts";
import { saysExpired } from "../judge-pam.ts";

type Told = Pick<AccessReport, "user" | "servers" | "takenAtMs">;

export function lockLines(report: Told, locks: readonly Lock[]): string[] {
  const shut = locks.filter(({ openUntilMs }) => openUntilMs === undefined);
  const opened = locks.filter(({ openUntilMs }) => openUntilMs !== undefined);
  return [
    ...opened.map((lock) => openedText(lock, report)),
    ...shut.map((lock) => lockedText(lock, report)),
    ...(shut.length > 0 ? [wayOut(report, shut)] : locks.length === 0 ? foreignExpiry(report) : []),
  ];
}

function lockedText({ id, by, atMs, reason, isOfEveryone, untilMs }: Lock, { takenAtMs }: Told): string {
  const who = isOfEveryone ? "Everyone but a few is locked" : "Locked";
  const until = untilMs === undefined ? "" : `, until ${timeAhead(untilMs, takenAtMs)}`;
  return `${who} with sshctl by ${by}, since ${localTime(atMs, takenAtMs)}${until} (${id})${becauseOf(reason)}`;
}

function openedText({ id, by, atMs, reason, openUntilMs = 0 }: Lock, { takenAtMs }: Told): string {
  const locked = `locked by ${by}, ${localTime(atMs, takenAtMs)}${becauseOf(reason)}`;
  return `Opened with sshctl until ${timeAhead(openUntilMs, takenAtMs)}, then locked again (${id}, ${locked})`;
}

function becauseOf(reason: string | undefined): string {
  return reason === undefined ? "" : `; reason: ${reason}`;
}

/** Of another day, a day of the week would not tell which week. */
function timeAhead(timeMs: number, nowMs: number): string {
  const isToday = new Date(timeMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? localTime(timeMs, nowMs) : fullTime(timeMs);
}

/** With several locks, one command alone lets nobody in. */
function wayOut({ user, servers }: Told, shut: readonly Lock[]): string {
  if (!servers.every((server) => shut.every((lock) => isLockedAt(server, lock))))
    return `${shut.length === 1 ? "That lock does" : "Those locks do"} not hold at every server: see "sshctl locks"`;
  const commands = shut.map(({ isOfEveryone }) => `sshctl unlock ${isOfEveryone ? "--everyone" : quoteWord(user)}`);
  return commands.length === 1
    ? `To unlock: ${commands.join("")}`
    : `To unlock, both are needed: ${commands.join(" and ")}`;
}

function foreignExpiry({ user, servers }: Told): string[] {
  const isForeign = servers.some(({ checks }) => checks.some(isExpiry));
  return isForeign ? [`The expiry was not set by sshctl lock. To remove it: chage -E -1 ${quoteWord(user)}`] : [];
}

/** Whether the server refuses the account for what a lock puts there; of several lines of DenyUsers, only one is told. */
function isLockedAt({ checks }: ServerAccess, { isOfEveryone }: Lock): boolean {
  return checks.some(
    (check) => (!isOfEveryone && isExpiry(check)) || (check.answer === "no" && check.text.startsWith("DenyUsers ")),
  );
}

function isExpiry({ answer, text }: Check): boolean {
  return answer === "no" && saysExpired(text);
}
