/** A machine in memory whose processes end when they are signalled, as those of sshd do, and which remembers what was done to it. */
import type { Pid, Process } from "../../src/domain/process.ts";
import type { SessionReport } from "../../src/domain/session.ts";
import { serverOfName } from "../../src/domain/ssh-server.ts";
import { gone, type Files } from "../../src/host/files/files.ts";
import type { Programs } from "../../src/host/programs/run.ts";
import { fakeSystemd, type FakeSystemd } from "./fake-systemd.ts";
import { memoryArchives } from "./memory-archives.ts";
import { fakeHost, passwd, type FakeHost } from "./fake-host.ts";
import { statText, tcpText } from "./proc-text.ts";

export interface MortalSpec {
  /** Processes that the caller may not signal. */
  foreign?: readonly Pid[];
  /** Processes that end neither by a signal nor with their terminal. */
  survivors?: readonly Pid[];
  /** What goes wrong when a signal is sent to any but the survivors. */
  signalFault?: string;
  /** The units of daemons. */
  units?: Readonly<Record<Pid, string>>;
  /** An active ssh.socket. */
  socket?: FakeSystemd["socket"];
  /** What sshd says against its configuration. */
  configurationFault?: string;
  /** Nothing answers on any port. */
  isSilent?: boolean;
  /** The system log takes nothing. */
  isLogFull?: boolean;
  /** Where evidence can go; everywhere unless told otherwise. */
  archives?: Partial<FakeHost["newArchives"]>;
  passwd?: string;
  /** /etc/sshctl/protected. */
  protects?: string;
}

export class MortalHost {
  readonly host: FakeHost;
  /** Every signal that was sent, in order. */
  readonly sent: { pid: Pid; signal: string }[] = [];
  /** Terminals that were written to. */
  readonly told: string[] = [];
  /** Entries of the system log, by the names of their fields. */
  readonly entries: Readonly<Record<string, string>>[] = [];
  /** The files of evidence, by the folder and their name. */
  readonly kept = new Map<string, string>();
  readonly #spec: MortalSpec;
  readonly #living = new Map<Pid, Process>();
  readonly #seen = new Set<Pid>();
  readonly #uids = new Map<Pid, number>();

