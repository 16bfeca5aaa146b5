/** Asks again whether a lock of everyone holds. */
import type { Context } from "../../../cli/context.ts";
import type { Machine } from "../../../host/host.ts";
import { timerFault } from "../timer-fault.ts";
import { lookAtEveryone } from "./carry-out.ts";
import { findFaults } from "./plan.ts";
import { everyoneKey, readEveryone, type EveryoneRecord } from "../../../system/locks/everyone-record.ts";

export interface ProvenEveryone {
  state: "in force" | "broken" | "interrupted";
  record: EveryoneRecord;
  text: string;
}

/** @returns undefined where there is no such lock. */
export async function proveEveryone(
  machine: Machine,
  context: Context,
): Promise<ProvenEveryone | "damaged" | undefined> {
  const record = readEveryone(machine);
  if (record === undefined || record === "damaged") return record;
  const present = lookAtEveryone(record, machine);
  const broken = (text: string): ProvenEveryone => ({ state: "broken", record, text });
  if (present.kind === "before") return broken("somebody has taken it away");
  if (present.kind === "other") return broken(present.text);
  const fault = await timerFault(everyoneKey(record), { end: record.end, opened: undefined }, machine);
  if (fault !== undefined) return broken(fault);
  const faults = await findFaults(record.except, machine, context);
  if (faults.length > 0) return broken(faults.join("; "));
  return record.state === "planned"
    ? {
        state: "interrupted",
        record,
        text: "every server refuses all others; the command was cut off, and may have left sessions",
      }
    : { state: "in force", record, text: "every server refuses all others" };
}
