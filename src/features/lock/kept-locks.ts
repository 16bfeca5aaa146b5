import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import { readRecords, type KeptLocks, type RecordHost } from "../../system/locks/record.ts";

/** The records of all locks. @throws ForeseenError where they cannot be read, or others could have written them. */
export function keptLocks(host: RecordHost): KeptLocks {
  try {
    return readRecords(host);
  } catch (error) {
    throw error instanceof FileTrouble ? foreseenTrouble(error, "Nothing was done.") : error;
  }
}
