/** What is wrong with lines and files that hold no key which could be named. */
import type { Fault } from "./faults.ts";
import type { Finding } from "./findings.ts";
import type { BrokenPlace, Inventory } from "./inventory.ts";

export function judgeFiles({ broken, unread, revoked }: Pick<Inventory, "broken" | "unread" | "revoked">): Finding[] {
  const ofFile = { line: undefined, fingerprint: undefined };
  return [
    ...[...revoked].flatMap(([path, { fault }]): Finding[] =>
      // The file is root's, and so is the finding.
      fault === undefined
        ? []
        : [{ ...ofFile, fault: { id: "revoked-keys-unusable", fault }, severity: "high", user: "root", path }],
    ),
    ...broken.map((place): Finding => ({
      fault: brokenLine(place),
      severity: "low",
      user: place.account.name,
      path: place.path,
      line: place.line,
      fingerprint: undefined,
    })),
    ...unread.map(({ account, path, reason, fromLine }): Finding => ({
      ...ofFile,
      fault: { id: "unread-file", reason, fromLine },
      severity: "medium",
      user: account.name,
      path,
    })),
  ];
}

function brokenLine({ problem, count }: BrokenPlace): Fault {
  return problem === undefined
    ? { id: "broken-line", problem, count }
    : { id: "broken-line", problem, isIgnored: false };
}
