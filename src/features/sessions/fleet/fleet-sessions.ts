/** What many hosts have answered, chosen as the sessions of one machine are. */
import type { GivenOptions } from "../../../cli/command.ts";
import { chooseSessions, type Choice, type ChosenSessions } from "../../../domain/choose-sessions.ts";
import { byLogin } from "../../../domain/session-order.ts";
import type { Session, SessionReport } from "../../../domain/session.ts";
import { exitCodes, UsageError, type ExitCode } from "../../../errors.ts";
import { hasAnswered, type Answered } from "../../../fleet/collect/collect-fleet.ts";
import type { Failure } from "../../../fleet/engine/failures.ts";
import { parseChoice, parseKeys, usualPhases } from "../selection-options.ts";
import { rejectAmbiguous } from "../read-sessions.ts";
import type { FleetLook } from "./look.ts";

export interface FleetSessions {
  takenAtMs: number;
  /** Those that have answered, in the order of their names. */
  answered: readonly AnsweredHost[];
  failed: readonly { name: string; failure: Failure }[];
}

export interface AnsweredHost extends Pick<Answered, "clockOffsetMs"> {
  name: string;
  report: SessionReport;
  chosen: ChosenSessions;
}

/** A session, and where it is. */
export interface FleetRow {
  host: string;
  session: Session;
  /** The moment there, for ages: clocks differ. */
  nowMs: number;
}

/** Each host has accounts of its own: a name means whoever is called so there. */
export function parseFleetChoice(given: GivenOptions, phases = usualPhases): Choice {
  const choice = parseChoice(given, () => undefined, phases);
  if (choice.phases.includes("leftover"))
    throw new UsageError(
      "What sessions have left behind is only seen on the machine itself.",
      "Leave out --phase leftover, or --on.",
    );
  return choice;
}

/** @throws UsageError for the beginning of a fingerprint that means several keys. */
export function chooseOnHosts(given: GivenOptions, { takenAtMs, hosts }: FleetLook): FleetSessions {
  const choice = parseFleetChoice(given);
  const answered = hosts.flatMap(({ name, outcome }) =>
    hasAnswered(outcome)
      ? {
          name,
          report: outcome.report,
          clockOffsetMs: outcome.clockOffsetMs,
          chosen: chooseSessions(outcome.report, choice),
        }
      : [],
  );
  const sessions = answered.flatMap(({ report }) => report.sessions);
  for (const key of parseKeys(given)) rejectAmbiguous(key, { sessions });
  return {
    takenAtMs,
    answered,
    failed: hosts.flatMap(({ name, outcome }) => (hasAnswered(outcome) ? [] : { name, failure: outcome })),
  };
}

/** By host, and there by login. */
export function rowsOf({ answered }: Pick<FleetSessions, "answered">): FleetRow[] {
  return answered.flatMap(({ name, report, chosen }) =>
    chosen.sessions.toSorted(byLogin).map((session) => ({ host: name, session, nowMs: report.takenAtMs })),
  );
}

/** Who did not answer is no empty host. */
export function exitCodeOf({ answered, failed }: Record<"answered" | "failed", readonly unknown[]>): ExitCode {
  if (failed.length === 0) return exitCodes.done;
  return answered.length === 0 ? exitCodes.fatal : exitCodes.partial;
}
