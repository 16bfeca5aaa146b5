/** Looks up everything that has to be known before a session is frozen. */
import type { Pid, Process } from "../../domain/process.ts";
import type { Session, SessionReport } from "../../domain/session.ts";
import { NothingDoneError, DeclinedError } from "../../errors.ts";
import { orUndefined } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { describeProcesses } from "../../report/read-details.ts";
import { isStopped } from "../../system/frozen/freezer.ts";
import { freezeOf, mostStopped, readFreezes, readStopped, type Means } from "../../system/frozen/record.ts";
import { readFileLocks } from "../../system/procfs/file-locks.ts";
import { parseUnifiedGroup } from "../../system/procfs/scope.ts";
import { remotePaths } from "../../system/remote-mounts.ts";
import { findOwnScopes } from "../../system/systemd/login-scope.ts";
import { dangersAmong, readSessionProcesses } from "../kill/end-sessions.ts";
import { findNotFrozen } from "./not-frozen.ts";
import { dangersOf, judgeLock, type FreezePlan, type Groups } from "./plan.ts";
import { rejectScope, rejectSession } from "./refuse.ts";

/** @throws DeclinedError, NothingDoneError where exactly this session cannot be frozen. */
export async function readPlan(session: Session, report: SessionReport, machine: Machine): Promise<FreezePlan> {
  rejectSession(session);
  const { files, frozen } = machine;
  const already = session.frozen === undefined ? undefined : freezeOf(session.identity, readFreezes(frozen, files));
  const means = await findMeans(session, machine);
  const groups = groupsOf(report, machine);
  const processes = stopped(session, means, report, groups, machine, already?.id);
  if (means.kind === "scope") rejectScope(session, new Set(processes.map(({ pid }) => pid)), report, machine.observer);
  const judged = judge(session, processes, machine);
  const notFrozen = findNotFrozen(session, processes, report, groups, machine);
  const keeper = session.monitorPid === undefined ? undefined : report.processes.get(session.monitorPid);
  return { report, session, means, processes, keeper, notFrozen, already, ...judged };
}

/** What is dangerous to stop among these. */
export function judge(
  session: Session,
  processes: readonly Process[],
  { files }: Pick<Machine, "files">,
): Pick<FreezePlan, "described" | "locks" | "dangers"> {
  const described = describeProcesses(files, new Map([[session, processes]])).get(session) ?? [];
  const isRemote = remotePaths(orUndefined(files.read("/proc/self/mountinfo")) ?? "");
  const pids = processes.map(({ pid }) => pid);
  const locks = readFileLocks(pids, files).map((lock) => judgeLock(lock, isRemote));
  return { described, locks, dangers: dangersOf({ session, described, locks, critical: dangersAmong(processes) }) };
}

/** Where there is no scope, by signals; a scope that is not certainly the session's own is no means. */
async function findMeans(session: Session, machine: Machine): Promise<Means> {
  const { logindSession } = session;
  if (logindSession === undefined) return { kind: "signals" };
  const { files } = machine;
  const folder = (await findOwnScopes([session], machine)).get(session);
  if (folder === undefined) {
    const isUnified = parseUnifiedGroup(orUndefined(files.read(`/proc/${String(session.pid)}/cgroup`)) ?? "");
    if (isUnified?.endsWith(`/session-${logindSession}.scope`) === true)
      throw new DeclinedError(
        `Nothing was done: session-${logindSession}.scope is not certainly this session's alone: logind names another leader.`,
      );
    throw noFreezer("this machine has no unified hierarchy of control groups (cgroup v2)");
  }
  const ino = orUndefined(files.facts(folder))?.ino;
  const hasFreezer = orUndefined(files.read(`${folder}/cgroup.freeze`)) !== undefined;
  if (ino === undefined || !hasFreezer) throw noFreezer("its kernel has no cgroup.freeze, which is in Linux since 5.2");
  return { kind: "scope", folder, ino };
}

function noFreezer(why: string): NothingDoneError {
  return new NothingDoneError(`Nothing was done: the session cannot be frozen: ${why}.`);
}

function groupsOf({ processes }: SessionReport, { files }: Pick<Machine, "files">): Groups {
  return new Map(
    [...processes.keys()].flatMap((pid) => {
      const group = parseUnifiedGroup(orUndefined(files.read(`/proc/${String(pid)}/cgroup`)) ?? "");
      return group === undefined ? [] : [[pid, group] as const];
    }),
  );
}

/**
 * All of a scope; by signals the process that serves the user and what that has started, a parent before its children, but not what the
 * user has stopped.
 */
function stopped(
  session: Session,
  means: Means,
  report: SessionReport,
  groups: Groups,
  machine: Machine,
  already: string | undefined,
): Process[] {
  const { processes } = report;
  if (means.kind === "scope") {
    const own = groups.get(session.pid) ?? "";
    const isIn = (pid: Pid) => groups.get(pid) === own || groups.get(pid)?.startsWith(`${own}/`) === true;
    return [...processes.values()].filter(({ pid }) => isIn(pid));
  }
  const before = already === undefined ? [] : readStopped(already, machine.frozen);
  const wasOurs = ({ pid, startTicks }: Process) =>
    before.some((each) => each.pid === pid && each.startTicks === startTicks);
  return treeOf(session, report, machine).filter(
    (process) => process.pid === session.pid || wasOurs(process) || !isStopped(process, machine.files),
  );
}

/** @throws NothingDoneError where they are too many to stop them one by one. */
export function treeOf(session: Session, report: SessionReport, machine: Machine): Process[] {
  const started = readSessionProcesses([session], report, machine).get(session) ?? [];
  const serving = report.processes.get(session.pid);
  const all = serving === undefined ? started : [serving, ...started];
  if (all.length > mostStopped)
    throw noFreezer(`it has more than ${String(mostStopped)} processes, and no control group of its own`);
  const depth = depthIn(report);
  return all.toSorted((a, b) => depth(a.pid) - depth(b.pid));
}

function depthIn({ processes }: SessionReport): (pid: Pid) => number {
  const parents = new Map([...processes.values()].map(({ pid, ppid }) => [pid, ppid]));
  return (pid) => {
    let depth = 0;
    for (let each = parents.get(pid); each !== undefined && depth < parents.size; each = parents.get(each)) depth += 1;
    return depth;
  };
}
