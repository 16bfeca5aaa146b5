import { plural } from "../../../text/words.ts";
import type { SilenceReason } from "../revoke/ask-commands.ts";

/** Why it is not known what AuthorizedKeysCommand supplies; follows a colon. Also `problem` in docs/schemas/revocation-1.json. */
export function describeSilence(reason: SilenceReason): string {
  switch (reason.kind) {
    case "not-root":
      return "only root can ask it";
    case "no-key":
      return "only the fingerprint of the key is known";
    case "no-user":
      return reason.user === undefined
        ? "AuthorizedKeysCommandUser is not set"
        : `there is no user ${reason.user}, of AuthorizedKeysCommandUser`;
    case "not-askable":
      return "it takes words that only a connection gives";
    case "unsafe":
      return `it is not run: ${reason.fault}`;
    case "late":
      return "it did not answer within 5 s";
    case "too-much":
      return "it printed more than 1 MiB";
    case "problem":
      return `it could not be run: ${reason.problem}`;
    case "too-many":
      return `it was not asked for ${plural(reason.accounts, "account")}`;
  }
}
