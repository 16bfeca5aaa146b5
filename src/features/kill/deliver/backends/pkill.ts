import type { Process } from "../../../../domain/process.ts";
import type { EndingSignal } from "../../plan/signal.ts";
import type { Backend, Reach, SignalBatch } from "./backend.ts";
import { expressionBackend, literal, type Expression } from "./expression.ts";

/** pkill(1), told parent, session and exact name of each process: no other process has all three. */
export function pkillBackend(reach: Reach): Backend {
  return expressionBackend(pkillExpressions, "procps (procps-ng)", reach);
}

/**
 * One call for all session children of one name, one for all processes that lead a session: as parents and sessions are
 * lists of their own, a call selects every combination of them, and of these two there is no mixed one.
 */
export function pkillExpressions(batches: readonly SignalBatch[], signal: EndingSignal): Expression[] {
  const targets = batches.flatMap(({ processes }) => processes);
  const groupOf = ({ comm, sid, ppid }: Process) => `${comm} ${sid === ppid ? "child" : "leader"}`;
  return [...new Set(targets.map(groupOf))].map((group) =>
    expressionFor(
      targets.filter((each) => groupOf(each) === group),
      signal,
    ),
  );
}

function expressionFor(targets: readonly Process[], signal: EndingSignal): Expression {
  const parents = listOf(targets, ({ ppid }) => ppid);
  const sessions = listOf(targets, ({ sid }) => sid);
  const choice = ["-P", parents, "-s", sessions, "-x", literal(targets[0]?.comm ?? "")];
  return { command: ["pkill", "--signal", signal, ...choice], preview: choice, targets, harmless: new Set() };
}

function listOf(processes: readonly Process[], valueOf: (process: Process) => number): string {
  return [...new Set(processes.map(valueOf))].join(",");
}
