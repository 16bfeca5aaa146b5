/** A machine in memory whose processes end when they are signalled, as those of sshd do. */
import type { Termination } from "../../src/features/kill/plan/plan-terminations.ts";
import type { Pid, Process } from "../../src/domain/process.ts";
import type { EndingSignal } from "../../src/features/kill/plan/signal.ts";
import type { SignalBatch } from "../../src/features/kill/deliver/backends/backend.ts";
import type { Clock } from "../../src/host/processes/clock.ts";
import { gone, type Files } from "../../src/host/files/files.ts";
import type { Sent } from "../../src/host/processes/signals.ts";
import { memoryFiles, withTexts } from "./memory-files.ts";
import { statText, tcpText, type TcpRow } from "./proc-text.ts";
import { session } from "./sessions.ts";

/** How a process answers to a signal; "holds" is one that takes none. */
type Answer = "dies" | "holds" | "refused";

interface Actor extends Process {
  answers: Partial<Record<EndingSignal, Answer>>;
  /** Ends with its children, as a monitor does. */
  follows: readonly Pid[];
  state: string;
}

/** A clock that stands still but for pauses. */
export class StillClock implements Clock {
  #now = 1000;
  /** What happens as time passes. */
  onPause: (now: number) => void = () => undefined;

  now = (): number => this.#now;

  pause = async (ms: number): Promise<void> => {
    this.#now += ms;
    this.onPause(this.#now);
    return Promise.resolve();
  };
}

export class DyingMachine {
  readonly signals: { pid: Pid; signal: EndingSignal }[] = [];
  reads = 0;
  readonly #actors = new Map<Pid, Actor>();
  readonly #rows: TcpRow[] = [];
  #lastPid = 100;

  /** A session child with its monitor. */
  pair(given: { child?: Partial<Actor>; monitor?: Partial<Actor> } = {}): Termination {
    this.#lastPid += 2;
    const monitorPid = this.#lastPid;
    const child = this.#add({ pid: monitorPid + 1, ppid: monitorPid, sid: monitorPid, ...given.child });
    const monitor = this.#add({ pid: monitorPid, sid: monitorPid, follows: [child.pid], ...given.monitor });
    return { session: session({ pid: child.pid, identity: monitor }), targets: [child], monitor };
  }

  /** A single process. */
  single(given: Partial<Actor> = {}): Termination {
    this.#lastPid += 1;
    const process = this.#add({ pid: this.#lastPid, sid: this.#lastPid, ...given });
    return { session: session({ pid: process.pid, identity: process }), targets: [process], monitor: undefined };
  }

  /** A process that another one has started. */
  child(ppid: Pid, given: Partial<Actor> = {}): Process {
    this.#lastPid += 2;
    return this.#add({ pid: this.#lastPid, ppid, sid: ppid, ...given });
  }

  /** Some process keeps the connection of a session open. */
  hold({ session: { local, peer } }: Termination): void {
    if (local && peer) this.#rows.push({ inode: 7, local, remote: peer });
  }

  #add(given: Partial<Actor> & { pid: Pid; sid: number }): Process {
    const actor: Actor = {
      ppid: 1,
      pgid: given.sid,
      comm: "sshd-session",
      tty: undefined,
      foregroundGroup: -1,
      startTicks: given.pid * 10,
      answers: {},
      follows: [],
      state: "S",
      ...given,
    };
    this.#actors.set(actor.pid, actor);
    const { answers: _answers, follows: _follows, state: _state, ...process } = actor;
    return process;
  }

  end(pid: Pid): void {
    this.#actors.delete(pid);
    for (const { pid: other, follows, answers } of this.#actors.values()) {
      const isLeft = follows.length > 0 && follows.every((each) => !this.#actors.has(each));
      if (isLeft && answers.TERM === undefined) this.end(other);
    }
  }

  /** The PID goes to somebody else. */
  reuse(pid: Pid): void {
    this.end(pid);
    this.#add({ pid, sid: pid, comm: "nginx", startTicks: 999_999, answers: { TERM: "holds", KILL: "holds" } });
  }

  isAlive(pid: Pid): boolean {
    return this.#actors.has(pid);
  }

  signal = (pid: Pid, signal: EndingSignal): Sent => {
    const actor = this.#actors.get(pid);
    if (actor === undefined) return "gone";
    const answer = actor.answers[signal] ?? "dies";
    if (answer === "refused") return "refused";
    this.signals.push({ pid, signal });
    if (answer === "dies") this.end(pid);
    return "sent";
  };

  /** The strikes as a backend takes them. */
  send = async (batches: readonly SignalBatch[], signal: EndingSignal): Promise<Map<Pid, Sent>> => {
    const sent = new Map<Pid, Sent>();
    for (const { pid, startTicks } of batches.flatMap(({ processes }) => processes)) {
      const isSame = this.#actors.get(pid)?.startTicks === startTicks;
      sent.set(pid, isSame ? this.signal(pid, signal) : "gone");
    }
    return Promise.resolve(sent);
  };

  get files(): Files {
    const read = (path: string) => {
      this.reads += 1;
      const pid = Number(/^\/proc\/(\d+)\/stat$/.exec(path)?.[1]);
      if (pid === 1) return statText({ pid, comm: "systemd", ppid: 0, pgid: 1, sid: 1, startTicks: 1 });
      const actor = this.#actors.get(pid);
      if (path.startsWith("/proc/net/tcp")) return tcpText(path.endsWith("6") ? [] : this.#rows);
      return actor === undefined ? gone : statText(actor);
    };
    const names = (path: string) => (path === "/proc" ? ["1", ...[...this.#actors.keys()].map(String)] : gone);
    return { ...withTexts(memoryFiles({}), read), names };
  }
}
