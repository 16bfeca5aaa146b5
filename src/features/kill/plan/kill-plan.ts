/**
 * This room decides how sessions end, and does nothing: which processes get a signal (plan-terminations.ts), which processes a session
 * has started (assign-processes.ts), what else a signal would end (slip.ts), and what may keep running (may-outlive.ts). Here are the shapes of
 * the plan and of its report. Everything in this room is pure.
 */
import type { Danger } from "./critical-programs.ts";
import type { KillOutcome } from "./outcome.ts";
import type { ListenerPlan } from "../listeners.ts";
import type { LoginRecords } from "./login-records.ts";
import type { Termination, Spared } from "./plan-terminations.ts";
import type { KillProblem, ListenerNote } from "./problem.ts";
import type { Channel } from "../../../domain/describe-channels.ts";
import type { Process } from "../../../domain/process.ts";
import type { SessionProcess } from "../../../domain/session-details.ts";
import type { Session, SessionReport } from "../../../domain/session.ts";

/** A session that is to end, with what is known before. */
export interface PlannedEnd {
  termination: Termination;
  /** What it has started and would leave behind. */
  sessionProcesses: readonly SessionProcess[];
  dangers: readonly Danger[];
  /** Whether the kernel lets the caller signal it. */
  isPermitted: boolean;
}

/** Everything that is decided before the first signal. */
export interface KillPlan {
  report: SessionReport;
  ends: readonly PlannedEnd[];
  spared: readonly Spared[];
  /** Left out because what was asked for is not known of them. */
  undecided: readonly Session[];
  /** What the backend would run; none for system calls. */
  commands: readonly (readonly string[])[];
  /** What the sessions have started, with the identities of the processes. */
  sessionProcesses: ReadonlyMap<Session, readonly Process[]>;
  listeners: ListenerPlan;
}

/** What became of one of them. */
export interface KillResult {
  end: PlannedEnd;
  outcome: KillOutcome;
  /** What it has started and still runs. */
  leftovers: readonly SessionProcess[];
  records: LoginRecords;
  /** What became of the rest of its connection; undefined where all of it was to end. */
  rest: ConnectionRest | undefined;
}

/** What one terminal was to leave alone. */
export interface ConnectionRest {
  /** Whether the processes that serve the connection are the same as before. */
  isConnected: boolean;
  /** Other channels whose processes have ended meanwhile. */
  lost: readonly Channel[];
}

/** What became of all. */
export interface KillReport {
  /** Of the act, the same as in its records. */
  id: string;
  plan: KillPlan;
  results: readonly KillResult[];
  /** Sessions that match and came too late to be ended. */
  appeared: readonly Session[];
  /** What became of the listeners. */
  notes: readonly ListenerNote[];
  /** What went wrong beside the sessions. */
  problems: readonly KillProblem[];
  /** Whether it was called off before its end. */
  isInterrupted: boolean;
  /** Whether nothing is left of what was to end with --everything. */
  wasEverythingEnded: boolean;
}
