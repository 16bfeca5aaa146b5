import { describeProtection } from "../../../system/protected/read-protected.ts";
import type { Spared } from "../plan/plan-terminations.ts";

/** Why a session is not touched: what follows after its name, without a full stop. */
export function proofOf(spared: Spared): string {
  const { selfProof = "" } = spared.session;
  switch (spared.protection) {
    case "container":
      return "belongs to a container: end it from inside that container";
    case "own":
      return `is your own session: ${selfProof}`;
    case "perhaps-own":
      return `may be your own session: ${selfProof}`;
    case "protected":
      return describeProtection(spared.by);
  }
}
