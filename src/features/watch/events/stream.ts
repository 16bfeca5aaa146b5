/** A watch without a screen: looks again and again, and tells what has happened. */
import type { Poll } from "../../../domain/diff-sessions.ts";
import type { SessionEvent } from "../../../domain/session-event.ts";
import type { LiveReport, Warning } from "../../../domain/session.ts";
import { exitCodes, type ExitCode } from "../../../errors.ts";
import { startPolling, type PollResult } from "./poll.ts";
import type { FollowLogins } from "../../../report/reports.ts";
import type { WatchMachine } from "../machine.ts";
import type { Watcher } from "./watcher.ts";

/** How long a watch goes on. */
export interface Extent {
  intervalMs: number;
  /** How many looks; undefined without an end. */
  looks: number | undefined;
  /** To the moment when none of the chosen sessions is left. */
  untilNone: boolean;
  /** No longer than this. */
  waitMs: number | undefined;
}

export interface Watch {
  extent: Extent;
  watcher: Watcher;
  read: () => Promise<LiveReport>;
  followLogins: FollowLogins;
  /** What goes wrong elsewhere, to be told with the next look. */
  troubles: Warning[];
  /** Takes in each event at once. */
  tell: (event: SessionEvent, host: string) => void;
  /** Is told what was seen last when {@link Extent.waitMs} is over. */
  timeIsUp: (last: Poll) => void;
}

export interface StreamPlan extends Watch {
  /** Is told what was seen first. */
  begin: (first: Poll) => void;
}

/** @throws FatalError, PermissionError when the first look fails; later ones become warnings. */
export async function stream(
  { extent, begin, tell, timeIsUp, ...watch }: StreamPlan,
  { clock }: Pick<WatchMachine, "clock">,
): Promise<ExitCode> {
  const deadline = clock.now() + (extent.waitMs ?? Number.POSITIVE_INFINITY);
  const { first, looking } = await startPolling({
    ...watch,
    isOnlyOne: extent.looks === 1,
    isUntilNone: extent.untilNone,
  });
  const { host } = first.look.report;
  begin(first.look);
  try {
    let looked: PollResult = first;
    let last = first.look;
    for (let count = 1; ; count += 1) {
      for (const event of looked.events) tell(event, host);
      const left = deadline - clock.now();
      const end = endOf(extent, count, looked.isNobodyThere, left);
      if (end === exitCodes.nothingMatched) timeIsUp(last);
      if (end !== undefined) return end;
      await clock.pause(Math.min(extent.intervalMs, left));
      looked = await looking.next();
      last = looked.look ?? last;
    }
  } finally {
    looking.stop();
  }
}

/** @returns undefined while the watch goes on. */
export function endOf(
  { looks, untilNone }: Extent,
  count: number,
  isNobodyThere: boolean,
  leftMs: number,
): ExitCode | undefined {
  if (untilNone && isNobodyThere) return exitCodes.done;
  if (leftMs <= 0) return exitCodes.nothingMatched;
  return looks !== undefined && count >= looks ? exitCodes.done : undefined;
}
