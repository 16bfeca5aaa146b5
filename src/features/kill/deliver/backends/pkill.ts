import type { Process } from "../../../../domain/process.ts";
import type { EndingSignal } from "../../plan/signal.ts";
import type { Backend, Reach, Strike } from "./backend.ts";
import { expressionBackend, literal, type Expression } from "./expression.ts";

/** pkill(1), told parent, session and exact name of each process: no other process has all three. */
export function pkillBackend(reach: Reach): Backend {
  return expressionBackend(pkillExpressions, "procps (procps-ng)", reach);
}

/**
 * One call for all session children of one name, one for all processes that lead a session: as parents and sessions are
 * lists of their own, a call selects every combination of them, and of these two there is no mixed one.
 */
export function pkillExpressions(strikes: readonly Strike[], signal: EndingSignal): Expression[] {
  const victims = strikes.flatMap(({ processes }) => processes);
  const groupOf = ({ comm, sid, ppid }: Process) => `${comm} ${sid === ppid ? "child" : "leader"}`;
  return [...new Set(victims.map(groupOf))].map((group) =>
    expressionFor(
      victims.filter((each) => groupOf(each) === group),
      signal,
    ),
  );
}

function expressionFor(victims: readonly Process[], signal: EndingSignal): Expression {
  const parents = listOf(victims, ({ ppid }) => ppid);
  const sessions = listOf(victims, ({ sid }) => sid);
  const choice = ["-P", parents, "-s", sessions, "-x", literal(victims[0]?.comm ?? "")];
  return { command: ["pkill", "--signal", signal, ...choice], preview: choice, victims, harmless: new Set() };
}

function listOf(processes: readonly Process[], valueOf: (process: Process) => number): string {
  return [...new Set(processes.map(valueOf))].join(",");
}
