import type { Poll } from "../../../domain/diff-sessions.ts";
import type { Session } from "../../../domain/session.ts";
import { formatDuration } from "../../../domain/duration.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { plural } from "../../../text/words.ts";
import { describeSession } from "../../sessions/text/one-line.ts";

/** What --until-none waits for, at its beginning; without a full stop. */
export function describeWaiting({ chosen }: Pick<Poll, "chosen">, waitMs: number | undefined): string {
  const awaited = awaitedIn(chosen);
  const isOwnSpared = chosen.sessions.some(({ self }) => self === true);
  const own = isOwnSpared ? "; not waiting for your own" : "";
  if (awaited.length === 0) return `no session to wait for${own}`;
  const limit = waitMs === undefined ? "" : `, at most ${formatDuration(waitMs / 1000)}`;
  const unclear = chosen.undecided.length;
  const doubt = unclear === 0 ? "" : `; of ${String(unclear)} it is not known whether it is meant`;
  return `waiting for ${plural(awaited.length, "session")} to end${limit}: ${firstFew(awaited.map(describeSession))}${doubt}${own}`;
}

/** Who was there when the time to wait was over; without a full stop. */
export function describeTimeUp({ chosen }: Pick<Poll, "chosen">): string {
  const left = awaitedIn(chosen);
  if (left.length === 0) return "the time is up, and whether anybody is still there is not known";
  const are = left.length === 1 ? "is" : "are";
  return `the time is up, and ${plural(left.length, "session")} ${are} still there: ${firstFew(left.map(describeSession))}`;
}

function awaitedIn({ sessions, undecided }: Poll["chosen"]): Session[] {
  return [...sessions.filter(({ self }) => self !== true), ...undecided];
}
