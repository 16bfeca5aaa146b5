import type { Machine } from "../../host/host.ts";
import { termsOf, type LockRecord } from "../../system/locks/record.ts";
import { isOver, readClock } from "../../system/locks/term.ts";
import { isArmed, missingProgram } from "./timer.ts";

/** A lock that nobody ends, and an account that nobody locks again, are not what was asked for. */
export async function timerFault(
  key: string,
  record: Pick<LockRecord, "end" | "opened">,
  machine: Machine,
): Promise<string | undefined> {
  if (termsOf(record).length === 0) return undefined;
  const what = record.opened === undefined ? "it does not end" : "the account is not locked again";
  // A timer that has nothing to start does not run on older systemd: this is why.
  const lost = missingProgram(machine);
  if (lost !== undefined) return `its timer starts ${lost}, which is not there any more: ${what} by itself`;
  if (!(await isArmed(key, machine))) return `its timer does not run: ${what} by itself`;
  const clock = await readClock(machine);
  const isLate = termsOf(record).some((term) => isOver(term, clock) && clock.nowMs > term.untilMs + latenessMs);
  return isLate ? `its time is over, and its timer has failed: see journalctl -u sshctl-locks` : undefined;
}

/** A timer tries again every minute. */
const latenessMs = 300_000;
