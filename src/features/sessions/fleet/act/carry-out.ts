/** Tries the hosts, keeps what becomes of them, and tells it. */
import type { Context } from "../../../../cli/context.ts";
import type { ExitCode } from "../../../../errors.ts";
import { withResults, withRun, type Case } from "../../../../fleet/act/case.ts";
import { isSettled, type HostResult } from "../../../../fleet/act/host-outcome.ts";
import { runInSteps } from "../../../../fleet/act/run-in-steps.ts";
import { foldNames } from "../../../../fleet/names/fold-names.ts";
import type { Machine } from "../../../../host/host.ts";
import { recordActs } from "../../../../system/acts/record-acts.ts";
import { unrecorded } from "../../../../system/acts/unrecorded.ts";
import { plural } from "../../../../text/words.ts";
import { notice } from "../../notes.ts";
import { progressOn } from "../progress.ts";
import { renderCaseJson } from "./case-file.ts";
import { describeHosts, renderItems } from "./case-text.ts";
import {
  inOrder,
  nothingText,
  type ActLayout,
  type ActRun,
  type Begun,
  type DeedTarget,
  type FleetDeed,
} from "./deed.ts";
import { exitCodeOf } from "./exit-code.ts";
import { againOf, type CaseFile } from "./keep-case.ts";
import type { FleetAct } from "./options.ts";

interface Work {
  options: FleetAct;
  layout: ActLayout;
  machine: Machine;
  file: CaseFile;
  interruption: AbortSignal;
}

export async function carryOut<T extends DeedTarget>(
  deed: FleetDeed<T>,
  begun: Begun,
  work: Work,
  context: Context,
): Promise<ExitCode> {
  const { options, layout, machine, file } = work;
  const { first, second, onSignal } = twoSignals(work.interruption);
  return machine.holdSignals(onSignal, async () => {
    const { results, kept } = await tryHosts(deed, begun, work, { first, second }, context);
    const problems = [...file.problems(), ...(await writeDown(deed, results, begun.run, options, machine))];
    for (const problem of problems) notice(problem, context.err);
    await tell(deed, results, { kept, again: againOf(kept, options), layout }, context);
    return exitCodeOf(kept.hosts, layout.okIfNone, problems.length > 0);
  });
}

async function tryHosts<T extends DeedTarget>(
  { targets, mode, act }: FleetDeed<T>,
  { run, kept: planned, nowMs }: Begun,
  { options, layout, machine, file }: Work,
  { first, second }: Record<"first" | "second", AbortSignal>,
  { err }: Context,
): Promise<{ results: readonly HostResult[]; kept: Case }> {
  let kept = planned;
  let done = 0;
  const keep = (results: readonly HostResult[]) => {
    kept = withResults(kept, results, { run: run.id, atMs: machine.now() });
  };
  const progress = progressOn(err, targets.length);
  const results = await runInSteps({
    targets,
    rules: { mode, inSteps: options.inSteps, keepGoing: options.keepGoing },
    fanOut: layout.fanOut,
    interruption: first,
    act: async (target) => act(target, { ...run, stop: second }),
    onStep: (step) => {
      // Whoever finds the report of a run that was killed must not take these for untouched.
      keep(step.map(({ name, items }) => ({ name, kind: "undecided", text: "it was being tried", items })));
      file.save(kept);
    },
    onResult: (result) => {
      keep([result]);
      done += 1;
      progress.tell(done);
    },
  }).finally(progress.end);
  keep(results);
  const ended = { id: run.id, command: options.commandLine, startedAtMs: nowMs, endedAtMs: machine.now() };
  kept = withRun(kept, ended);
  file.save(kept);
  return { results, kept };
}

/** The first Ctrl-C starts nothing new, the second waits for nothing any more. */
function twoSignals(interruption: AbortSignal) {
  const [first, second] = [new AbortController(), new AbortController()];
  return {
    first: AbortSignal.any([interruption, first.signal]),
    second: second.signal,
    onSignal: () => {
      if (first.signal.aborted) second.abort();
      else first.abort();
    },
  };
}

async function tell<T extends DeedTarget>(
  deed: FleetDeed<T>,
  results: readonly HostResult[],
  { kept, again, layout }: { kept: Case; again: string | undefined; layout: ActLayout },
  { out, err }: Context,
): Promise<void> {
  const { targets, settled, title, undone } = deed;
  const all = inOrder([...results, ...settled]);
  if (layout.format === "json") out.write(renderCaseJson(kept, again));
  else {
    out.write(await renderItems(all, title, layout.style));
    if (targets.length === 0) err.write(nothingText(deed));
  }
  if (targets.length > 0 || all.some((result) => !isSettled(result))) err.write(describeHosts(all, undone));
  if (again !== undefined) err.write(`To try again what is left: ${again}\n`);
}

/** @returns what went wrong. */
async function writeDown<T extends DeedTarget>(
  { targets, deed }: FleetDeed<T>,
  results: readonly HostResult[],
  { id, caller, callerHost }: Omit<ActRun, "stop">,
  { command, commandLine, reason }: FleetAct,
  machine: Machine,
): Promise<string[]> {
  if (targets.length === 0) return [];
  const proven = results.filter(isSettled).length;
  const record = {
    id,
    act: command,
    isDone: proven === results.length,
    caller,
    reason,
    facts: {
      caller_host: callerHost,
      hosts: foldNames(targets.map(({ name }) => name)),
      outcome: `${deed}: proven on ${String(proven)} of ${plural(results.length, "host")}`,
      command: commandLine,
    },
  };
  const logs = await recordActs([record], machine);
  return logs.map((log) => unrecorded(log));
}
