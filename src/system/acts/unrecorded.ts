import type { LogName } from "./record-acts.ts";

/** A sentence without its full stop. */
export function unrecorded(log: LogName): string {
  return `the ${log} log did not accept the record of this`;
}
