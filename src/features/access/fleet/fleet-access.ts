/** What the sshctl of many hosts makes of one account. Pure. */
import { exitCodes, type ExitCode } from "../../../errors.ts";
import { withoutAbsent, type FleetDocuments } from "../../sessions/fleet/ask-sshctl.ts";
import { exitCodeOf } from "../../sessions/fleet/fleet-sessions.ts";

export interface FleetAccess {
  /** As it was asked for. */
  user: string;
  fleet: FleetDocuments<"access">;
  /** Hosts that have no such account. */
  absent: readonly string[];
}

export function accessOf(user: string, asked: FleetDocuments<"access">): FleetAccess {
  return { user, ...withoutAbsent(asked) };
}

/** Hosts that let the account in. */
export function openHosts({ fleet }: FleetAccess): string[] {
  return fleet.answered.filter(({ document }) => document.answer === "yes").map(({ name }) => name);
}

/** As for one machine: where one host lets the account in, it gets in; that none does is known only where all have said so. */
export function codeOfAccess(access: FleetAccess): ExitCode {
  const { fleet, absent } = access;
  const code = exitCodeOf({ answered: [...fleet.answered, ...absent], failed: fleet.failed });
  if (code !== exitCodes.done) return code;
  if (openHosts(access).length > 0) return exitCodes.done;
  const isOpenQuestion = fleet.answered.some(({ document }) => document.answer === "unknown");
  return isOpenQuestion ? exitCodes.partial : exitCodes.nothingMatched;
}
