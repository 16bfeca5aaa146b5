/** What goes wrong between looks is told as an event: a watch that stops because of one bad moment watches nothing. */
import type { Poll } from "../../../domain/diff-sessions.ts";
import type { SessionEvent } from "../../../domain/session-event.ts";
import type { LiveReport, Warning } from "../../../domain/session.ts";
import { ForeseenError } from "../../../errors.ts";
import type { FollowLogins } from "../../../report/reports.ts";
import { rejectBlindness } from "../../sessions/blindness.ts";
import type { Watcher } from "./watcher.ts";

export interface PollResult {
  /** Undefined when the machine could not be read. */
  look: Poll | undefined;
  events: readonly SessionEvent[];
  /** Whether certainly none of the chosen sessions is there. */
  isNobodyThere: boolean;
}

export interface Poller {
  next: () => Promise<PollResult>;
  stop: () => void;
}

export interface PollPlan {
  watcher: Watcher;
  read: () => Promise<LiveReport>;
  followLogins: FollowLogins;
  /** What goes wrong elsewhere; is emptied, and told with the next look. */
  troubles: Warning[];
  /** No further look follows, so nothing comes from the journal. */
  isOnlyOne: boolean;
  /** Whether it is to be decided that nobody is there any more. */
  isUntilNone: boolean;
}

/**
 * Takes the first look and goes on from there.
 *
 * @throws FatalError, PermissionError when the first look fails.
 */
export async function startPolling({
  watcher,
  read,
  followLogins,
  troubles,
  isOnlyOne,
  isUntilNone,
}: PollPlan): Promise<{ first: PollResult & { look: Poll }; looking: Poller }> {
  const first = watcher.see(await read());
  if (isUntilNone) rejectBlindness(first.look.report);
  let lastMs = first.look.report.takenAtMs;
  let trouble: string | undefined;
  const notice: Parameters<FollowLogins>[1] = (notice) => {
    watcher.notice(notice);
  };
  const stop = isOnlyOne
    ? () => undefined
    : await followLogins(
        lastMs,
        notice,
        onceOnly(() => troubles.push(journalUnreadable)),
      );
  const next = async (): Promise<PollResult> => {
    const told = troubles.splice(0).map((warning): SessionEvent => ({ kind: "warning", timeMs: lastMs, warning }));
    try {
      const seen = watcher.see(await read());
      lastMs = seen.look.report.takenAtMs;
      trouble = undefined;
      return { ...seen, events: [...told, ...seen.events] };
    } catch (error) {
      if (!(error instanceof ForeseenError)) throw error;
      const isNews = trouble !== error.message;
      trouble = error.message;
      const warning: Warning = { code: "machine-unreadable", message: `this look failed: ${error.message}` };
      const event: SessionEvent = { kind: "warning", timeMs: lastMs, warning };
      return { look: undefined, events: isNews ? [...told, event] : told, isNobodyThere: false };
    }
  };
  return { first, looking: { next, stop } };
}

function onceOnly(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

const journalUnreadable: Warning = {
  code: "journal-unreadable",
  message: 'short logins may be missed: the journal is not followed ("sshctl doctor" shows why)',
};
