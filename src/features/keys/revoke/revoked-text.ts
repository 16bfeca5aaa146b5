/** The texts that a revocation writes. All are byte texts. */
import { fromByteText, toByteText } from "../../../text/byte-text.ts";
import { parseAuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";

/** What is put out of action, and what is said beside it. */
export interface Removal {
  /** SHA-256. */
  fingerprint: string;
  /** As "2026-11-25: revoked by root", in one line. */
  note: string;
  /** Take the line away altogether. */
  remove: boolean;
}

/** Lines with that key become comments, or go. */
export function withoutKey(text: string, { fingerprint, note, remove }: Removal): string {
  return text
    .split("\n")
    .flatMap((line) => {
      if (parseAuthorizedKey(fromByteText(line))?.key.sha256 !== fingerprint) return line;
      return remove ? [] : `# ${toByteText(note)}: ${line}`;
    })
    .join("\n");
}

/** Adds a key to a RevokedKeys file of keys. Its last line may lack a line feed. */
export function withRevokedKey(text: string, key: string, note: string): string {
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return `${before}# ${toByteText(note)}\n${key}\n`;
}
