import { actId } from "../../system/acts/act-id.ts";
import { recordActs } from "../../system/acts/record-acts.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { readCaller } from "../../system/caller.ts";
import type { Machine } from "../../host/host.ts";

/** Writes down that somebody steered the service. @returns what went wrong. */
export async function recordOrder(
  act: string,
  outcome: string,
  reason: string | undefined,
  machine: Pick<Machine, "files" | "feed" | "now" | "state">,
): Promise<string[]> {
  const id = actId(machine.now(), machine.state.token());
  const record = { id, act, isDone: true, caller: readCaller(machine.files), reason, facts: { outcome } };
  return (await recordActs([record], machine)).map(unrecorded);
}
