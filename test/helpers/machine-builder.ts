/** A machine as data: processes, sockets and terminals, written down as the kernel would show them. */
import { assembleSessions } from "../../src/domain/assemble-sessions.ts";
import type { Session, SessionReport } from "../../src/domain/session.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { refused, type Absence, type FileFacts, type Files } from "../../src/host/files/files.ts";
import { readSnapshot } from "../../src/system/procfs/snapshot.ts";
import { memoryFiles, type FileTree } from "./memory-files.ts";
import { deviceOf, endpoint, statText, tcpText, type TcpRow } from "./proc-text.ts";

export const now = Date.UTC(2026, 10, 23, 9, 0, 0);
export const bootedAt = now - 100_000_000;
const home = "net:[4026531840]";
/** Of a machine with 64 bits: proc_sys_kernel(5). */
const pidMax = 4_194_304;

export interface ProcessSpec {
  pid: number;
  ppid: number;
  pgid: number;
  sid: number;
  comm: string;
  exe: string;
  args: readonly string[];
  /** What setproctitle() has written over the arguments. */
  title: string | undefined;
  /** Whether the title ends where its room ends: then it may have been cut short. */
  isFull: boolean;
  uid: number;
  /** Who may read its exe, files, environment and namespaces: root, once it has changed its uid. */
  owner: number;
  tty: string | undefined;
  /** Whether it has a handler for SIGTERM; undefined: the kernel's word is not there, as in an old recording. */
  catchesTerm: boolean | undefined;
  /** Seconds after boot. */
  startedAt: number;
  fds: Record<number, string>;
  /** The terminals of which it holds the other ends. */
  masters: readonly string[];
  cgroup: string;
  /** The file system of the pseudo-terminals that it opens. */
  devpts: number;
  network: string;
  /** PID namespaces below the machine's own. */
  depth: number;
  environ: Readonly<Record<string, string>>;
}

export type Given = Partial<ProcessSpec>;

export interface Socket {
  inode: number;
  /** As a file descriptor points to it. */
  link: string;
}

const passwd = [
  "root:x:0:0:root:/root:/bin/bash",
  "sshd:x:105:65534::/run/sshd:/usr/sbin/nologin",
  "alice:x:1000:1000:Alice:/home/alice:/bin/bash",
  "bob:x:1001:1001:Bob:/home/bob:/bin/zsh",
  "carol:x:1002:1002::/home/carol:/bin/sh",
  "mallory:x:1666:1666::/home/mallory:/bin/sh",
];

/** The device number of the file system of the machine's own pseudo-terminals. */
const machinesDevpts = 26;

/** Of the pseudo-terminals that a process has open. */
function terminalFacts({ pid, fds, devpts }: ProcessSpec): [string, FileFacts][] {
  return Object.entries(fds).flatMap(([fd, link]): [string, FileFacts][] => {
    const tty = /^\/dev\/(pts\/\d+)$/.exec(link)?.[1];
    const facts = { uid: 0, atimeMs: 0, mtimeMs: 0, dev: devpts, rdev: deviceOf(tty) };
    return tty === undefined ? [] : [[`/proc/${String(pid)}/fd/${fd}`, facts]];
  });
}

function caught({ catchesTerm }: ProcessSpec): string {
  if (catchesTerm === undefined) return "";
  return `SigCgt:\t${catchesTerm ? "0000000000004003" : "0000000180000000"}\n`;
}

export class Host {
  readonly accounts = [...passwd];
  uptime = `${String((now - bootedAt) / 1000)}.00 4000.00\n`;
  private readonly processes: ProcessSpec[] = [];
  private readonly tables = new Map<string, TcpRow[]>([[home, []]]);
  private readonly terminals = new Map<string, FileFacts>();
  private readonly foreground = new Map<string, number>();
  private readonly inos = new Map<ProcessSpec, number>();
  private lastNumber = 1000;
  private readonly births = { last: 0, forks: 0 };
  /** Whether the kernel tells how far it has come with giving out PIDs. */
  tellsBirths = false;

  private readonly init: ProcessSpec;

  constructor() {
    const init = { pid: 1, ppid: 0, comm: "systemd", exe: "/usr/lib/systemd/systemd", cgroup: "/init.scope" };
    this.init = this.process(init);
    this.process({ pid: 2, ppid: 0, comm: "kthreadd", exe: "", args: [] });
  }

  get all(): readonly ProcessSpec[] {
    return this.processes;
  }

  /** PIDs, inodes and ports are all different numbers, so that no test can mix them up unnoticed. */
  number(): number {
    this.lastNumber += 1;
    return this.lastNumber;
  }

