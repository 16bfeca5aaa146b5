/** The lock of the account whose session is shown. */
import type { LockedAccount, SessionReport } from "../../../domain/session.ts";
import { describeLock } from "../../../report/describe-lock.ts";
import type { Told } from "../../../text/json.ts";
import type { SessionDocument } from "../../../text/json-contract.ts";
import { isoTime } from "../../../text/time.ts";

type Locked = SessionReport["locked"];

function lockOf(uid: number | undefined, locked: Locked): LockedAccount | undefined {
  return locked?.find((each) => each.uid === uid);
}

export function lockText(uid: number | undefined, locked: Locked): string | undefined {
  const lock = lockOf(uid, locked);
  return lock && describeLock(lock);
}

export function lockToJson(uid: number | undefined, locked: Locked): Told<SessionDocument["lock"]> {
  const lock = lockOf(uid, locked);
  if (lock === undefined) return null;
  const { id, by, reason, sinceMs } = lock;
  return { id, by, reason: reason ?? null, since: isoTime(sinceMs) };
}
