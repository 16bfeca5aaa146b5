import type { Poll } from "../../../domain/diff-sessions.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { plural } from "../../../text/words.ts";
import { describeSession } from "../../sessions/text/one-line.ts";

/** What --until-none waits for, at its beginning; without a full stop. */
export function describeWaiting({ chosen }: Pick<Poll, "chosen">, waitMs: number | undefined): string {
  const others = chosen.sessions.filter(({ self }) => self !== true);
  const isOwnSpared = others.length < chosen.sessions.length;
  const own = isOwnSpared ? "; not waiting for your own" : "";
  const awaited = [...others, ...chosen.undecided];
  if (awaited.length === 0) return `no session to wait for${own}`;
  const limit = waitMs === undefined ? "" : `, at most ${formatDuration(waitMs / 1000)}`;
  const unclear = chosen.undecided.length;
  const doubt = unclear === 0 ? "" : `; of ${String(unclear)} it is not known whether it is meant`;
  return `waiting for ${plural(awaited.length, "session")} to end${limit}: ${firstFew(awaited.map(describeSession))}${doubt}${own}`;
}
