/** Lists of revoked keys, byte by byte: PROTOCOL.krl of OpenSSH. */

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

export function string(...parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([u32(bytes.length), bytes]);
}

export function section(type: number, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([type]), string(...parts)]);
}

export interface KrlParts {
  magic?: string;
  format?: number;
  comment?: string;
}

export function krl({ magic = "SSHKRL\n\0", format = 1, comment = "" }: KrlParts, ...sections: Buffer[]): Buffer {
  const numbers = [u32(format), u64(1n), u64(1_700_000_000n), u64(0n)];
  return Buffer.concat([
    Buffer.from(magic, "latin1"),
    ...numbers,
    string(),
    string(Buffer.from(comment, "latin1")),
    ...sections,
  ]);
}

/** Certificates of all authorities. */
export function certificates(...parts: readonly Buffer[]): Buffer {
  return section(1, string(), string(), ...parts);
}

/** An extension that no sshd knows. */
export function extension(type: number, isCritical: boolean, ...rest: readonly Buffer[]): Buffer {
  return section(type, string(Buffer.from("x@example.org")), Buffer.from([Number(isCritical)]), string(), ...rest);
}

/** Lists of which sshd can make sense, none of which names a key. */
export const soundLists: readonly (readonly [what: string, list: Buffer])[] = [
  ["nothing", krl({})],
  ["a comment", krl({ comment: "of ours" })],
  ["a comment with a NUL at its end", krl({ comment: "of ours\0" })],
  ["empty sections", krl({}, section(2), section(3), section(5))],
  ["no certificates", krl({}, certificates())],
  ["serial numbers", krl({}, certificates(section(0x20, u64(1n), u64(7n))))],
  ["no serial numbers", krl({}, certificates(section(0x20)))],
  ["a range", krl({}, certificates(section(0x21, u64(5n), u64(9n))))],
  ["a bitmap", krl({}, certificates(section(0x22, u64(5n), string(Buffer.from([0x55])))))],
  ["an empty bitmap", krl({}, certificates(section(0x22, u64(0n), string())))],
  ["a bitmap from 0 on", krl({}, certificates(section(0x22, u64(0n), string(Buffer.from([0x02])))))],
  ["key ids", krl({}, certificates(section(0x23, string(Buffer.from("a")), string(Buffer.from("b")))))],
  ["a key that is none", krl({}, section(2, string(Buffer.from("no key"))))],
];

/** Lists for which sshd refuses every key. */
export const damagedLists: readonly (readonly [what: string, list: Buffer])[] = [
  ["half a mark", Buffer.from("SSHKRL")],
  ["another mark", krl({ magic: "SSHKRL\n\x01" })],
  ["the mark only", Buffer.from("SSHKRL\n\0", "latin1")],
  ["another format", krl({ format: 2 })],
  ["half a header", krl({}).subarray(0, 30)],
  ["a comment with a NUL within", krl({ comment: "of\0ours" })],
  ["half a section", krl({}, section(5, string(Buffer.alloc(32)))).subarray(0, -10)],
  ["a section without its length", krl({}, Buffer.from([5]))],
  ["a length beyond the end", krl({}, Buffer.concat([Buffer.from([5]), u32(0xffff_ffff)]))],
  ["a byte too much", Buffer.concat([krl({}), Buffer.from([0])])],
  ["an unknown section", krl({}, section(9))],
  ["a short SHA1", krl({}, section(3, string(Buffer.alloc(19))))],
  ["a short SHA256", krl({}, section(5, string(Buffer.alloc(31))))],
  ["a fingerprint that is cut off", krl({}, section(5, u32(32), Buffer.alloc(10)))],
  ["an authority that is no key", krl({}, section(1, string(Buffer.from("no key")), string()))],
  ["certificates without what is reserved", krl({}, section(1, string()))],
  ["serial number 0", krl({}, certificates(section(0x20, u64(0n))))],
  ["half a serial number", krl({}, certificates(section(0x20, u32(1))))],
  ["a range backwards", krl({}, certificates(section(0x21, u64(9n), u64(5n))))],
  ["a range that goes on", krl({}, certificates(section(0x21, u64(5n), u64(9n), u64(10n))))],
  ["a bitmap with 0", krl({}, certificates(section(0x22, u64(0n), string(Buffer.from([0x01])))))],
  ["a negative bitmap", krl({}, certificates(section(0x22, u64(5n), string(Buffer.from([0x80])))))],
  ["a bitmap beyond the end", krl({}, certificates(section(0x22, u64(2n ** 64n - 1n), string(Buffer.from([0x03])))))],
  ["a bitmap too long", krl({}, certificates(section(0x22, u64(5n), string(Buffer.alloc(2050, 1)))))],
  ["a key id with a NUL within", krl({}, certificates(section(0x23, string(Buffer.from("a\0b")))))],
  ["an unknown section of certificates", krl({}, certificates(section(0x30)))],
  ["a critical extension", krl({}, extension(255, true))],
  ["an extension that goes on", krl({}, extension(255, false, Buffer.from([0])))],
  ["a critical extension of certificates", krl({}, certificates(extension(0x39, true)))],
];

/** Lists of which only newer ones can make sense. */
export const extendedLists: readonly (readonly [what: string, list: Buffer])[] = [
  ["an extension", krl({}, extension(255, false))],
  ["an extension of certificates", krl({}, certificates(extension(0x39, false)))],
];
