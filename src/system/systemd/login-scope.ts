/** The control group that logind made for a login: session-ID.scope, pam_systemd(8). */
import type { Session } from "../../domain/session.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";
import type { Programs } from "../../host/programs/run.ts";
import { parseUnifiedGroup } from "../procfs/scope.ts";
import { readSessionProperty } from "./logind.ts";

/** Scopes in which nothing but one login can be, by the sessions whose logins they are. */
export type OwnScopes = ReadonlyMap<Session, string>;

/**
 * The scopes of sessions that logind knows under the leadership of their monitor; a daemon that a user has put into some
 * scope makes no such.
 *
 * @returns their folders under the mount point of the hierarchy.
 */
export async function findOwnScopes(
  sessions: readonly Session[],
  { files, programs }: { files: Files; programs: Programs },
): Promise<OwnScopes> {
  const known = sessions.filter(({ logindSession, container }) => logindSession !== undefined && !container);
  if (known.length === 0) return new Map();
  const ids = known.flatMap(({ logindSession }) => logindSession ?? []);
  const leaders = await readSessionProperty(ids, "Leader", programs);
  const mount = readUnifiedMount(files);
  return new Map(
    known.flatMap((session) => {
      const isLeader = leaders.get(session.logindSession ?? "") === String(session.identity.pid);
      const folder = isLeader && mount ? scopeFolder(files, session, mount) : undefined;
      return folder === undefined ? [] : [[session, folder] as const];
    }),
  );
}

export interface Mount {
  /** The group that the mount shows as its root. */
  root: string;
  point: string;
}

/** Field 4 of /proc/PID/mountinfo is the root of the mount, field 5 the mount point: proc_pid_mountinfo(5). */
export function parseUnifiedMount(mountinfo: string): Mount | undefined {
  const [, root, point] = /^\d+ \d+ \S+ (\S+) (\S+) .* - cgroup2 /m.exec(mountinfo) ?? [];
  return root !== undefined && point !== undefined ? { root: root === "/" ? "" : root, point } : undefined;
}

/** Where the unified hierarchy is, if it is anywhere. */
export function readUnifiedMount(files: Files): Mount | undefined {
  return parseUnifiedMount(orUndefined(files.read("/proc/self/mountinfo")) ?? "");
}

/** The folder of the scope that the process that serves a session is in; undefined where that is another group. */
export function scopeFolder(
  files: Files,
  { pid, logindSession }: Pick<Session, "pid" | "logindSession">,
  { root, point }: Mount,
): string | undefined {
  const text = orUndefined(files.read(`/proc/${String(pid)}/cgroup`)) ?? "";
  const path = parseUnifiedGroup(text);
  const isScope = path?.endsWith(`/session-${String(logindSession)}.scope`) === true;
  return path !== undefined && isScope && path.startsWith(`${root}/`) ? point + path.slice(root.length) : undefined;
}
