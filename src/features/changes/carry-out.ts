import { widthOf, type Context } from "../../cli/context.ts";
import { activator } from "../../changes/activate.ts";
import { undoChange, type UndoOutcome, type UndoPlan } from "../../changes/undo-change.ts";
import { NothingFoundError } from "../../errors.ts";
import type { Machine } from "../../host/host.ts";
import { firstFew } from "../../domain/first-few.ts";
import { recordActs, type LogName } from "../../system/acts/record-acts.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { readCaller } from "../../system/caller.ts";
import { notice } from "../sessions/notes.ts";
import { halfUndone, refusalOf } from "./refusals.ts";
import { renderUndone, type UndoView } from "./text/undo-text.ts";

type Undone = Extract<UndoOutcome, { kind: "undone" }>;

/**
 * Undoes a change, records that, and tells what follows.
 *
 * @param isToldAlready - what follows was told when somebody was asked.
 * @returns how it ended, where it is done or the files differ from what they were a moment ago.
 * @throws ForeseenError
 */
export async function carryOut(
  view: UndoView,
  reason: string | undefined,
  isToldAlready: boolean,
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
      throw new NothingFoundError(`The record of the change ${id} was removed by another process. Nothing was done.`);
    case "refused":
    case "put-back":
      throw refusalOf(outcome.reason);
    case "not-put-back":
      throw halfUndone(outcome, id);
    case "undone":
      break;
  }
  out.write(renderUndone(outcome, view, isToldAlready, widthOf(out)));
  if (outcome.unrecorded !== undefined)
    notice(`the record of the change could not be marked as undone: ${outcome.unrecorded.message}`, err);
  for (const log of await writeDown(view, outcome, reason, host)) notice(unrecorded(log), err);
  return outcome;
}

/** @returns the logs that did not take it. */
async function writeDown(
  { record, effects }: UndoView,
  { id, paths }: Undone,
  reason: string | undefined,
  host: Machine,
): Promise<LogName[]> {
  const keys = effects.flatMap((each) => ("fingerprint" in each ? each.fingerprint : []));
  const act = {
    id,
    act: "undo",
    isDone: true,
    caller: readCaller(host.files),
    reason,
    facts: {
      key: [...new Set(keys)].join(" ") || undefined,
      command: `sshctl undo ${record.id}`,
      change: record.id,
      files: firstFew(paths),
    },
  };
  return recordActs([act], host);
}
