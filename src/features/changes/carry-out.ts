import { widthOf, type Context } from "../../cli/context.ts";
import { activator } from "../../changes/activate.ts";
import { undoChange, type UndoOutcome, type UndoPlan } from "../../changes/undo-change.ts";
import { NothingFoundError } from "../../errors.ts";
import type { Machine } from "../../host/host.ts";
import { describeCaller, readCaller } from "../../system/caller.ts";
import { callerFields, writeEntry } from "../../system/system-log.ts";
import { notice } from "../sessions/notes.ts";
import { halfUndone, refusalOf } from "./refusals.ts";
import { renderUndone, type UndoView } from "./text/undo-text.ts";

type Undone = Extract<UndoOutcome, { kind: "undone" }>;

/**
 * Undoes a change, records that, and tells what follows.
 *
 * @returns how it ended, where it is done or the files differ from what they were a moment ago.
 * @throws ForeseenError
 */
export async function carryOut(
  view: UndoView,
  reason: string | undefined,
  host: Machine,
  { out, err }: Context,
): Promise<Undone | Exclude<UndoPlan, { kind: "planned" }>> {
  const { id, activation } = view.record;
  const outcome = await undoChange(id, activator(activation, host), host);
  switch (outcome.kind) {
    case "already-undone":
    case "changed-since":
    case "without-backup":
      return outcome;
    case "unknown":
      throw new NothingFoundError(`The record of the change ${id} has just been removed. Nothing was done.`);
    case "refused":
    case "put-back":
      throw refusalOf(outcome.reason);
    case "not-put-back":
      throw halfUndone(outcome, id);
    case "undone":
      break;
  }
  out.write(renderUndone(outcome.paths, view, widthOf(out)));
  if (outcome.unrecorded !== undefined)
    notice(`that the change is undone could not be recorded: ${outcome.unrecorded.message}`, err);
  if (!(await writeLog(view, outcome, reason, host))) notice("the system log did not take the record of this", err);
  return outcome;
}

async function writeLog(
  { record, effects }: UndoView,
  { paths }: Undone,
  reason: string | undefined,
  host: Machine,
): Promise<boolean> {
  const caller = readCaller(host.files);
  const because = reason === undefined ? "" : `; reason: ${reason}`;
  const keys = effects.flatMap((each) => ("fingerprint" in each ? each.fingerprint : []));
  return writeEntry(
    `${describeCaller(caller)} undid the change ${record.id} (${record.command}) in ${paths.join(", ") || "no file"}${because}`,
    {
      ...callerFields(caller),
      SSHCTL_CHANGE: record.id,
      SSHCTL_KEY: [...new Set(keys)].join(" ") || undefined,
      SSHCTL_REASON: reason,
      SSHCTL_FILES: paths.join(" "),
    },
    host.feed,
  );
}
