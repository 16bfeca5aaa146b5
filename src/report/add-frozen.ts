/** Tells of sessions whose processes are stopped, and warns of those that nobody will let go on. */
import type { Frozen } from "../domain/frozen.ts";
import type { Session, SessionReport, Warning } from "../domain/session.ts";
import type { Files } from "../host/files/files.ts";
import { frozenPath } from "../host/files/frozen-path.ts";
import type { Facts } from "../host/host.ts";
import { isFolderFrozen, isFrozen } from "../system/frozen/freezer.ts";
import { isGuarded } from "../system/frozen/guard.ts";
import { freezeOf, readFreezes, type FreezeRecord } from "../system/frozen/record.ts";
import { readUnifiedMount, scopeFolder } from "../system/systemd/login-scope.ts";
import { rootFolder } from "./root-folder.ts";

export function addFrozen(report: SessionReport, { files, uid }: Pick<Facts, "files" | "uid">): SessionReport {
  const frozen = rootFolder(frozenPath, files);
  const records = uid === 0 ? readFreezes(frozen, files) : [];
  const isAnyScope = report.sessions.some(({ logindSession }) => logindSession !== undefined);
  const mount = isAnyScope ? readUnifiedMount(files) : undefined;
  const frozenIn = (session: Session): Frozen | undefined => {
    if (session.container) return undefined;
    const record = freezeOf(session.identity, records);
    if (record !== undefined && isFrozen(record, { files, frozen })) return recorded(record, report.takenAtMs, files);
    const folder = mount && session.logindSession !== undefined ? scopeFolder(files, session, mount) : undefined;
    return folder !== undefined && isFolderFrozen(folder, files) ? byOthers(uid) : undefined;
  };
  const sessions = report.sessions.map((session) => {
    const found = frozenIn(session);
    return found === undefined ? session : { ...session, frozen: found };
  });
  return { ...report, sessions, warnings: [...report.warnings, ...sessions.flatMap(warningOf)] };
}

function recorded(record: FreezeRecord, nowMs: number, files: Files): Frozen {
  const { id, by, reason, atMs, untilMs, ending } = record;
  return {
    by: { id, name: by, reason, sinceMs: atMs, untilMs, ending },
    fault: faultOf(record, nowMs, files),
  };
}

/** A guard that kills takes its time: it waits for the session to close. */
const latenessMs = 30_000;

function faultOf({ id, untilMs }: FreezeRecord, nowMs: number, files: Files): string | undefined {
  if (nowMs > untilMs + latenessMs) return "its time is over, and its guard has failed";
  return isGuarded(id, files) || nowMs >= untilMs ? undefined : "its guard is gone";
}

/** Who may not read the records cannot tell whose it is. */
function byOthers(uid: number): Frozen {
  return { by: undefined, fault: uid === 0 ? "sshctl has not frozen it" : undefined };
}

function warningOf({ pid, user, uid, frozen }: Session): Warning[] {
  if (frozen?.fault === undefined) return [];
  const who = user ?? (uid === undefined ? "somebody" : `uid ${String(uid)}`);
  const remedy = frozen.by === undefined ? "" : `; "sshctl thaw ${String(pid)}" does`;
  const message = `the session of PID ${String(pid)}, ${who}, is frozen, and nothing will thaw it: ${frozen.fault}${remedy}`;
  return [{ code: "frozen-unguarded", message }];
}
