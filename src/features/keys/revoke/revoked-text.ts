/** The texts that a revocation writes. All are byte texts. */
import { fromByteText, toByteText } from "../../../text/byte-text.ts";
import { parseAuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";

/** What is put out of action, and what is said beside it. */
export interface Removal {
  /** SHA-256. */
  fingerprints: ReadonlySet<string>;
  /** As "2026-11-25: revoked by root", in one line. */
  note: string;
  /** Take the line away altogether. */
  remove: boolean;
}

/** Lines with these keys become comments, or go. */
export function withoutKeys(text: string, { fingerprints, note, remove }: Removal): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const key = parseAuthorizedKey(fromByteText(line))?.key;
      if (key === undefined || !fingerprints.has(key.sha256)) return line;
      return remove ? [] : `# ${toByteText(note)}: ${line}`;
    })
    .join("\n");
}

/** Adds keys to a RevokedKeys file of keys. Its last line may lack a line feed. */
export function withRevokedKeys(text: string, keys: readonly string[], note: string): string {
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return `${before}# ${toByteText(note)}\n${keys.map((key) => `${key}\n`).join("")}`;
}
