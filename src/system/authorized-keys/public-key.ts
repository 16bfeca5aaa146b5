/** A public key as bytes: what kind it is, how long, and its fingerprints, all as ssh-keygen -l tells them. */
import { createHash } from "node:crypto";

export interface PublicKey {
  /** "ssh-ed25519": the name inside of the key. */
  type: string;
  /** "ED25519", "RSA-CERT"; of a type that is not known here the type itself. */
  name: string;
  /** Undefined for a type that is not known here. */
  bits: number | undefined;
  /** "SHA256:…"; of a certificate, that of its key. */
  sha256: string;
  /** "MD5:aa:bb:…", where sshd is set to FingerprintHash md5. */
  md5: string;
  /** "SHA1:…", by which lists of revoked keys may name it; of a certificate, that of its key. */
  sha1: string;
  /** All of it in base64, as it stands behind its type. */
  encoded: string;
  isCertificate: boolean;
}

/** One type of key: the fields behind its name, RFC 4253 section 6.6, RFC 5656, RFC 8709, OpenSSH's PROTOCOL.u2f. */
interface KeyType {
  name: string;
  fields: number;
  /** Undefined where the fields cannot be such a key. */
  bits: (fields: readonly Buffer[]) => number | undefined;
}

const fixed =
  (length: number, bits: number): KeyType["bits"] =>
  ([key]) =>
    key?.length === length ? bits : undefined;

const curve =
  (name: string, bits: number): KeyType["bits"] =>
  ([curveName, point]) =>
    curveName?.toString("latin1") === name && point?.[0] === 4 && point.length === 1 + 2 * Math.ceil(bits / 8)
      ? bits
      : undefined;

const types: ReadonlyMap<string, KeyType> = new Map(
  Object.entries({
    "ssh-rsa": { name: "RSA", fields: 2, bits: ([, modulus]) => bitLength(modulus) },
    "ssh-dss": { name: "DSA", fields: 4, bits: ([prime]) => bitLength(prime) },
    "ssh-ed25519": { name: "ED25519", fields: 1, bits: fixed(32, 256) },
    "ecdsa-sha2-nistp256": { name: "ECDSA", fields: 2, bits: curve("nistp256", 256) },
    "ecdsa-sha2-nistp384": { name: "ECDSA", fields: 2, bits: curve("nistp384", 384) },
    "ecdsa-sha2-nistp521": { name: "ECDSA", fields: 2, bits: curve("nistp521", 521) },
    "sk-ssh-ed25519@openssh.com": { name: "ED25519-SK", fields: 2, bits: fixed(32, 256) },
    "sk-ecdsa-sha2-nistp256@openssh.com": { name: "ECDSA-SK", fields: 3, bits: curve("nistp256", 256) },
  } satisfies Record<string, KeyType>),
);

/** Names of signatures, which sshd takes for the type of the key that makes them: peek_type_nid() in OpenSSH's sshkey.c. */
const aliases: ReadonlyMap<string, string> = new Map([
  ["rsa-sha2-256", "ssh-rsa"],
  ["rsa-sha2-512", "ssh-rsa"],
  ["webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"],
]);

const certificateSuffix = "-cert-v01@openssh.com";

/**
 * @param word - the type as it stands in front of the key.
 * @returns undefined where the bytes are no key of that type.
 */
export function readPublicKey(word: string, blob: Buffer): PublicKey | undefined {
  const type = aliases.get(word) ?? word;
  if (type.endsWith(certificateSuffix)) return readCertificate(type, blob);
  const [name, ...fields] = readStrings(blob) ?? [];
  if (name?.toString("latin1") !== type) return undefined;
  const known = types.get(type);
  if (known === undefined) return describe({ type, name: type, bits: undefined, blob, key: blob });
  const bits = fields.length === known.fields ? known.bits(fields) : undefined;
  return bits === undefined ? undefined : describe({ type, name: known.name, bits, blob, key: blob });
}

/** Whether a type is one of those that OpenSSH has had since 8.2; which of them a server still takes is another question. */
export function isKnownType(type: string): boolean {
  return types.has(plainType(type) ?? aliases.get(type) ?? type);
}

/** PROTOCOL.certkeys: name, nonce, the fields of the key, and then what the authority says. */
function readCertificate(type: string, blob: Buffer): PublicKey | undefined {
  const plain = plainType(type);
  const known = plain === undefined ? undefined : types.get(plain);
  if (plain === undefined || known === undefined) return undefined;
  const [name, , ...fields] = readStrings(blob, 2 + known.fields) ?? [];
  const bits = known.bits(fields);
  if (name?.toString("latin1") !== type || bits === undefined) return undefined;
  const key = Buffer.concat([Buffer.from(plain, "latin1"), ...fields].map(withLength));
  return describe({ type, name: `${known.name}-CERT`, bits, blob, key });
}

function plainType(type: string): string | undefined {
  if (!type.endsWith(certificateSuffix)) return undefined;
  const base = type.slice(0, -certificateSuffix.length);
  return [base, `${base}@openssh.com`].find((each) => types.has(each));
}

/** @param parts.key - what counts of a certificate; else the whole. */
function describe(parts: Pick<PublicKey, "type" | "name" | "bits"> & { blob: Buffer; key: Buffer }): PublicKey {
  const { type, name, bits, blob, key } = parts;
  return {
    type,
    name,
    bits,
    sha256: `SHA256:${digest("sha256", key)}`,
    md5: `MD5:${createHash("md5").update(key).digest("hex").match(/../g)?.join(":") ?? ""}`,
    sha1: `SHA1:${digest("sha1", key)}`,
    encoded: blob.toString("base64"),
    isCertificate: blob !== key,
  };
}

/** Base64 without padding, sshkey_fingerprint() in OpenSSH's sshkey.c. */
function digest(algorithm: "sha1" | "sha256", bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest("base64").replace(/=+$/, "");
}

/**
 * Strings with their length in front, RFC 4251 section 5.
 *
 * @param count - so many, whatever follows; without it up to the end, where they must end exactly.
 */
export function readStrings(bytes: Buffer, count = Number.POSITIVE_INFINITY): Buffer[] | undefined {
  const strings: Buffer[] = [];
  let offset = 0;
  while (strings.length < count) {
    if (offset === bytes.length && count === Number.POSITIVE_INFINITY) break;
    if (offset + 4 > bytes.length) return undefined;
    const end = offset + 4 + bytes.readUInt32BE(offset);
    if (end > bytes.length) return undefined;
    strings.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  return strings;
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Of a positive number in as few bytes as it takes; others are refused by sshbuf_get_bignum2(). */
function bitLength(number: Buffer | undefined): number | undefined {
  const first = number?.findIndex((byte) => byte !== 0) ?? -1;
  if (number === undefined || first < 0 || (number[0] ?? 0) > 0x7f) return undefined;
  const bits = (number.length - first) * 8 - (Math.clz32(number[first] ?? 0) - 24);
  return bits <= largestNumber ? bits : undefined;
}

/** SSHBUF_MAX_BIGNUM. */
const largestNumber = 16_384;
