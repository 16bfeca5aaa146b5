/** Selecting processes by an expression, as pkill(1) and killall(1) do, and never others than were meant. */
import { plural } from "../../../../text/words.ts";
import type { Pid, Process } from "../../../../domain/process.ts";
import type { EndingSignal } from "../../plan/signal.ts";
import { FatalError, UsageError } from "../../../../errors.ts";
import { isPresent, type Files } from "../../../../host/files/files.ts";
import type { Sent } from "../../../../host/processes/signals.ts";
import { rereadProcess } from "../../../../system/procfs/processes.ts";
import { parseStat } from "../../../../system/procfs/stat.ts";
import type { Backend, CommandLine, Reach, SignalBatch } from "./backend.ts";

export interface Expression {
  command: CommandLine;
  /** The arguments of pgrep(1) that select what the command selects. */
  preview: readonly string[];
  /** What it is meant to select. */
  targets: readonly Process[];
  /** What it may select too without harm. */
  harmless: ReadonlySet<Pid>;
}

/** @throws UsageError when an expression selects anything else than it should. */
async function verify(expressions: readonly Expression[], { programs, files }: Reach): Promise<void> {
  for (const expression of expressions) {
    const pgrep = await programs.run("pgrep", expression.preview, limitMs);
    if (pgrep === undefined)
      throw new FatalError("pgrep is not installed.", "It comes in the package procps (procps-ng).");
    const selected = new Set(pgrep.stdout.split("\n").filter(Boolean).map(Number));
    const meant = new Set(expression.targets.map(({ pid }) => pid));
    rejectOthers(
      expression,
      [...selected].filter((pid) => !meant.has(pid) && !expression.harmless.has(pid)),
      files,
    );
    rejectMissed(
      expression,
      expression.targets.filter((target) => !selected.has(target.pid) && rereadProcess(files, target)),
    );
  }
}

function rejectOthers({ command }: Expression, others: readonly Pid[], files: Files): void {
  if (others.length === 0) return;
  const named = others.slice(0, 5).map((pid) => `${nameOf(files, pid)} (PID ${String(pid)})`);
  throw new UsageError(
    `${command[0]} cannot select exactly these sessions: "${command.join(" ")}" would also hit ${plural(others.length, "process")} that must be spared: ${named.join(", ")}${others.length > named.length ? ", …" : ""}.`,
    useKill,
  );
}

function rejectMissed({ command }: Expression, [missed]: readonly Process[]): void {
  if (missed === undefined) return;
  throw new UsageError(`${command[0]} would not find PID ${String(missed.pid)} by "${command.join(" ")}".`, useKill);
}

const useKill = "Use --backend kill, which signals each process by itself.";

function nameOf(files: Files, pid: Pid): string {
  const stat = files.read(`/proc/${String(pid)}/stat`, 0);
  return (isPresent(stat) ? parseStat(stat)?.comm : undefined) ?? "a process";
}

/**
 * A backend that runs the commands of expressions.
 *
 * @param packageName - that brings the program.
 */
export function expressionBackend(
  expressionsOf: (batches: readonly SignalBatch[], signal: EndingSignal) => readonly Expression[],
  packageName: string,
  reach: Reach,
): Backend {
  return {
    preview: async (batches, signal) => {
      const expressions = expressionsOf(batches, signal);
      await verify(expressions, reach);
      return expressions.map(({ command }) => command);
    },
    send: async (batches, signal) => run(expressionsOf(batches, signal), packageName, reach),
  };
}

/** Looks once more, runs the commands, and tells of every victim whether it was there to be signalled. */
async function run(
  expressions: readonly Expression[],
  packageName: string,
  reach: Reach,
): Promise<ReadonlyMap<Pid, Sent>> {
  await verify(expressions, reach);
  const targets = expressions.flatMap((expression) => expression.targets);
  const sent = new Map(targets.map((target): [Pid, Sent] => [target.pid, probe(target, reach)]));
  for (const { command, targets } of expressions) {
    if (targets.every(({ pid }) => sent.get(pid) !== "sent")) continue;
    const [program, ...args] = command;
    const output = await reach.programs.run(program, args, limitMs);
    if (output === undefined)
      throw new UsageError(`${program} is not installed.`, `It comes in the package ${packageName}.`);
    // Both end with 1 when they have found nothing: pkill(1), killall(1).
    if (output.exitCode !== 0) for (const { pid } of targets) sent.set(pid, "gone");
  }
  return sent;
}

/** Before all commands: one of them may end a monitor, and with it the victim of the next. */
function probe(target: Process, { files, signals }: Reach): Sent {
  return rereadProcess(files, target) === undefined ? "gone" : signals.probe(target.pid);
}

const limitMs = 10_000;

/** A name as pgrep takes it, by an extended regular expression: regex(7). */
export function literal(name: string): string {
  return name.replaceAll(/[.[\]{}()\\*+?|^$]/g, String.raw`\$&`);
}
