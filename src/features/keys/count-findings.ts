/** A door of this room: how many keys there are on this machine, and what is wrong with them, in numbers. */
import type { Context } from "../../cli/context.ts";
import type { Severity } from "./inventory/findings.ts";
import { allFindings, readKeyReport } from "./inventory/key-report.ts";
import { keysHostOf } from "./machine.ts";
import { readSessionsOf } from "./options.ts";

export { severities } from "./inventory/findings.ts";

export interface CountedKeys {
  /** Lines that hold one. */
  keys: number;
  /** None of a severity that is missing. */
  findings: ReadonlyMap<Severity, number>;
}

/**
 * Of all accounts, without homes on network file systems. Reads what `sshctl keys --findings` reads: as root.
 *
 * @throws ForeseenError
 */
export async function countFindings(context: Context): Promise<CountedKeys> {
  const host = await keysHostOf(context);
  const question = { users: [], unusedSeconds: undefined, networkHomes: false };
  const report = await readKeyReport(question, await readSessionsOf(context, host), host);
  const findings = new Map<Severity, number>();
  for (const { severity } of allFindings(report)) findings.set(severity, (findings.get(severity) ?? 0) + 1);
  return { keys: report.keys.length, findings };
}
