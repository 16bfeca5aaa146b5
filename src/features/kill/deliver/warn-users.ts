/** Tells the users of sessions that these will end, and counts down. */
import { formatDuration } from "../../../domain/duration.ts";
import type { Session } from "../../../domain/session.ts";
import { tellUsers, type Untold } from "./tell-users.ts";
import type { Clock } from "../../../host/processes/clock.ts";
import type { Terminals } from "../../../host/terminal/terminals.ts";

export interface Announcement {
  /** How long the users have. */
  seconds: number;
  /** For the users; safe to print. */
  message: string | undefined;
  host: string;
}

/**
 * Warns at the beginning, at half time, and ten seconds before the end; resolves when the time is up.
 *
 * @param tick - is told every second how many are left.
 * @param interruption - takes the announcement back, and tells the users so.
 * @returns whether it was not interrupted.
 */
export async function warnUsers(
  sessions: readonly Session[],
  announcement: Announcement,
  { terminals, clock }: { terminals: Terminals; clock: Clock },
  interruption: AbortSignal,
  tick: (secondsLeft: number, untold: readonly Untold[]) => void,
): Promise<boolean> {
  const { seconds, host } = announcement;
  const endMs = clock.now() + seconds * 1000;
  const due = new Set([seconds, Math.floor(seconds / 2), ...(seconds > 20 ? [10] : [])]);
  let untold: readonly Untold[] = [];
  for (let left = seconds; left > 0; left -= 1) {
    if (due.has(left)) untold = tellUsers(sessions, endText(announcement, left), terminals);
    tick(left, untold);
    await clock.pause(Math.max(0, endMs - (left - 1) * 1000 - clock.now()), interruption);
    if (!interruption.aborted) continue;
    tellUsers(sessions, `${host}: your SSH session will not be ended after all.`, terminals);
    return false;
  }
  return true;
}

function endText({ message, host }: Announcement, secondsLeft: number): string {
  const reason = message === undefined ? "" : ` ${message}`;
  return `${host}: your SSH session will be ended in ${formatDuration(secondsLeft)} by the administrator.${reason}`;
}
