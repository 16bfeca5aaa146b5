import type { Context } from "../../cli/context.ts";
import { FatalError, UsageError } from "../../errors.ts";
import type { Machine } from "../../host/host.ts";
import { readProcesses } from "../../system/procfs/processes.ts";
import { fullTime } from "../../text/time.ts";
import { takeEvidence, type TakenEvidence } from "../evidence/take-evidence.ts";
import type { FreezeReport } from "./carry-out.ts";
import type { FreezeWishes } from "./options.ts";
import type { FreezePlan } from "./plan.ts";

export interface KeptEvidence {
  taken: TakenEvidence | undefined;
  /** Why it was not taken. */
  problems: readonly string[];
}

/** Of what stands still. Where it cannot be written, the session stays frozen, so that it can be tried again. */
export async function keepEvidence(
  { session, report }: FreezePlan,
  { evidence, reason }: FreezeWishes,
  { record, isFrozen, processes }: FreezeReport,
  machine: Machine,
  context: Context,
): Promise<KeptEvidence> {
  if (evidence === undefined || !isFrozen) return { taken: undefined, problems: [] };
  const now = { ...report, processes: readProcesses(machine.files) };
  const otherwise = `It stays frozen until ${fullTime(record.untilMs)}: freeze it again with --evidence elsewhere, or thaw it.`;
  const occasion = { id: record.id, command: "freeze", reason, report: now, otherwise };
  try {
    return { taken: await takeEvidence(evidence, [{ session, processes }], occasion, machine, context), problems: [] };
  } catch (error) {
    if (!(error instanceof FatalError || error instanceof UsageError)) throw error;
    return { taken: undefined, problems: [[error.message, error.remedy ?? []].flat().join(" ")] };
  }
}
