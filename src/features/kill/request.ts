import type { ChosenSessions } from "../../domain/choose-sessions.ts";
import type { Channel } from "../../domain/describe-channels.ts";
import type { SessionReport } from "../../domain/session.ts";
import type { TextStyle } from "../../text/grid.ts";
import type { SessionsLayout } from "../sessions/text/sessions-text.ts";
import type { TakenEvidence } from "../evidence/take-evidence.ts";
import type { KillOptions } from "./options.ts";
import type { Spared } from "./plan/plan-terminations.ts";

/** Sessions that are meant, and the machine they are on. */
export interface Found {
  report: SessionReport;
  chosen: Pick<ChosenSessions, "sessions" | "undecided">;
  /** What of the one session that is chosen is to end alone. */
  channel?: Channel | undefined;
}

export interface KillRequest {
  /** That ends them, for the record. */
  command: "kill" | "kill-all" | "watch" | "keys revoke" | "lock" | "policy";
  /** Of the policy that ends them, by its name. */
  rule?: string;
  /** Of an act that this is a part of; one of its own where there is none. */
  id?: string;
  options: KillOptions;
  /** What was kept of the sessions. */
  evidence?: TakenEvidence | undefined;
  find: () => Promise<Found>;
  /** @throws ForeseenError where it is not enough to leave out who is protected. */
  rejectSpared?: (spared: readonly Spared[]) => void;
  /** Ask before anything is done. */
  mustConfirm: (found: Found) => boolean;
  /** Why that is asked, where it is not always. */
  reasons?: (found: Found) => readonly string[];
  /** Whether what comes meanwhile is meant as well. */
  alsoNewcomers: boolean;
  layout: SessionsLayout;
  /** Of the outcome. */
  look: TextStyle;
  /** Of the plan, which is shown where the question is asked. */
  planStyle: TextStyle;
}
