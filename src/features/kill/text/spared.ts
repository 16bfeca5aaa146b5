import type { Spared } from "../plan/plan-terminations.ts";

/** Why a session is not touched: the end of a sentence that names it. */
export function proofOf({ protection, session: { selfProof = "" } }: Spared): string {
  switch (protection) {
    case "container":
      return "it belongs to a container: end it from inside that container";
    case "own":
      return `it is your own: ${selfProof}`;
    case "perhaps-own":
      return `it may be your own: ${selfProof}`;
  }
}
