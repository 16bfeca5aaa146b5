import { disarmGuard, type GuardHost } from "./guard.ts";
import { thaw, type FreezerHost, type Thawed } from "./freezer.ts";
import { removeFreeze, type FreezeRecord } from "./record.ts";

/**
 * Thaws what a record names, and takes its guard away; where it cannot be thawed, that stays.
 *
 * @throws FileTrouble
 */
export async function endFreeze(
  record: Pick<FreezeRecord, "id" | "means">,
  host: FreezerHost & GuardHost,
): Promise<Thawed> {
  const outcome = await thaw(record, host);
  if (outcome !== "failed") await forgetFreeze(record.id, host);
  return outcome;
}

/** Takes guard and record away; whatever is frozen stays so. @throws FileTrouble */
export async function forgetFreeze(id: string, host: GuardHost): Promise<void> {
  await disarmGuard(id, host);
  removeFreeze(id, host.frozen);
}
