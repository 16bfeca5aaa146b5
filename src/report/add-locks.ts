/** Tells of accounts that are locked and of which something is open. */
import type { LockedAccount, SessionReport, Warning } from "../domain/session.ts";
import { isOfUserHere } from "../domain/session.ts";
import type { Files } from "../host/files/files.ts";
import { locksPath } from "../host/files/locks-path.ts";
import { readRecords } from "../system/locks/record.ts";
import { describeLock } from "./describe-lock.ts";
import { rootFolder } from "./root-folder.ts";
import { plural } from "../text/words.ts";

export function addLocks(report: SessionReport, files: Files): SessionReport {
  const locked = lockedAccounts(files);
  return { ...report, locked, warnings: [...report.warnings, ...locked.flatMap((each) => warningOf(each, report))] };
}

/** An account that is open for a while is not locked. */
function lockedAccounts(files: Files): LockedAccount[] {
  const { records } = readRecords({ locks: rootFolder(locksPath, files), files });
  return records
    .filter(({ opened }) => opened === undefined)
    .map(({ user, uid, id, by, reason, atMs }) => ({ user, uid, id, by, reason, sinceMs: atMs }));
}

function warningOf(account: LockedAccount, { sessions }: SessionReport): Warning[] {
  const open = sessions.filter((session) => session.uid === account.uid && isOfUserHere(session));
  if (open.length === 0) return [];
  const message = `${account.user} has been ${describeLock(account)}, but still has ${plural(open.length, "open session")}`;
  return [{ code: "locked-account", message }];
}
