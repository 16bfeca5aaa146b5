import type { Spared } from "../plan/plan-terminations.ts";

/** Why a session is not touched: what follows after its name, without a full stop. */
export function proofOf({ protection, session: { selfProof = "" } }: Pick<Spared, "protection" | "session">): string {
  switch (protection) {
    case "container":
      return "belongs to a container: end it from inside that container";
    case "own":
      return `is your own session: ${selfProof}`;
    case "perhaps-own":
      return `may be your own session: ${selfProof}`;
  }
}
