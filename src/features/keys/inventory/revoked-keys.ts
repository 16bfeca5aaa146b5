/** The file that RevokedKeys names: keys, a line each, or a list of ssh-keygen -k (PROTOCOL.krl of OpenSSH). */
import { createHash } from "node:crypto";
import { parseAuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";
import { readStrings } from "../../../system/authorized-keys/public-key.ts";

export type RevokedKeys =
  /** While sshd cannot read it, it refuses every key. */
  { kind: "missing" } | { kind: "text" | "list"; fingerprints: ReadonlySet<string> };

const magic = Buffer.from("SSHKRL\n\0", "latin1");

export function parseRevokedKeys(bytes: Buffer): RevokedKeys & { fingerprints: ReadonlySet<string> } {
  if (isList(bytes)) return { kind: "list", fingerprints: new Set(fingerprintsInList(bytes)) };
  const keys = bytes
    .toString("utf8")
    .split("\n")
    .flatMap((line) => parseAuthorizedKey(line) ?? []);
  return { kind: "text", fingerprints: new Set(keys.map(({ key }) => key.sha256)) };
}

export function isList(bytes: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

/** Sections that name keys: whole ones, and their SHA-256 hashes. Certificates are named by others. */
const wholeKeys = 2;
const hashes = 5;

function fingerprintsInList(bytes: Buffer): string[] {
  // Behind the magic: a format, a version, a date, flags; then two strings.
  let offset = magic.length + 4 + 8 + 8 + 8;
  const [reserved, comment] = readStrings(bytes.subarray(offset), 2) ?? [];
  offset += 8 + (reserved?.length ?? 0) + (comment?.length ?? 0);
  const found: string[] = [];
  while (offset + 5 <= bytes.length) {
    const section = bytes[offset];
    const [data] = readStrings(bytes.subarray(offset + 1), 1) ?? [];
    if (data === undefined) break;
    offset += 5 + data.length;
    if (section === wholeKeys) found.push(...(readStrings(data) ?? []).map((key) => fingerprint(sha256(key))));
    if (section === hashes) found.push(...(readStrings(data) ?? []).map(fingerprint));
  }
  return found;
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function fingerprint(hash: Buffer): string {
  return `SHA256:${hash.toString("base64").replace(/=+$/, "")}`;
}
