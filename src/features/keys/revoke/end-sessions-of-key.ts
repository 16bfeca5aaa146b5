/** Ends the sessions that a key has opened, after it was locked out. */
import {
  endUnasked,
  exitCodeOf,
  findSettled,
  usualLayout,
  usualOptions,
  type Found,
  type KillMachine,
  type KillReport,
  type KillRequest,
  type KillResult,
} from "../../kill/end-sessions.ts";
import { sessionId, type Session, type SessionReport } from "../../../domain/session.ts";
import { methodNeedsKey, type KeySettings } from "../inventory/key-settings.ts";
import { fingerprintsOf } from "../inventory/key-rows.ts";
import { exitCodes } from "../../../errors.ts";
import { whyBlind } from "../../../domain/warnings.ts";
import type { TextStyle } from "../../../text/grid.ts";

/** Whose sessions are meant. */
export interface KeyHolder {
  /** Both fingerprints of the key. */
  fingerprints: readonly string[];
  /** Undefined: whoever used it. */
  uids: ReadonlySet<number> | undefined;
  /** What the servers ask for, by uid. */
  settingsOf: (uid: number | undefined) => readonly KeySettings[];
}

/** Sessions that the key has verifiably opened, and those of which that is not known. */
export function sessionsOfKey(report: Pick<SessionReport, "sessions">, holder: KeyHolder): Found["chosen"] {
  const { fingerprints, uids } = holder;
  const open = report.sessions.filter(
    ({ phase, container, uid }) =>
      (phase === "open" || phase === "opening") &&
      !container &&
      (uids === undefined || uid === undefined || uids.has(uid)),
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
  return auth.key === undefined && (auth.method.includes("publickey") || settingsOf(uid).some(methodNeedsKey));
}

/** How the sessions are ended. */
export interface EndingOrders {
  /** Of the act that this is a part of. */
  id: string;
  includeSelf: boolean;
  reason: string | undefined;
  look: TextStyle;
}

/** How long after the lock somebody may turn up who was let in just before it. */
const latecomersMs = 2000;

/** What became of the sessions of a key. */
export interface KeyEnding {
  results: readonly KillResult[];
  /** Those that are still open, and those of which it is not known whether they are the key's. */
  left: Found["chosen"];
  /** Whether certainly none is left. */
  isComplete: boolean;
}

/**
 * Goes on until nobody is left who was let in before the lock.
 *
 * @param tell - is told what became of sessions as soon as that is known.
 */
export async function endKeySessions(
  find: () => Promise<Found>,
  orders: EndingOrders,
  machine: KillMachine,
  tell: (done: KillReport, layout: KillRequest["layout"]) => Promise<void>,
  now: () => number,
  interruption: AbortSignal,
): Promise<KeyEnding> {
  const request = requestOf(find, orders);
  const untilMs = now() + latecomersMs;
  const tried = new Set<string>();
  const results: KillResult[] = [];
  let isComplete = true;
  for (;;) {
    const { report, chosen } = await findSettled(request, machine.clock);
    const untried = chosen.sessions.filter(({ identity }) => !tried.has(sessionId(identity)));
    for (const { identity } of untried) tried.add(sessionId(identity));
    const done = await endUnasked(
      { report, chosen: { sessions: untried, undecided: [] } },
      request,
      machine,
      interruption,
    );
    if (done !== undefined) {
      isComplete &&= exitCodeOf(done) === exitCodes.done;
      results.push(...done.results);
      await tell(done, request.layout);
    } else if (now() >= untilMs || interruption.aborted) {
      const isNobodyLeft =
        chosen.sessions.length === 0 && chosen.undecided.length === 0 && whyBlind(report.warnings) === undefined;
      return { results, left: chosen, isComplete: isComplete && isNobodyLeft };
    }
  }
}

function requestOf(find: () => Promise<Found>, { id, includeSelf, reason, look }: EndingOrders): KillRequest {
  const options = { ...usualOptions, includeSelf, reason, untilNone: true, yes: true };
  return {
    command: "keys revoke",
    id,
    options,
    find,
    mustConfirm: () => false,
    alsoNewcomers: true,
    layout: usualLayout,
    look,
    planStyle: look,
  };
}
