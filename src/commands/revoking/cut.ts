/** Ends the sessions that a key has opened, after it was locked out. */
import { remark } from "../notes.ts";
import { sessionId, type Session, type SessionReport } from "../../domain/session.ts";
import type { Acts } from "../../kill/acts.ts";
import { methodNeedsKey, type KeySettings } from "../../keys/key-settings.ts";
import { fingerprintsOf } from "../../keys/key-rows.ts";
import { carryOut, sessionsBefore } from "../ending/carry-out.ts";
import { exitCodeOf } from "../ending/exit-code.ts";
import { usualLayout, usualWish } from "../ending/options.ts";
import { prepare } from "../ending/prepare.ts";
import type { Found, Task } from "../ending/task.ts";
import { exitCodes } from "../../errors.ts";
import type { Context } from "../../context.ts";
import type { Look } from "../../render/grid.ts";
import { renderResults } from "../../render/kill-text.ts";
import { renderRemains } from "../../render/revoke-text.ts";

/** Whose sessions are meant. */
export interface KeyHolder {
  /** Both fingerprints of the key. */
  fingerprints: readonly string[];
  /** Undefined: whoever used it. */
  uids: ReadonlySet<number> | undefined;
  /** The least that sshd asks for, by uid; undefined where that is not known. */
  settingsOf: (uid: number | undefined) => KeySettings | undefined;
}

/** Sessions that the key has verifiably opened, and those of which that is not known. */
export function sessionsOfKey(report: Pick<SessionReport, "sessions">, holder: KeyHolder): Found["chosen"] {
  const { fingerprints, uids } = holder;
  const open = report.sessions.filter(
    ({ phase, container, uid }) =>
      phase === "open" && !container && (uids === undefined || uid === undefined || uids.has(uid)),
  );
  const isOfKey = (session: Session) => fingerprintsOf(session).some((each) => fingerprints.includes(each));
  return {
    sessions: open.filter((session) => session.auth?.verified === true && isOfKey(session)),
    undecided: open.filter((session) => isUndecided(session, isOfKey(session), holder)),
  };
}

/** With several factors, sshd may name only the last one, and that need not be the key. */
function isUndecided({ auth, uid }: Session, isOfKey: boolean, { settingsOf }: KeyHolder): boolean {
  if (auth === undefined) return true;
  if (!auth.verified) return auth.key === undefined || isOfKey;
  return auth.key === undefined && (auth.method.includes("publickey") || methodNeedsKey(settingsOf(uid)));
}

/** How the sessions are ended. */
export interface CutOrders {
  includeSelf: boolean;
  reason: string | undefined;
  look: Look;
}

/** How long after the lock somebody may turn up who was let in just before it. */
const latecomersMs = 2000;

/**
 * Goes on until nobody is left who was let in before the lock, and tells what became of each session.
 *
 * @returns whether certainly none is left.
 */
export async function endKeySessions(
  find: () => Promise<Found>,
  orders: CutOrders,
  acts: Acts,
  context: Pick<Context, "out" | "err">,
  now: () => number,
  interruption: AbortSignal,
): Promise<boolean> {
  const task = taskOf(find, orders);
  const untilMs = now() + latecomersMs;
  const tried = new Set<string>();
  let isComplete = true;
  for (;;) {
    const { report, chosen } = await find();
    const untried = chosen.sessions.filter(({ identity }) => !tried.has(sessionId(identity)));
    for (const { identity } of untried) tried.add(sessionId(identity));
    const prepared = await prepare({ report, chosen: { sessions: untried, undecided: [] } }, task.wish, acts);
    if (prepared.planned.ends.length > 0) {
      const done = await carryOut(prepared, sessionsBefore(prepared), task, acts, interruption);
      isComplete &&= exitCodeOf(done) === exitCodes.done;
      for (const problem of done.problems) remark(problem, context.err);
      context.out.write(await renderResults(done.killed, task.layout, orders.look));
    } else if (now() >= untilMs || interruption.aborted) {
      context.out.write(renderRemains(chosen.sessions, chosen.undecided, orders.look.width));
      return isComplete && chosen.sessions.length === 0 && chosen.undecided.length === 0;
    }
  }
}

function taskOf(find: () => Promise<Found>, { includeSelf, reason, look }: CutOrders): Task {
  const wish = { ...usualWish, includeSelf, reason, untilNone: true, yes: true };
  return { wish, find, asks: () => false, isOpenEnded: true, layout: usualLayout, look, planLook: look };
}
