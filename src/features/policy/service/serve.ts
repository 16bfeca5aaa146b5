/** The service: looks, does what follows, says how it stands, and waits, until it is told to end. */
import type { Context } from "../../../cli/context.ts";
import { exitCodes, FatalError, type ExitCode } from "../../../errors.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import { machineOf, type Machine } from "../../../host/host.ts";
import type { Reports } from "../../../report/reports.ts";
import { isRunning, readPolicyState } from "../../../system/policy/policy-state.ts";
import { readArguments } from "../../../system/procfs/command-line.ts";
import { notifierFor, type NotifyManager } from "../../../system/systemd/notify.ts";
import { isoTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { notice } from "../../sessions/notes.ts";
import { meaningsIn, readFor } from "../check-policy.ts";
import { inState } from "../for-root.ts";
import { knownPolicy, readPolicy, whyNoPolicy } from "../rules/read-policy.ts";
import { recallMemory } from "./keep-memory.ts";
import { noCounts, onePass, type PassMeans, type Run } from "./pass.ts";
import { testOwnSight } from "./self-test.ts";
import { tellState, type Running } from "./state-of.ts";

/** The service manager hears from it at least so often. */
const longestSilenceMs = 60_000;

/**
 * @param looks - how many; undefined: until it is told to end.
 * @throws ForeseenError where it cannot begin: without rules, or without seeing everything.
 */
export async function serve(looks: number | undefined, context: Context): Promise<ExitCode> {
  const machine = await machineOf(await context.host());
  const reports = await context.reports();
  const policy = knownPolicy(readPolicy(machine));
  await testOwnSight(async () => readFor(policy.rules, reports, true, machine), machine);
  rejectSecond(machine);
  const memory = inState(() => recallMemory(machine.policy));
  const run: Run = {
    policy,
    meanings: await meaningsIn(policy.rules, reports),
    memory,
    looks: 0,
    isFresh: true,
    counts: noCounts,
  };
  return context.interruptible(async (interruption) => {
    const service = new Service(run, machine, reports, context, interruption);
    await service.lookUntil(looks);
    return exitCodes.done;
  });
}

/** Two of them would warn everybody twice. */
function rejectSecond(machine: Machine): void {
  const state = readPolicyState(machine);
  if (state === undefined || state.pid === machine.observer || !isRunning(state, machine)) return;
  const words = readArguments(machine.files, state.pid) ?? [];
  if (words.includes("policy") && words.includes("run"))
    throw new FatalError(
      `The rules are applied already, by PID ${String(state.pid)}.`,
      '"sshctl policy status" shows it.',
    );
}

class Service {
  #run: Run;
  #running: Running;
  /** What was said last of what goes wrong, so that it is said once. */
  #problem: string | undefined;
  #reload = false;
  #wake = new AbortController();
  readonly #machine: Machine;
  readonly #reports: Reports;
  readonly #context: Context;
  readonly #interruption: AbortSignal;
  readonly #notify: NotifyManager;

  constructor(run: Run, machine: Machine, reports: Reports, context: Context, interruption: AbortSignal) {
    this.#run = run;
    this.#machine = machine;
    this.#reports = reports;
    this.#context = context;
    this.#interruption = interruption;
    this.#running = { startedAtMs: machine.now(), fault: undefined };
    this.#notify = notifierFor(context.env, machine.programs);
  }

  async lookUntil(looks: number | undefined): Promise<void> {
    const stopListening = this.#machine.onHangUp(() => {
      this.#reload = true;
      this.#wake.abort();
    });
    const stop = () => {
      this.#wake.abort();
    };
    this.#interruption.addEventListener("abort", stop);
    try {
      for (let count = 1; !this.#interruption.aborted; count += 1) {
        await this.#look();
        if (count === 1) await this.#notify("READY=1");
        if (count === looks) return;
        await this.#wait();
        if (this.#reload) await this.#readAgain();
      }
    } finally {
      stopListening();
      this.#interruption.removeEventListener("abort", stop);
    }
  }

  async #look(): Promise<void> {
    const { clock } = this.#machine;
    const beganMs = clock.now();
    const pass = await onePass(this.#run, this.#means());
    this.#run = pass.run;
    if (pass.problem !== this.#problem && pass.problem !== undefined)
      this.#warn(`nothing is done by the rules: ${pass.problem}`);
    this.#problem = pass.problem;
    try {
      tellState(pass, this.#running, (clock.now() - beganMs) / 1000, this.#machine);
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      this.#warn(`how the service stands cannot be written down: ${error.message}`);
    }
  }

  #means(): PassMeans {
    return {
      machine: this.#machine,
      reports: this.#reports,
      quietSince: ({ payload }) => payload?.quietSinceMs,
      interruption: this.#interruption,
      say: (line) => {
        this.#say(line);
      },
    };
  }

  async #wait(): Promise<void> {
    const { clock } = this.#machine;
    const untilMs = clock.now() + this.#run.policy.intervalSeconds * 1000;
    while (!this.#reload && !this.#interruption.aborted) {
      await this.#notify("WATCHDOG=1");
      const left = untilMs - clock.now();
      if (left <= 0) return;
      this.#wake = new AbortController();
      await clock.pause(Math.min(left, longestSilenceMs), this.#wake.signal);
    }
  }

  /** What was good stays, until what is new is good. */
  async #readAgain(): Promise<void> {
    this.#reload = false;
    const read = readPolicy(this.#machine);
    if (read.kind !== "policy") {
      const { message } = whyNoPolicy(read);
      this.#running = { ...this.#running, fault: message };
      this.#warn(`the rules that were read before still apply: ${message}`);
      return;
    }
    const { policy } = read;
    this.#running = { ...this.#running, fault: undefined };
    this.#run = { ...this.#run, policy, meanings: await meaningsIn(policy.rules, this.#reports), isFresh: true };
    this.#say(`the rules were read again: ${String(policy.rules.length)}, mode ${policy.mode}`);
  }

  #say(line: string): void {
    this.#context.out.write(`${isoTime(this.#machine.now())} ${visible(line)}\n`);
  }

  #warn(line: string): void {
    notice(line, this.#context.err);
  }
}
