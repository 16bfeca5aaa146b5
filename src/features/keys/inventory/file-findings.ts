/** What is wrong with lines and files that hold no key which could be named. */
import { plural } from "../../../text/words.ts";
import type { Finding } from "./findings.ts";
import type { Inventory } from "./inventory.ts";

export function judgeFiles({ broken, unread, revoked }: Pick<Inventory, "broken" | "unread" | "revoked">): Finding[] {
  return [
    ...[...revoked].flatMap(([path, { problem }]) => (problem === undefined ? [] : unusable(path, problem))),
    ...broken.map(({ account, path, line, count, problem }): Finding => ({
      id: "broken-line",
      severity: "low",
      user: account.name,
      path,
      line,
      fingerprint: undefined,
      reason: line === undefined ? `sshd skips ${plural(count, "more line")}` : `sshd skips the line: ${problem}`,
      remedy: line === undefined ? "Correct the lines or remove them." : "Correct the line or remove it.",
    })),
    ...unread.map(({ account, path, problem, fromLine }): Finding => ({
      id: "unread-file",
      severity: "medium",
      user: account.name,
      path,
      line: undefined,
      fingerprint: undefined,
      reason:
        fromLine === 1
          ? `its keys are not known: ${problem}`
          : `its keys from line ${String(fromLine)} on are not known: ${problem}`,
      remedy: "Check what it is; sshd expects a regular file that its user can read.",
    })),
  ];
}

/** The file is root's, and so is the finding. */
function unusable(path: string, problem: string): Finding {
  return {
    id: "revoked-keys-unusable",
    severity: "high",
    user: "root",
    path,
    line: undefined,
    fingerprint: undefined,
    reason: `sshd cannot read RevokedKeys, so it refuses every key of every user: ${problem}`,
    remedy:
      "Put a file there with one key per line, or a revocation list made by ssh-keygen -k; an empty file revokes nothing.",
  };
}
