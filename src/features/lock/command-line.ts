/** The command line that asks for the same lock again: what is recorded, and typed once more after an undo. */
import { quoteWord } from "../../domain/command-line.ts";
import { exactDuration } from "../../domain/duration.ts";
import type { LockOptions } from "./plan.ts";

interface LockedBy extends Omit<LockOptions, "reason"> {
  message?: string | undefined;
}

/**
 * @param whom - words that name accounts, or those that mean everyone.
 * @param lifted - the lines of /etc/sshctl/protected that were set aside.
 */
export function lockCommand(
  whom: readonly string[],
  { sshOnly, kill, everything, forSeconds, untilMs, probe, stop, exempt, message }: LockedBy,
  lifted: readonly string[],
): string {
  const words = [
    ...whom,
    ...(sshOnly ? ["--ssh-only"] : []),
    ...(kill ? [] : ["--no-kill"]),
    ...(everything ? ["--everything"] : []),
    ...(probe ? ["--probe"] : []),
    ...[...stop].map((kind) => `--stop-${kind}`),
    ...(exempt ? ["--exempt"] : []),
    ...(untilMs === undefined ? [] : ["--until", `@${String(untilMs / 1000)}`]),
    ...(forSeconds === undefined || untilMs !== undefined ? [] : ["--for", exactDuration(forSeconds)]),
    ...(message === undefined ? [] : ["--message", message]),
    ...lifted.flatMap((name) => ["--even-protected", name]),
  ];
  return ["sshctl lock", ...words.map(quoteWord)].join(" ");
}
