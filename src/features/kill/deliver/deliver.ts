/**
 * Ends sessions and proves it: signals, waits until processes and connections are gone, and goes further where they are
 * not. The order of signals is a promise: a monitor gets none while one of its children lives, and SIGKILL last of all.
 */
import { notTried, type KillOutcome } from "../plan/outcome.ts";
import type { Termination } from "../plan/plan-terminations.ts";
import { isLeftover } from "../../../domain/session.ts";
import type { Process } from "../../../domain/process.ts";
import type { EndingSignal } from "../plan/signal.ts";
import type { Clock } from "../../../host/processes/clock.ts";
import type { Files } from "../../../host/files/files.ts";
import type { Backend } from "./backends/backend.ts";
import { findHelper, isNothing, isTaken, readRemains, whyAlive, type Remains } from "./remains.ts";

export interface Orders {
  signal: EndingSignal;
  /** How long a session may take to end before it gets SIGKILL. */
  graceMs: number;
  /** Go on to SIGKILL. */
  escalate: boolean;
}

export interface Means {
  files: Files;
  clock: Clock;
  backend: Backend;
  /**
   * Lets go on what is frozen of sessions that have had their signal: it ends what stands still, but the monitor of that closes the session
   * only when it runs.
   */
  thaw: (terminations: readonly Termination[]) => Promise<void>;
}

/** One signal to some processes of one session. */
interface Step {
  to: "victims" | "monitor";
  signal: EndingSignal;
  processes: readonly Process[];
}

/** What has been done to one session so far. */
interface Attempt {
  termination: Termination;
  steps: Step[];
  lastStepMs: number;
  outcome: KillOutcome | undefined;
}

/**
 * @param interruption - stops the waiting; what is still there then is undecided.
 * @returns an outcome for every cut.
 * @throws UsageError when the backend cannot select exactly these processes: nothing was signalled then.
 */
export async function deliver(
  terminations: readonly Termination[],
  orders: Orders,
  means: Means,
  interruption: AbortSignal,
): Promise<Map<Termination, KillOutcome>> {
  const startedMs = means.clock.now();
  const attempts = terminations.map((termination): Attempt => ({
    termination,
    steps: [],
    lastStepMs: startedMs,
    outcome: undefined,
  }));
  const isInterrupted = () => interruption.aborted;
  if (isInterrupted()) return new Map(terminations.map((termination) => [termination, notTried]));
  const first = (termination: Termination): Step => ({
    to: "victims",
    signal: orders.signal,
    processes: termination.targets,
  });
  await take(new Map(attempts.map((attempt) => [attempt, first(attempt.termination)])), means);
  for (;;) {
    const pending = attempts.filter(({ outcome }) => outcome === undefined);
    const lookedAtMs = means.clock.now();
    await look(pending, orders, means, startedMs);
    const isOver = attempts.every(({ outcome }) => outcome !== undefined);
    if (isOver || isInterrupted())
      return new Map(attempts.map(({ termination, outcome }) => [termination, outcome ?? notWaitedFor]));
    // A look at a thousand takes time that those who end need.
    await means.clock.pause(Math.max(pollMs, 2 * (means.clock.now() - lookedAtMs)), interruption);
  }
}

const pollMs = 50;

const notWaitedFor: KillOutcome = { kind: "undecided", why: "not-waited-for" };

/** Decides what has ended, and goes further with what had its time. */
async function look(pending: readonly Attempt[], orders: Orders, means: Means, startedMs: number): Promise<void> {
  const nowMs = means.clock.now();
  const further = new Map<Attempt, Step>();
  const remains = readRemains(
    means.files,
    pending.map(({ termination }) => termination),
  );
  for (const [index, attempt] of pending.entries()) {
    const left = remains[index];
    if (left === undefined) continue;
    if (isNothing(left)) attempt.outcome = endOf(attempt, (nowMs - startedMs) / 1000, means.files);
    else if (nowMs - attempt.lastStepMs >= orders.graceMs) {
      const step = orders.escalate ? nextStep(attempt, left) : undefined;
      if (step === undefined) attempt.outcome = { kind: "survived", why: whyAlive(means.files, left) };
      else further.set(attempt, step);
    }
  }
  await take(further, means).catch((error: unknown) => {
    // What has been done so far must be told, whatever it is that fails now.
    const message = error instanceof Error ? error.message : String(error);
    const why = { kind: "failed", message } as const;
    for (const attempt of further.keys()) attempt.outcome ??= { kind: "survived", why };
  });
}

function endOf({ termination, steps }: Attempt, seconds: number, files: Files): KillOutcome {
  const last = steps.at(-1);
  if (last !== undefined) return { kind: "ended", signal: last.signal, seconds };
  return { kind: termination.targets.some(({ pid }) => isTaken(files, pid)) ? "identity-changed" : "already-gone" };
}

/** SIGKILL to the victims; when they are gone, the monitor that does not end by itself. */
function nextStep({ steps }: Attempt, { targets, monitor }: Remains): Step | undefined {
  const hasHad = (to: Step["to"], signal: EndingSignal) =>
    steps.some((step) => step.to === to && step.signal === signal);
  if (targets.length > 0)
    return hasHad("victims", "KILL") ? undefined : { to: "victims", signal: "KILL", processes: targets };
  if (monitor === undefined) return undefined;
  const signal = (["TERM", "KILL"] as const).find((each) => !hasHad("monitor", each));
  return signal && { to: "monitor", signal, processes: [monitor] };
}

/** Takes the steps of all, with as few calls of the backend as there are signals. */
async function take(planned: ReadonlyMap<Attempt, Step>, { backend, clock, files, thaw }: Means): Promise<void> {
  const steps = [...planned].filter(([attempt, step]) => !hasNewHelper(attempt, step, files));
  for (const signal of new Set(steps.map(([, step]) => step.signal))) {
    const group = steps.filter(([, step]) => step.signal === signal);
    const sent = await backend.send(
      group.map(([{ termination }, { processes }]) => ({ termination, processes })),
      signal,
    );
    for (const [attempt, step] of group) {
      const answers = new Set(step.processes.map(({ pid }) => sent.get(pid)));
      if (answers.has("sent")) attempt.steps.push(step);
      else if (answers.has("refused")) attempt.outcome = { kind: "not-permitted" };
      attempt.lastStepMs = clock.now();
    }
  }
  await thaw(steps.map(([{ termination }]) => termination));
}

/**
 * Whoever was still logging in may have logged in meanwhile: the process is a monitor then, or has another child, and must
 * not be killed above it. The attempt is over; another look finds the session.
 */
function hasNewHelper(attempt: Attempt, { to, signal, processes }: Step, files: Files): boolean {
  const { session, monitor } = attempt.termination;
  const isMonitor = to === "monitor" || (monitor === undefined && !isLeftover(session));
  if (!isMonitor || (to === "victims" && !hardSignals.has(signal))) return false;
  const helper = findHelper(files, processes);
  if (helper === undefined) return false;
  attempt.outcome = { kind: "survived", why: { kind: "login-completed", pid: helper.pid } };
  return true;
}

/** A monitor passes the others on to its child: monitor_child_handler() in sshd's monitor.c. */
const hardSignals: ReadonlySet<EndingSignal> = new Set<EndingSignal>(["KILL", "QUIT"]);