  /** Of a process, what is not given: a daemon of root. */
  process(given: Given): ProcessSpec {
    const pid = given.pid ?? this.number();
    const { comm = "daemon", uid = 0 } = given;
    const exe = given.exe ?? `/usr/bin/${comm}`;
    const spec: ProcessSpec = {
      pid,
      ppid: 1,
      pgid: pid,
      sid: pid,
      comm,
      exe,
      args: [exe],
      title: undefined,
      isFull: false,
      uid,
      owner: uid,
      tty: undefined,
      catchesTerm: undefined,
      startedAt: pid,
      fds: given.tty === undefined ? { 0: "/dev/null" } : { 0: `/dev/${given.tty}`, 2: `/dev/${given.tty}` },
      devpts: machinesDevpts,
      masters: [],
      cgroup: `/system.slice/${comm}.service`,
      network: home,
      depth: 0,
      environ: {},
      ...given,
    };
    this.processes.push(spec);
    this.give(pid);
    return spec;
  }

  /** The kernel has come to this PID; to a smaller one only after it has given out all that lie between. */
  give(pid: number): void {
    const { last } = this.births;
    this.births.forks += pid > last ? 1 : pidMax - (last - pid);
    this.births.last = pid;
  }

  /** A child that shares with its parent what children inherit. */
  child(parent: ProcessSpec, given: Given): ProcessSpec {
    const { pid: ppid, uid, sid, tty, cgroup, network, depth } = parent;
    return this.process({ ppid, uid, sid, tty, cgroup, network, depth, ...given });
  }

  /** A program in the foreground of its parent's terminal. */
  run(parent: ProcessSpec, comm: string, given: Given = {}): ProcessSpec {
    const program = this.child(parent, { comm, args: [comm], ...given });
    if (program.tty !== undefined) this.foreground.set(program.tty, program.pgid);
    return program;
  }

  uid(user: string): number {
    const line = this.accounts.find((account) => account.startsWith(`${user}:`));
    return Number(line?.split(":")[2]);
  }

  listening(local: string, row: Partial<TcpRow> = {}, network = home): Socket {
    return this.socket({ local: endpoint(local), listening: true, ...row }, network);
  }

  connected(local: string, remote: string, row: Partial<TcpRow> = {}, network = home): Socket {
    return this.socket({ local: endpoint(local), remote: endpoint(remote), ...row }, network);
  }

  private socket(row: Omit<TcpRow, "inode">, network: string): Socket {
    const inode = this.number();
    this.tables.set(network, [...(this.tables.get(network) ?? []), { ...row, inode }]);
    return { inode, link: `socket:[${String(inode)}]` };
  }

  /** The kernel has forgotten a socket. */
  disconnect({ inode }: Socket): void {
    for (const [network, rows] of this.tables)
      this.tables.set(
        network,
        rows.filter((row) => row.inode !== inode),
      );
  }

  /** The other side has ended the connection, and this one has not: CLOSE_WAIT. */
  endConnection({ inode }: Socket): void {
    for (const rows of this.tables.values()) for (const row of rows) if (row.inode === inode) row.state = "08";
  }

  /** Sockets of systemd's socket units. */
  initHolds(...sockets: readonly Socket[]): void {
    this.init.fds = Object.fromEntries(sockets.map(({ link }, index) => [index + 40, link]));
  }

  /** A pseudo-terminal on which nobody has typed for so long. */
  terminal(tty: string, { uid = 0, idle = 0, quiet = idle }: { uid?: number; idle?: number; quiet?: number }): void {
    this.terminals.set(tty, { uid, atimeMs: now - idle * 1000, mtimeMs: now - quiet * 1000 });
  }

  /** Ends a process; its children go to PID 1. */
  kill(victim: ProcessSpec): void {
    this.processes.splice(this.processes.indexOf(victim), 1);
    for (const process of this.processes) if (process.ppid === victim.pid) process.ppid = 1;
  }

  /** @param viewer - the uid of the one who looks. */
  files(viewer = 0): Files {
    const texts: Record<string, string> = {
      "/etc/passwd": this.accounts.map((line) => `${line}\n`).join(""),
      "/proc/uptime": this.uptime,
      ...(this.tellsBirths ? this.birthTexts() : {}),
    };
    const links: Record<string, string> = { "/proc/self/ns/net": home };
    const absent: Record<string, Absence> = {};
    this.writeTable("/proc/net", home, texts);
    for (const process of this.processes) {
      this.writeProcess(process, texts, links);
      if (viewer === 0 || process.owner === viewer) continue;
      for (const name of ["exe", "fd", "environ", "ns"]) absent[`/proc/${String(process.pid)}/${name}`] = refused;
    }
    return memoryFiles({ texts, links, absent, ...this.otherFiles() });
  }

