import type { LiveReport } from "../../domain/session.ts";
import { whyBlind } from "../../domain/warnings.ts";
import { PermissionError } from "../../errors.ts";

/**
 * For what decides by who is there: somebody who cannot be seen is not nobody.
 *
 * @throws PermissionError where root does not see everything
 */
export function rejectBlindness({ warnings }: Pick<LiveReport, "warnings">): void {
  const reason = whyBlind(warnings);
  if (reason === undefined) return;
  throw new PermissionError(`Who is there cannot be decided: ${reason}.`, '"sshctl doctor" shows what is missing.');
}
