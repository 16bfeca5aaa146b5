/** Ends the sessions that a key has opened, after it was locked out. */
import { endUntilNone, type Ending, type EndingOrders as Orders, type Found } from "../../kill/end-sessions.ts";
import type { Session, SessionReport } from "../../../domain/session.ts";
import { methodNeedsKey, type KeySettings } from "../inventory/key-settings.ts";
import { fingerprintsOf } from "../inventory/key-rows.ts";

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
export type EndingOrders = Omit<Orders, "command" | "everything">;

/** What became of the sessions of a key. */
export type KeyEnding = Ending;

/** Goes on until nobody is left who was let in before the key was locked out. */
export async function endKeySessions(
  find: () => Promise<Found>,
  orders: EndingOrders,
  ...others: Others
): Promise<KeyEnding> {
  return endUntilNone(find, { ...orders, command: "keys revoke", everything: false }, ...others);
}

type Others = Parameters<typeof endUntilNone> extends [unknown, unknown, ...infer Rest] ? Rest : never;
