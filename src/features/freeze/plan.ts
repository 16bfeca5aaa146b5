/** What a freeze would stop and what it would not, and why it is refused. Pure. */
import type { Pid, Process } from "../../domain/process.ts";
import type { SessionProcess } from "../../domain/session-details.ts";
import type { Session, SessionReport } from "../../domain/session.ts";
import type { Means, FreezeRecord } from "../../system/frozen/record.ts";
import type { FileLock } from "../../system/procfs/file-locks.ts";

export interface FreezePlan {
  report: SessionReport;
  session: Session;
  means: Means;
  /** Everything that is stopped. */
  processes: readonly Process[];
  described: readonly SessionProcess[];
  /** The process that closes the session when all others have been killed; undefined where there is none. */
  keeper: Process | undefined;
  locks: readonly HeldLock[];
  /** Why it is refused without --even-dangerous. */
  dangers: readonly string[];
  /** What of the same user or key goes on. */
  notFrozen: readonly string[];
  /** The freeze that it takes the place of. */
  already: FreezeRecord | undefined;
}

/** The control group of each process, in the unified hierarchy. */
export type Groups = ReadonlyMap<Pid, string>;

export interface HeldLock extends FileLock {
  /** What stands still with it; undefined where that is not known. */
  of: string | undefined;
}

/** Locks for which the whole machine waits, by the paths of their files. */
const lockFiles: readonly (readonly [of: string, path: RegExp])[] = [
  ["packages (dpkg)", /^\/var\/(?:lib\/dpkg|lib\/apt|cache\/apt|cache\/debconf)\//],
  [
    "packages (rpm)",
    /^\/(?:var\/lib\/(?:rpm|dnf)|usr\/lib\/sysimage\/rpm|var\/cache\/(?:dnf|libdnf5|yum))\/|^\/(?:var\/)?run\/(?:yum|dnf)/,
  ],
  ["volumes (lvm)", /^\/(?:var\/)?(?:run\/)?lock\/lvm\/|^\/etc\/lvm\//],
];

/** @param isRemote - whether a path lies on the file system of another machine. */
export function judgeLock(lock: FileLock, isRemote: (path: string) => boolean): HeldLock {
  const { path } = lock;
  const of = lockFiles.find(([, form]) => form.test(path))?.[0];
  return {
    ...lock,
    of: of ?? (isRemote(path) ? "a network file system, and whoever waits on other machines" : undefined),
  };
}

/** What is known of the processes that would be stopped. */
export interface Judged {
  session: Pick<Session, "uid" | "pid" | "identity">;
  described: readonly SessionProcess[];
  locks: readonly HeldLock[];
  /** What may not be interrupted, by the names of programs. */
  critical: readonly { pid: number; name: string; danger: string }[];
}

export function dangersOf({ session, described, locks, critical }: Judged): string[] {
  const own = new Set([session.pid, session.identity.pid]);
  const named = (pid: number) =>
    `${described.find((each) => each.pid === pid)?.name ?? "a process"} (PID ${String(pid)})`;
  return [
    ...described.flatMap(({ pid, listens }) =>
      listens.length === 0 ? [] : [`${named(pid)} listens: whoever connects to it would wait`],
    ),
    ...locks.flatMap(({ pid, path, of }) =>
      of === undefined ? [] : [`${named(pid)} holds the lock ${path}, of ${of}`],
    ),
    ...critical.map(({ pid, danger }) => `${named(pid)} ${danger}`),
    ...described
      .filter(({ pid, uid }) => !own.has(pid) && uid !== undefined && uid !== session.uid)
      .map(({ pid, user, uid }) => `${named(pid)} runs as ${user ?? `uid ${String(uid)}`}`),
  ];
}
