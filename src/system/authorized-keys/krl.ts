/** A list of revoked keys, as ssh-keygen -k writes it: PROTOCOL.krl of OpenSSH, read as ssh_krl_from_blob() in krl.c reads it. */
import { createHash } from "node:crypto";
import { isSince, type LineRules } from "./line-rules.ts";
import { readPublicKey, readStrings } from "./public-key.ts";

const magic = Buffer.from("SSHKRL\n\0", "latin1");

export function isKrl(bytes: Buffer): boolean {
  return bytes.subarray(0, magic.length).equals(magic);
}

export interface Krl {
  /** "SHA256:…" or "SHA1:…" of keys. Certificates are named by other marks, and do not stand in files of keys. */
  fingerprints: ReadonlySet<string>;
  /** Why sshd does not take the list, and with it no key; what was found before that counts no more. */
  problem: string | undefined;
}

export function parseKrl(bytes: Buffer, rules: Pick<LineRules, "openssh">): Krl {
  const fingerprints = new Set<string>();
  try {
    const cursor = new Cursor(bytes.subarray(magic.length));
    readHeader(cursor);
    while (!cursor.isAtEnd) readSection(cursor, fingerprints, rules);
    return { fingerprints, problem: undefined };
  } catch (error) {
    if (error instanceof Damage) return { fingerprints, problem: error.message };
    throw error;
  }
}

/** Ends the reading. */
class Damage extends Error {}

/** Reads the types of RFC 4251 section 5. */
class Cursor {
  #rest: Buffer;

  constructor(bytes: Buffer) {
    this.#rest = bytes;
  }

  get isAtEnd(): boolean {
    return this.#rest.length === 0;
  }

  take(length: number): Buffer {
    if (length > this.#rest.length) throw new Damage("it is cut off");
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  long(): bigint {
    return this.take(8).readBigUInt64BE();
  }

  string(): Buffer {
    return this.take(this.take(4).readUInt32BE());
  }

  /** sshbuf_get_cstring(): at most the last byte may be a NUL. */
  text(): Buffer {
    const text = this.string();
    if (text.subarray(0, -1).includes(0)) throw new Damage("a text in it holds a NUL");
    return text;
  }
}

function readHeader(cursor: Cursor): void {
  if (cursor.take(4).readUInt32BE() !== 1) throw new Damage("its format is not known");
  // A version, a date, and flags.
  cursor.take(24);
  cursor.string();
  cursor.text();
}

const section = { certificates: 1, keys: 2, sha1: 3, sha256: 5, extension: 255 };

/** Extensions came with OpenSSH 9.4, which dropped signatures; ssh-keygen has never written either. */
const extensionVersion = 904;

function readSection(cursor: Cursor, fingerprints: Set<string>, rules: Pick<LineRules, "openssh">): void {
  const type = cursor.byte();
  const data = new Cursor(cursor.string());
  switch (type) {
    case section.certificates:
      readCertificates(data, rules);
      return;
    case section.keys:
      while (!data.isAtEnd) fingerprints.add(fingerprint("SHA256", hashOf(data.string())));
      return;
    case section.sha1:
      while (!data.isAtEnd) fingerprints.add(fingerprint("SHA1", hashFrom(data, 20)));
      return;
    case section.sha256:
      while (!data.isAtEnd) fingerprints.add(fingerprint("SHA256", hashFrom(data, 32)));
      return;
    case section.extension:
      readExtension(data, rules);
      return;
    default:
      throw new Damage(`it has a section ${String(type)}, which sshd does not know`);
  }
}

function hashOf(blob: Buffer): Buffer {
  return createHash("sha256").update(blob).digest();
}

function hashFrom(data: Cursor, length: number): Buffer {
  const hash = data.string();
  if (hash.length !== length) throw new Damage("a fingerprint in it has the wrong length");
  return hash;
}

function fingerprint(name: "SHA1" | "SHA256", hash: Buffer): string {
  return `${name}:${hash.toString("base64").replace(/=+$/, "")}`;
}

function readExtension(data: Cursor, rules: Pick<LineRules, "openssh">): void {
  if (!isSince(rules, extensionVersion)) throw new Damage("it has an extension, which sshd does not know");
  data.text();
  const isCritical = data.byte() !== 0;
  data.string();
  if (isCritical) throw new Damage("it has a critical extension, which sshd does not know");
  rejectRest(data);
}

const certificates = { serials: 0x20, range: 0x21, bitmap: 0x22, keyIds: 0x23, extension: 0x39 };

/** parse_revoked_certs(): of one authority, or of all. Nothing of it concerns keys, but a mistake in it spoils the list. */
function readCertificates(data: Cursor, rules: Pick<LineRules, "openssh">): void {
  const authority = data.string();
  data.string();
  if (authority.length > 0 && !isPublicKey(authority)) throw new Damage("an authority in it is not a key");
  while (!data.isAtEnd) {
    const type = data.byte();
    const part = new Cursor(data.string());
    readCertificatePart(type, part, rules);
    rejectRest(part);
  }
}

function isPublicKey(blob: Buffer): boolean {
  const [type] = readStrings(blob, 1) ?? [];
  return type !== undefined && readPublicKey(type.toString("latin1"), blob)?.bits !== undefined;
}

function readCertificatePart(type: number, part: Cursor, rules: Pick<LineRules, "openssh">): void {
  switch (type) {
    case certificates.serials:
      while (!part.isAtEnd) checkRange(part.long());
      return;
    case certificates.range:
      checkRange(part.long(), part.long());
      return;
    case certificates.bitmap:
      checkBitmap(part.long(), part.string());
      return;
    case certificates.keyIds:
      while (!part.isAtEnd) part.text();
      return;
    case certificates.extension:
      readExtension(part, rules);
      return;
    default:
      throw new Damage(`it has a section ${String(type)} of certificates, which sshd does not know`);
  }
}

function checkRange(first: bigint, last = first): void {
  if (first === 0n || first > last) throw new Damage("serial numbers in it are not valid");
}

/** SSHBUF_MAX_BIGNUM, in bytes. */
const longestBitmap = 2048;

function checkBitmap(first: bigint, bits: Buffer): void {
  const isNegative = (bits[0] ?? 0) > 0x7f;
  if (isNegative || bits.length > longestBitmap + 1) throw new Damage("a bitmap in it is not valid");
  const set = bits.length === 0 ? 0n : BigInt(`0x0${bits.toString("hex")}`);
  const count = set === 0n ? 0 : set.toString(2).length;
  const isZeroSet = first === 0n && (set & 1n) === 1n;
  if (isZeroSet || (count > 0 && first + BigInt(count - 1) > 0xffff_ffff_ffff_ffffn))
    throw new Damage("serial numbers in it are not valid");
}

function rejectRest(data: Cursor): void {
  if (!data.isAtEnd) throw new Damage("a section in it is longer than its contents");
}
