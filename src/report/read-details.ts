import { isReplaced } from "../domain/ssh-server.ts";
import { parseAccounts, type Accounts } from "../domain/accounts.ts";
import { needsRootCode } from "../domain/warnings.ts";
import { childrenOf, type Pid, type Process, type ProcessTable } from "../domain/process.ts";
import { ancestorsOf, descendantsOf, type SessionDetails, type SessionProcess } from "../domain/session-details.ts";
import type { Session, SessionReport, Warning } from "../domain/session.ts";
import type { TcpSocket } from "../domain/snapshot.ts";
import { orUndefined, type Files } from "../host/files/files.ts";
import type { Programs } from "../host/programs/run.ts";
import { readArguments } from "../system/procfs/command-line.ts";
import { readHome } from "../system/procfs/home.ts";
import { searchBudget, searchOpenFiles, socketOf, type Budget } from "../system/procfs/open-files.ts";
import { parseUnifiedGroup } from "../system/procfs/scope.ts";
import { ignoresHangUp, parseStatus } from "../system/procfs/status.ts";
import { readTcpTable } from "../system/procfs/tcp-table.ts";
import { readTraffic } from "../system/tools/traffic.ts";

/** Reads what only one session is asked for: its processes with their owners and ports, its control group and traffic. */
export async function readSessionDetails(
  session: Session,
  report: SessionReport,
  { files, programs }: { files: Files; programs: Programs },
): Promise<SessionDetails> {
  const { processes } = report;
  const scene = sceneOf(files, session);
  const tree =
    session.leftPids === undefined
      ? descendantsOf(processes, childrenOf(processes), session.identity.pid)
      : treesOf(session.leftPids, processes);
  return {
    session,
    ancestors: ancestorsOf(processes, session.identity.pid).map((process) => ({
      ...describe(scene, process, 0),
      isElevated: false,
    })),
    processes: tree.map(({ process, depth }) => describe(scene, process, depth)),
    cgroup: readCgroup(files, session.pid),
    traffic:
      session.peer && session.local && !session.container
        ? await readTraffic(programs, session.local, session.peer)
        : undefined,
    warnings: [...report.warnings.filter((warning) => concerns(warning, session)), ...warningsAbout(session, files)],
  };
}

/** Only these processes, each behind the nearest of them that it descends from. */
function treesOf(pids: readonly Pid[], processes: ProcessTable): { process: Process; depth: number }[] {
  const own = new Map(
    pids.flatMap((pid) => [processes.get(pid) ?? []].flat().map((process) => [pid, process] as const)),
  );
  const children = childrenOf(own);
  return [...own.values()].filter(({ ppid }) => !own.has(ppid)).flatMap(({ pid }) => descendantsOf(own, children, pid));
}

/** Processes of sessions, each by itself. What all have in common is read once. */
export function describeProcesses(
  files: Files,
  processes: ReadonlyMap<Session, readonly Process[]>,
): Map<Session, SessionProcess[]> {
  const described = new Map<Session, SessionProcess[]>();
  let home: Scene | undefined;
  for (const [session, own] of processes) {
    if (own.length === 0) continue;
    const scene = session.container ? sceneOf(files, session) : { ...(home ??= sceneOf(files, session)), session };
    described.set(
      session,
      own.map((process) => describe(scene, process, 0)),
    );
  }
  return described;
}

interface Scene {
  files: Files;
  session: Session;
  accounts: Accounts;
  listeners: ReadonlyMap<number, TcpSocket>;
  budget: Budget;
}

function sceneOf(files: Files, session: Session): Scene {
  const accounts = parseAccounts(orUndefined(files.read("/etc/passwd")) ?? "");
  return { files, session, accounts, listeners: readListeners(files, session), budget: searchBudget() };
}

function describe(
  { files, session, accounts, listeners, budget }: Scene,
  process: Process,
  depth: number,
): SessionProcess {
  const { pid, ppid, tty, comm } = process;
  const folder = `/proc/${String(pid)}`;
  const status = orUndefined(files.read(`${folder}/status`));
  const uid = status === undefined ? undefined : parseStatus(status).uid;
  const isServer = session.leftPids === undefined && (pid === session.pid || pid === session.identity.pid);
  return {
    pid,
    ppid,
    depth,
    uid,
    user: uid === undefined ? undefined : nameOf(uid, session, accounts),
    tty,
    name: comm,
    commandLine: readArguments(files, pid)?.join(" "),
    listens:
      listeners.size === 0
        ? []
        : socketInodes(files, pid, budget).flatMap((inode) => listeners.get(inode)?.local ?? []),
    isElevated: !isServer && uid === 0 && session.uid !== 0,
    ignoresHangUp: status === undefined ? undefined : ignoresHangUp(status),
  };
}

/** A container has accounts of its own, and a directory service those that no file lists. */
function nameOf(uid: number, { uid: own, user, container }: Session, accounts: Accounts): string | undefined {
  if (uid === own) return user;
  return container ? undefined : accounts.names(uid)[0];
}

function socketInodes(files: Files, pid: Pid, budget: Budget): number[] {
  return (searchOpenFiles(files, pid, budget) ?? []).flatMap((file) => socketOf(file)?.inode ?? []);
}

function readListeners(files: Files, { container, pid }: Session): Map<number, TcpSocket> {
  const folder = container ? `/proc/${String(pid)}/net` : readHome(files).networkFolder;
  const listening = readTcpTable(files, folder).rows.filter((socket) => socket.listening);
  return new Map(listening.map((socket) => [socket.inode, socket]));
}

/** The unified hierarchy, or that of systemd where there is only cgroup v1: cgroups(7). */
function readCgroup(files: Files, pid: Pid): string | undefined {
  const text = orUndefined(files.read(`/proc/${String(pid)}/cgroup`)) ?? "";
  return parseUnifiedGroup(text) ?? /^\d+:name=systemd:(\/.+)$/m.exec(text)?.[1];
}

/** Some of what could not be seen of the machine is known of this session. */
function concerns({ code }: Warning, { peer, self }: Session): boolean {
  if (code === needsRootCode) return peer === undefined;
  if (code === "own-session-undecided") return self === undefined;
  return code !== "untrusted-server" && code !== "other-logins" && code !== "auth-unverified";
}

function warningsAbout({ pid, auth }: Session, files: Files): Warning[] {
  const isDeleted = isReplaced(orUndefined(files.link(`/proc/${String(pid)}/exe`)) ?? "");
  return [
    ...(isDeleted
      ? [{ code: "older-than-upgrade", message: "the session's sshd is older than the installed one" }]
      : []),
    ...(auth?.verified === false
      ? [
          {
            code: "auth-unverified",
            message: `only ${auth.source} shows how the user logged in, and every user can write to it`,
          },
        ]
      : []),
  ];
}
