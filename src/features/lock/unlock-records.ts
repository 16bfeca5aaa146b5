/**
 * The door of this room, for `undo`: takes locks away, from the plan to the result. It shows what goes, asks, does it, and tells whether
 * the accounts get in.
 */
import type { GivenOptions } from "../../cli/command.ts";
import { askConsent } from "../../cli/consent.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import type { ChangeRecord } from "../../changes/change-record.ts";
import { exitCodes, NothingDoneError, type ExitCode } from "../../errors.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import type { textFormats } from "../sessions/output-options.ts";
import { readEveryone } from "../../system/locks/everyone-record.ts";
import { keptLocks } from "./kept-locks.ts";
import { rejectUser } from "./plan.ts";
import type { LockRecord, RecordHost } from "../../system/locks/record.ts";
import { noteUndone, unlockAll, type UnlockAct } from "./take-off.ts";
import { renderUnlockJson } from "./text/json.ts";
import { renderUnlock, renderUnlockPlan } from "./text/text.ts";

/**
 * A lock of everyone is a change of a file, too; whoever put only that file back would leave its timer and its record.
 *
 * @throws NothingDoneError
 */
export function rejectEveryone({ id }: ChangeRecord, machine: RecordHost & Pick<Machine, "uid">): void {
  // The records of locks are root's: a user has locked nobody, and need not be able to read them.
  if (machine.uid !== 0) return;
  const everyone = readEveryone(machine);
  if (everyone === undefined || everyone === "damaged" || everyone.id !== id) return;
  throw new NothingDoneError(
    `The change ${id} is the lock of everyone. Nothing was done.`,
    'To undo it: "sshctl unlock --everyone".',
  );
}

/** Takes away what is left of the locks of one change. */
export async function undoLocks(
  { id, accounts }: ChangeRecord,
  command: string,
  given: GivenOptions,
  context: Context,
): Promise<ExitCode> {
  const machine = await machineOf(await context.host());
  rejectUser(machine);
  const records = keptLocks(machine).records.filter((record) => record.id === id);
  if (records.length > 0)
    return unlockRecords(records, { name: "undo", command, forSeconds: undefined }, given, "text", context);
  if (!given.flag("dry-run")) noteUndone(id, id, machine);
  throw new NothingDoneError(
    `No lock of ${accounts.join(", ")} is left by the change ${id}. Nothing was done.`,
    '"sshctl locks" lists locks.',
  );
}

/** @throws DeclinedError */
export async function unlockRecords(
  records: readonly LockRecord[],
  act: Omit<UnlockAct, "reason">,
  given: GivenOptions,
  format: (typeof textFormats)[number],
  context: Context,
): Promise<ExitCode> {
  const machine = await machineOf(await context.host());
  const frame = { host: machine.hostName(), takenAtMs: machine.now() };
  const width = widthOf(context.out);
  if (given.flag("dry-run")) {
    context.out.write(
      format === "json"
        ? renderUnlockJson(frame, records, undefined)
        : renderUnlockPlan(records, act.forSeconds, width),
    );
    return exitCodes.done;
  }
  if (!given.flag("yes")) await ask(records, act, context);
  const deed = { ...act, reason: given.texts("reason").at(-1) };
  const results = await context.interruptible(async () => unlockAll(records, deed, machine, context));
  context.out.write(format === "json" ? renderUnlockJson(frame, records, results) : renderUnlock(results, width));
  return results.every(
    ({ outcome, notBack }) => (outcome === "unlocked" || outcome === "absent") && notBack.length === 0,
  )
    ? exitCodes.done
    : exitCodes.partial;
}

async function ask(
  records: readonly LockRecord[],
  { forSeconds }: Pick<UnlockAct, "forSeconds">,
  context: Context,
): Promise<void> {
  const names = records.map(({ user }) => user).join(", ");
  const plan = renderUnlockPlan(records, forSeconds, widthOf(context.err));
  await askConsent({ plan, deed: `unlock ${names}`, questions: [`Unlock ${names}?`] }, context);
}