  private birthTexts(): Record<string, string> {
    return {
      "/proc/stat": `cpu  1 2 3\nprocesses ${String(this.births.forks)}\nprocs_running 1\n`,
      "/proc/sys/kernel/ns_last_pid": `${String(this.births.last)}\n`,
      "/proc/sys/kernel/pid_max": `${String(pidMax)}\n`,
      "/proc/self/status": "Name:\tnode\nUid:\t0\t0\t0\t0\nNSpid:\t77\n",
    };
  }

  private otherFiles(): Pick<FileTree, "facts" | "empty"> {
    return {
      facts: Object.fromEntries([
        ...this.processes.flatMap(terminalFacts),
        ["/dev/pts", { uid: 0, atimeMs: 0, mtimeMs: 0, dev: machinesDevpts }] as const,
        ...[...this.terminals].map(([tty, facts]) => [`/dev/${tty}`, facts] as const),
        ...this.processes.map((process) => [`/proc/${String(process.pid)}`, this.folderFacts(process)] as const),
        ...this.processes.map(
          ({ pid, owner: uid }) => [`/proc/${String(pid)}/fd`, { uid, atimeMs: 0, mtimeMs: 0 }] as const,
        ),
      ]),
      empty: this.processes.map(({ pid }) => `/proc/${String(pid)}/fd`),
    };
  }

  /** The kernel makes a new inode for every process, whatever its number. */
  private folderFacts(process: ProcessSpec): FileFacts {
    const ino = this.inos.get(process) ?? this.inos.size + 1;
    this.inos.set(process, ino);
    return { uid: process.uid, atimeMs: 0, mtimeMs: 0, ino };
  }

  private writeTable(folder: string, network: string, texts: Record<string, string>): void {
    const rows = this.tables.get(network) ?? [];
    texts[`${folder}/tcp`] = tcpText(rows.filter(({ local }) => !local.address.includes(":")));
    texts[`${folder}/tcp6`] = tcpText(rows.filter(({ local }) => local.address.includes(":")));
  }

  private writeProcess(process: ProcessSpec, texts: Record<string, string>, links: Record<string, string>): void {
    const folder = `/proc/${String(process.pid)}`;
    const { tty, uid, startedAt, args, title, environ } = process;
    const foregroundGroup = tty === undefined ? -1 : (this.foreground.get(tty) ?? process.pgid);
    const uids = [uid, uid, uid, uid].join("\t");
    const namespacePids = Array.from({ length: process.depth + 1 }, (_, depth) => (depth === 0 ? process.pid : depth));
    texts[`${folder}/stat`] = statText({ ...process, startTicks: startedAt * 100, foregroundGroup });
    texts[`${folder}/status`] =
      `Name:\t${process.comm.replaceAll("\n", "\\n")}\nUmask:\t0022\nPPid:\t${String(process.ppid)}\nUid:\t${uids}\nNSpid:\t${namespacePids.join("\t")}\n${caught(process)}`;
    texts[`${folder}/cmdline`] =
      title === undefined ? args.map((arg) => `${arg}\0`).join("") : `${title}${process.isFull ? "" : "\0\0\0\0"}`;
    texts[`${folder}/cgroup`] = `0::${process.cgroup}\n`;
    texts[`${folder}/environ`] = Object.entries(environ)
      .map(([name, value]) => `${name}=${value}\0`)
      .join("");
    this.writeTable(`${folder}/net`, process.network, texts);
    links[`${folder}/exe`] = process.exe;
    links[`${folder}/ns/net`] = process.network;
    for (const [fd, target] of Object.entries(process.fds)) links[`${folder}/fd/${fd}`] = target;
    for (const [index, tty] of process.masters.entries()) {
      links[`${folder}/fd/${String(100 + index)}`] = "/dev/ptmx";
      texts[`${folder}/fdinfo/${String(100 + index)}`] =
        `pos:\t0\nflags:\t02100002\nmnt_id:\t24\ntty-index:\t${tty.slice(4)}\n`;
    }
  }

  /** @param observer - the process that looks, with the rights of its user; without one, root looks from elsewhere. */
  snapshot(observer?: ProcessSpec, files = this.files(observer?.uid)): Snapshot {
    return readSnapshot({
      files,
      now: () => now,
      hostName: () => "web1",
      observer: observer?.pid,
      pause: () => undefined,
    });
  }

  report(observer?: ProcessSpec, files = this.files(observer?.uid)): SessionReport {
    return assembleSessions(this.snapshot(observer, files));
  }

  sessions(observer?: ProcessSpec): readonly Session[] {
    return this.report(observer).sessions;
  }
}
