import { parseAuthMessage } from "../../domain/auth-message.ts";
import type { AuthRecord } from "../../domain/match-auth.ts";
import type { Pid } from "../../domain/process.ts";
import { executableName, serverOfName, type ServerKind } from "../../domain/ssh-server.ts";
import { parseObject } from "../../text/json-object.ts";
import type { Programs } from "../../host/programs/run.ts";

/** A million entries are searched in well under a second, by index; a damaged journal must not hang us. */
const limitMs = 20_000;

/** One command line takes 128 KiB at the least (execve(2)); a match takes up to 13 bytes. */
const pidsPerCall = 2000;

/**
 * Reads from the journal how users logged in over these connections.
 *
 * Any user can write a line that looks like sshd's, with the same identifier and any process ID (`logger -t sshd --id=PID`).
 * What nobody can choose are the fields that journald itself adds, with a leading underscore (systemd.journal-fields(7)): who
 * wrote a line, as which user, running what. Lines of this boot only: process IDs start over.
 *
 * @param connections - PIDs of connection processes.
 * @returns undefined where the journal cannot be read: there is none, or the caller may not.
 */
export async function readJournal(programs: Programs, connections: readonly Pid[]): Promise<AuthRecord[] | undefined> {
  const records: AuthRecord[] = [];
  for (let start = 0; start < connections.length; start += pidsPerCall) {
    const matches = connections.slice(start, start + pidsPerCall).map((pid) => `_PID=${String(pid)}`);
    const output = await programs.run("journalctl", [...query, ...matches], limitMs);
    if (output?.exitCode !== 0) return undefined;
    records.push(...output.stdout.split("\n").flatMap((line) => parseJournalLine(line) ?? []));
  }
  return records;
}

/** What is needed of each entry. */
export const journalFields = "--output-fields=MESSAGE,_PID,_UID,_EXE,_SOURCE_REALTIME_TIMESTAMP";

/** Root's lines, with no more than what tells and proves a login. */
export const trustedQuery = ["--output=json", journalFields, "_UID=0"];

const query = ["--boot", "--quiet", "--no-pager", ...trustedQuery];

/** @returns undefined for every line that does not prove a login. */
export function parseJournalLine(line: string): AuthRecord | undefined {
  const entry = parseTrustedLine(line);
  const message = entry && parseAuthMessage(entry.text);
  return message && { message, pid: entry.pid, timeMs: entry.timeMs, source: "journal", verified: true };
}

/** A line that only an SSH server of root's can have written. */
export interface TrustedLine {
  text: string;
  server: ServerKind;
  pid: Pid;
  /** Milliseconds since the epoch. */
  timeMs: number;
  /** Microseconds since boot. */
  monotonic: number;
}

/** @returns undefined for every line that anybody else may have written. */
export function parseTrustedLine(line: string): TrustedLine | undefined {
  const fields = line === "" ? undefined : parseObject(line);
  const text = (name: string) => (typeof fields?.[name] === "string" ? fields[name] : "");
  const server = serverOfName(executableName(text("_EXE")));
  if (server === undefined || text("_UID") !== "0") return undefined;
  const microseconds = text("_SOURCE_REALTIME_TIMESTAMP") || text("__REALTIME_TIMESTAMP");
  return {
    text: text("MESSAGE"),
    server,
    pid: Number(text("_PID")),
    timeMs: Number(microseconds) / 1000,
    monotonic: Number(text("__MONOTONIC_TIMESTAMP")),
  };
}
