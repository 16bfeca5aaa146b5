import { FatalError, NothingDoneError, PermissionError, type ForeseenError } from "../errors.ts";
import type { FileTrouble } from "../host/files/file-trouble.ts";

/**
 * What the file system has against a change, as an end that the program foresees.
 *
 * @param outcome - a sentence on what that means for the files, such as "Nothing is changed."
 */
export function foreseenTrouble(trouble: FileTrouble, outcome: string): ForeseenError {
  const message = `${trouble.message}. ${outcome}`;
  switch (trouble.kind) {
    case "refused":
      return new PermissionError(message);
    case "broken":
      return new FatalError(message);
    case "foreign":
      return new NothingDoneError(message, "Fix that by hand first.");
    case "changed":
    case "busy":
      return new NothingDoneError(message, "Try again.");
  }
}