  constructor(spec: MortalSpec = {}) {
    this.#spec = spec;
    this.host = fakeHost({
      texts: {
        "/etc/passwd": spec.passwd ?? passwd,
        ...(spec.protects === undefined ? {} : { "/etc/sshctl/protected": spec.protects }),
      },
      machine: {
        files: this.#files(),
        programs: { run: this.#run },
        signals: {
          send: (pid, signal) => this.#signal(pid, signal),
          probe: (pid) => (spec.foreign?.includes(pid) === true ? "refused" : "sent"),
        },
        terminals: {
          tell: (tty) => {
            this.told.push(tty);
            return "told";
          },
        },
        feed: async (_name, _args, input) => {
          if (spec.isLogFull === true) return Promise.resolve(1);
          this.entries.push(Object.fromEntries(input.split("\n").map((line) => splitAt(line, "="))));
          return Promise.resolve(0);
        },
        newArchives: { ...memoryArchives(this.kept), ...spec.archives },
        banners: { read: async () => Promise.resolve(spec.isSilent === true ? undefined : "SSH-2.0-OpenSSH_10.0") },
      },
    });
  }

  /** The machine has these processes from now on; what has ended stays so. */
  see(report: SessionReport): SessionReport {
    for (const process of report.processes.values()) {
      if (this.#seen.has(process.pid)) continue;
      this.#seen.add(process.pid);
      this.#living.set(process.pid, process);
    }
    for (const { pid, uid = 0 } of report.sessions) for (const each of this.#below(pid)) this.#uids.set(each, uid);
    return report;
  }

  #below(pid: Pid): Pid[] {
    const children = [...this.#living.values()].filter(({ ppid }) => ppid === pid);
    return children.flatMap((child) => [child.pid, ...this.#below(child.pid)]);
  }

  #signal(pid: Pid, signal: string): "sent" | "gone" | "refused" {
    if (this.#spec.signalFault !== undefined && this.#spec.survivors?.includes(pid) !== true)
      throw new Error(this.#spec.signalFault);
    if (!this.#living.has(pid)) return "gone";
    this.sent.push({ pid, signal });
    if (signal !== "STOP") this.#end(pid);
    return "sent";
  }

  /** With all that hangs on its terminal, and with its monitor. */
  #end(pid: Pid): void {
    const process = this.#living.get(pid);
    if (process === undefined || this.#spec.survivors?.includes(pid) === true) return;
    this.#living.delete(pid);
    for (const child of [...this.#living.values()].filter(({ ppid }) => ppid === pid)) this.#end(child.pid);
    const monitor = this.#living.get(process.ppid);
    if (monitor !== undefined && serverOfName(monitor.comm) !== undefined && this.#below(monitor.pid).length === 0)
      this.#end(monitor.pid);
  }

  #files(): Files {
    const base = fakeHost({ loginUid: 1000, texts: { "/etc/passwd": this.#spec.passwd ?? passwd } }).files;
    return {
      ...base,
      read: (path) => this.#textOf(path) ?? base.read(path),
      names: (path) => (path === "/proc" ? ["1", ...[...this.#living.keys()].map(String)] : base.names(path)),
      facts: (path) => {
        const pid = Number(/^\/proc\/(\d+)$/.exec(path)?.[1]);
        return this.#living.has(pid) ? { uid: this.#uids.get(pid) ?? 0, atimeMs: 0, mtimeMs: 0 } : base.facts(path);
      },
    };
  }

  #textOf(path: string): string | typeof gone | undefined {
    if (/^\/proc\/net\/tcp6?$/.test(path)) return tcpText([]);
    if (path === "/proc/1/stat") return statText({ pid: 1, comm: "systemd", ppid: 0, pgid: 1, sid: 1, startTicks: 1 });
    const [, digits, name] = /^\/proc\/(\d+)\/(\w+)$/.exec(path) ?? [];
    const pid = Number(digits);
    const unit = this.#spec.units?.[pid];
    if (name === "cgroup" && unit !== undefined) return `0::/system.slice/${unit}\n`;
    const process = this.#living.get(pid);
    if (process === undefined) return undefined;
    const uid = String(this.#uids.get(pid) ?? 0);
    if (name === "stat") return statText(process);
    if (name === "status") return `Name:\t${process.comm}\n${statusLine(uid)}`;
    return name === "cmdline" ? `${process.comm}\0` : gone;
  }

  readonly #run: Programs["run"] = async (name, args) => {
    const done = { stdout: "", stderr: "", exitCode: 0 };
    if (name === "getent") return Promise.resolve({ ...done, exitCode: 2 });
    const { socket } = this.#spec;
    const isAboutSockets = args.at(-1) === "*.socket" || args[1] === "--property=Id,ExecStart";
    if (socket !== undefined && isAboutSockets) return Promise.resolve(fakeSystemd({ socket }, name, args));
    if (name === "systemctl" && args[0] === "show") {
      const pid = Object.entries(this.#spec.units ?? {}).find(([, unit]) => unit === args.at(-1))?.[0];
      return Promise.resolve({ ...done, stdout: `MainPID=${pid ?? "0"}\n` });
    }
    if (name === "systemctl") return Promise.resolve(done);
    if (!name.endsWith("/sshd")) return Promise.resolve(undefined);
    const fault = this.#spec.configurationFault;
    return Promise.resolve(fault === undefined ? done : { stdout: "", stderr: fault, exitCode: 255 });
  };
}

function statusLine(uid: string): string {
  return `Uid:\t${uid}\t${uid}\t${uid}\t${uid}\n`;
}

function splitAt(line: string, mark: string): [string, string] {
  const index = line.indexOf(mark);
  return [line.slice(0, Math.max(0, index)), line.slice(index + 1)];
}
