import { parseAuthMessage } from "../../domain/auth-message.ts";
import type { AuthRecord } from "../../domain/match-auth.ts";
import { orUndefined, isPresent, type Files } from "../../host/files/files.ts";
import type { LogFiles } from "../../host/files/log-files.ts";

/** Where syslog daemons put what sshd says: Debian, Red Hat, SUSE; rotated ones have a suffix. */
const names = /^(?:auth\.log|secure|messages)(?:[.-][\w.-]+)?$/;

/**
 * Reads logins from the files of syslog. Every user can write there under any name and process ID, so what they say is
 * never verified.
 *
 * @param sinceMs - files that were last written before are left alone; milliseconds since the epoch.
 */
export async function readAuthLogs(
  files: Files,
  logs: LogFiles,
  sinceMs: number,
  nowMs: number,
): Promise<AuthRecord[]> {
  const records: AuthRecord[] = [];
  for (const path of authLogPaths(files, sinceMs))
    for await (const line of logs.lines(path)) records.push(...[parseSyslogLine(line, path, nowMs) ?? []].flat());
  return records;
}

/** The files that may tell of logins, rotated ones too. */
export function authLogPaths(files: Files, sinceMs: number): string[] {
  return (orUndefined(files.names("/var/log")) ?? [])
    .filter((name) => names.test(name))
    .map((name) => `/var/log/${name}`)
    .filter((path) => {
      const facts = files.facts(path);
      return isPresent(facts) && facts.mtimeMs >= sinceMs;
    });
}

/**
 * What stands before a message, in the forms of common daemons:
 * - "Nov 23 07:37:34 host sshd[116]: …" (RFC 3164), "2026-11-23T07:37:34.123+01:00 host sshd[116]: …" (rsyslog's default now);
 * - "… host auth.info sshd[116]: …" (BusyBox, sysklogd/syslogd.c);
 * - any of them behind "<38>", as rsyslog's templates for forwarding write it;
 * - "<38>1 2026-11-23T07:37:34.123Z host sshd 116 - - …" (RFC 5424, section 6).
 */
const time = String.raw`(\w{3} +\d{1,2} [\d:]{8}|\d{4}-\d\d-\d\d[T ]\S+)`;
const server = "(?:sshd|sshd-session|dropbear)";
const headOfLine = new RegExp(String.raw`^(?:<\d{1,3}>(?:1 )?)?${time} `);
const bsdLine = new RegExp(String.raw`^(?:<\d{1,3}>)?${time} \S+ (?:[a-z]\w*\.[a-z]+ )?${server}\[(\d+)\]: (.*)$`);
const newLine = new RegExp(String.raw`^<\d{1,3}>1 ${time} \S+ ${server} (\d+) \S+ (?:-|\[.*?\]) (?:\uFEFF)?(.*)$`);

/** A login that a line tells of. */
export function parseSyslogLine(line: string, source: string, nowMs: number): AuthRecord | undefined {
  const found = splitSyslogLine(line, nowMs);
  const message = found && parseAuthMessage(found.text);
  return message && { message, pid: found.pid, timeMs: found.timeMs, source, verified: false };
}

export interface ServerLine {
  /** Milliseconds since the epoch. */
  timeMs: number;
  pid: number;
  text: string;
}

/** What SSH servers say in a file. */
export async function* serverLines(logs: LogFiles, path: string, nowMs: number): AsyncGenerator<ServerLine> {
  for await (const line of logs.lines(path)) {
    const found = splitSyslogLine(line, nowMs);
    if (found !== undefined) yield found;
  }
}

/** A line of an SSH server, in its parts. */
export function splitSyslogLine(line: string, nowMs: number): ServerLine | undefined {
  const [, time = "", pid, text = ""] = bsdLine.exec(line) ?? newLine.exec(line) ?? [];
  const timeMs = pid === undefined ? undefined : parseTime(time, nowMs);
  return timeMs === undefined ? undefined : { timeMs, pid: Number(pid), text };
}

/** When a line was written, whatever it tells. */
export function timeOfSyslogLine(line: string, nowMs: number): number | undefined {
  const time = headOfLine.exec(line)?.[1];
  return time === undefined ? undefined : parseTime(time, nowMs);
}

/** The old form has no year: it is the last one in which that day has already been. */
function parseTime(text: string, nowMs: number): number | undefined {
  if (/^\d/.test(text)) return validTime(Date.parse(text));
  const year = new Date(nowMs).getFullYear();
  const thisYear = Date.parse(`${text} ${String(year)}`);
  return validTime(thisYear <= nowMs + 86_400_000 ? thisYear : Date.parse(`${text} ${String(year - 1)}`));
}

function validTime(timeMs: number): number | undefined {
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
