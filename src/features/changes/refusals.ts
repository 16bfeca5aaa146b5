/** What stands in the way of undoing a change, as ends that the program foresees. */
import type { NotPutBack } from "../../changes/change.ts";
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import { HalfDoneError, type ForeseenError } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import { sentence } from "../../text/sentence.ts";

/** @throws ForeseenError where a file cannot be read. */
export function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FileTrouble) throw refusalOf(error);
    throw error;
  }
}

export function refusalOf(reason: FileTrouble | ForeseenError): ForeseenError {
  return reason instanceof FileTrouble ? foreseenTrouble(reason, "Nothing was done.") : reason;
}

export function halfUndone({ reason, left, inactive }: NotPutBack, id: string): ForeseenError {
  const stays = left.map(({ path }) => `${path} is back to its state before the change, and stays so`);
  const late = inactive === undefined ? [] : [`The files as they are now are not in force: ${inactive.message}`];
  const sentences = ["Undoing the change failed partway", reason.message, ...stays, ...late];
  return new HalfDoneError(sentences.map(sentence).join(" "), `"sshctl undo ${id}" tries again.`);
}
