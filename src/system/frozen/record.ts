/**
 * What is kept of a frozen session: all that is needed to thaw exactly it. Below /run/sshctl/frozen, root's; a reboot empties it, as it
 * ends every session. Each freeze has up to three files: KEY.json for sshctl, KEY.sh, the guard that thaws without it, and KEY.pids, the
 * processes that were stopped by signals. The key is the id of the act.
 */
import type { ProcessIdentity } from "../../domain/process.ts";
import { sessionId } from "../../domain/session.ts";
import type { Files } from "../../host/files/files.ts";
import type { StateFolder } from "../../host/files/state-folder.ts";
import { fromByteText, toByteText } from "../../text/byte-text.ts";
import { readBootId } from "../procfs/boot-id.ts";
import { isObject, parseObject, textIn, timeIn } from "../../text/json-object.ts";
import { isoTime } from "../../text/time.ts";

export const endings = ["thaw", "kill"] as const;
/** What the guard does when the time is up. */
export type Ending = (typeof endings)[number];

/** How a session is stopped. */
export type Means =
  /** The freezer of its control group, cgroups(7): the folder, and the number of its inode, which no other gets. */
  | { kind: "scope"; folder: string; ino: number }
  /** SIGSTOP to each of its processes. */
  | { kind: "signals" };

/** It is there before anything is frozen: whether it is, has to be looked up. */
export interface FreezeRecord {
  /** Of the command that froze: the same in its records in the logs. */
  id: string;
  /** Of the connection, as {@link sessionId} writes it. */
  session: string;
  /** The process that serves the user. */
  pid: number;
  user: string;
  bootId: string;
  means: Means;
  /** Who did it, for people. */
  by: string;
  reason: string | undefined;
  /** Milliseconds since the epoch. */
  atMs: number;
  /** When the guard acts. */
  untilMs: number;
  ending: Ending;
}

const schema = "sshctl.freeze-record/1";

export function renderFreeze({ atMs, untilMs, reason, ...record }: FreezeRecord): string {
  const fields = { schema, ...record, reason: reason ?? null, at: isoTime(atMs), until: isoTime(untilMs) };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/** @returns undefined for anything that this program has not written. */
export function parseFreeze(text: string): FreezeRecord | undefined {
  const fields = parseObject(text);
  if (fields?.["schema"] !== schema) return undefined;
  const [id, session, user, bootId, by] = ["id", "session", "user", "bootId", "by"].map((name) => textIn(fields[name]));
  const [atMs, untilMs] = ["at", "until"].map((name) => timeIn(fields[name]));
  const { pid, reason } = fields;
  const means = meansIn(fields["means"]);
  const ending = endings.find((each) => each === fields["ending"]);
  if (id === undefined || session === undefined || user === undefined || bootId === undefined || by === undefined)
    return undefined;
  if (typeof pid !== "number" || atMs === undefined || untilMs === undefined) return undefined;
  if (means === undefined || ending === undefined) return undefined;
  return { id, session, pid, user, bootId, means, by, reason: textIn(reason), atMs, untilMs, ending };
}

function meansIn(value: unknown): Means | undefined {
  if (!isObject(value)) return undefined;
  const { kind, folder, ino } = value;
  if (kind === "signals") return { kind };
  return kind === "scope" && typeof folder === "string" && typeof ino === "number" ? { kind, folder, ino } : undefined;
}

/** Larger is no record. */
const mostBytes = 65_536;

/** Of a session that has more processes, the rest stays stopped: it is refused before. */
export const mostStopped = 2000;

/**
 * Of this boot, the oldest first; what is damaged is none.
 *
 * @throws FileTrouble
 */
export function readFreezes(frozen: Pick<StateFolder, "names" | "read">, files: Files): FreezeRecord[] {
  const names = frozen
    .names()
    .filter((name) => name.endsWith(".json"))
    .toSorted();
  const bootId = bootIdOf(files);
  return names.flatMap((name) => {
    const record = parseFreeze(fromByteText(frozen.read(name, mostBytes) ?? ""));
    return record?.bootId === bootId && name === `${record.id}.json` ? record : [];
  });
}

/** The one of a connection that counts: the latest. */
export function freezeOf(identity: ProcessIdentity, records: readonly FreezeRecord[]): FreezeRecord | undefined {
  return records.findLast(({ session }) => session === sessionId(identity));
}

/** @throws FileTrouble */
export function writeFreeze(record: FreezeRecord, frozen: StateFolder): void {
  frozen.write(`${record.id}.json`, toByteText(renderFreeze(record)));
}

/**
 * The processes that are stopped by signals, a parent before its children. For the guard, too: "PID TICKS" in each line.
 *
 * @throws FileTrouble
 */
export function writeStopped(id: string, processes: readonly ProcessIdentity[], frozen: StateFolder): void {
  const lines = processes.map(({ pid, startTicks }) => `${String(pid)} ${String(startTicks)}\n`);
  frozen.write(`${id}.pids`, lines.join(""));
}

/** @throws FileTrouble */
export function readStopped(id: string, frozen: Pick<StateFolder, "read">): ProcessIdentity[] {
  const rows = (frozen.read(`${id}.pids`, mostBytes) ?? "").matchAll(/^(\d{1,10}) (\d{1,20})$/gm);
  return [...rows].map(([, pid, ticks]) => ({ pid: Number(pid), startTicks: Number(ticks) }));
}

/** @throws FileTrouble */
export function removeFreeze(id: string, frozen: StateFolder): void {
  for (const kind of ["json", "pids", "sh"]) frozen.remove(`${id}.${kind}`);
}

export function bootIdOf(files: Files): string {
  return readBootId(files) ?? "";
}
