import { parseAccounts } from "../domain/accounts.ts";
import { orUndefined, type Files } from "../host/files/files.ts";
import { parseStatus } from "./procfs/status.ts";

/** Who runs this command. */
export interface Caller {
  uid: number;
  name: string | undefined;
  /** Who logged in to become that; the kernel keeps it through sudo and su: /proc/PID/loginuid, proc(5). */
  login: { uid: number; name: string | undefined } | undefined;
}

export function readCaller(files: Files): Caller {
  const accounts = parseAccounts(orUndefined(files.read("/etc/passwd")) ?? "");
  const name = (uid: number) => accounts.names(uid)[0];
  const { uid } = parseStatus(orUndefined(files.read("/proc/self/status")) ?? "");
  const loginUid = Number(orUndefined(files.read("/proc/self/loginuid")) ?? unset);
  return {
    uid,
    name: name(uid),
    login: loginUid === unset || loginUid === uid ? undefined : { uid: loginUid, name: name(loginUid) },
  };
}

/** (uid_t) -1: nobody has logged in, as for what cron runs. */
const unset = 4_294_967_295;

/** "root (logged in as alice)". */
export function describeCaller({ uid, name, login }: Caller): string {
  const own = name ?? `uid ${String(uid)}`;
  return login === undefined ? own : `${own} (logged in as ${login.name ?? `uid ${String(login.uid)}`})`;
}
