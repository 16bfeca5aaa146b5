/** What the service has done, or would have done, in the last days: /var/lib/sshctl/policy/events.json. */
import type { StateFolder } from "../../../host/files/state-folder.ts";
import { fromByteText, toByteText } from "../../../text/byte-text.ts";
import { isObject, parseObject, textIn, timeIn } from "../../../text/json-object.ts";
import { isoTime } from "../../../text/time.ts";

/** warned: or told. would-: in mode observe. fuse: too many were to end. */
export const eventKinds = ["warned", "ended", "failed", "would-warn", "would-end", "fuse"] as const;
export type EventKind = (typeof eventKinds)[number];

export interface PolicyEvent {
  /** Milliseconds since the epoch. */
  atMs: number;
  kind: EventKind;
  /** By its name; empty for the fuse. */
  rule: string;
  /** The identity of the session; empty for the fuse. */
  session: string;
  user: string | undefined;
  /** In words: what became of it. */
  text: string;
}

const name = "events.json";
const keptMs = 7 * 86_400_000;
const mostKept = 1000;
const mostBytes = 4_194_304;

/** The newest first. @throws FileTrouble */
export function readEvents(folder: Pick<StateFolder, "read">, nowMs: number): PolicyEvent[] {
  const text = folder.read(name, mostBytes);
  const events = text === undefined ? undefined : parseObject(fromByteText(text))?.["events"];
  return kept(Array.isArray(events) ? events.flatMap(eventIn) : [], nowMs);
}

/** @throws FileTrouble */
export function addEvents(
  events: readonly PolicyEvent[],
  folder: Pick<StateFolder, "read" | "write">,
  nowMs: number,
): void {
  if (events.length === 0) return;
  const all = kept([...events.toReversed(), ...readEvents(folder, nowMs)], nowMs);
  const told = all.map(({ atMs, user, ...each }) => ({ at: isoTime(atMs), ...each, user: user ?? null }));
  folder.write(name, toByteText(`${JSON.stringify({ events: told })}\n`));
}

function kept(events: readonly PolicyEvent[], nowMs: number): PolicyEvent[] {
  return events.filter(({ atMs }) => nowMs - atMs < keptMs).slice(0, mostKept);
}

function eventIn(value: unknown): PolicyEvent[] {
  if (!isObject(value)) return [];
  const { at, rule, session, user, text } = value;
  const kind = eventKinds.find((each) => each === value["kind"]);
  const atMs = timeIn(at);
  if (kind === undefined || atMs === undefined) return [];
  if (typeof rule !== "string" || typeof session !== "string" || typeof text !== "string") return [];
  return [{ atMs, kind, rule, session, user: textIn(user), text }];
}
