import { fc, test } from "@fast-check/vitest";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { parseLine } from "../../../../src/system/authorized-keys/authorized-key.ts";

/** RFC 8032's first test vector as a public key, with the fingerprints that ssh-keygen -l prints of it. */
const blob = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const key = `ssh-ed25519 ${blob}`;
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";

function textOf(type: string, ...fields: Buffer[]): string {
  const parts = [Buffer.from(type), ...fields].map((field) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    return Buffer.concat([length, field]);
  });
  return `${type} ${Buffer.concat(parts).toString("base64")}`;
}

describe("a line with a key", () => {
  test.each([
    [key, "", undefined],
    [`${key} alice@laptop`, "", "alice@laptop"],
    [`  ${key}\talice's old  laptop `, "", "alice's old  laptop"],
    [`${key}\r`, "", undefined],
    [`${key} x\0 behind a NUL there is nothing for sshd`, "", "x"],
    [`restrict,pty ${key} x`, "restrict,pty", "x"],
    [`RESTRICT,No-PTY ${key}`, "RESTRICT,No-PTY", undefined],
    [`pty, ${key}`, "pty,", undefined],
    [`command="echo \\"a b\\"",from="10.0.0.0/8" ${key} x`, 'command="echo \\"a b\\"",from="10.0.0.0/8"', "x"],
    [`environment="A=\\"b c\\"" ${key}`, 'environment="A=\\"b c\\""', undefined],
    [`cert-authority,principals="a,b" ${key}`, 'cert-authority,principals="a,b"', undefined],
  ])("%j", (line, options, comment) => {
    const expected = { key: { name: "ED25519", sha256 }, options: { text: options, problem: undefined }, comment };
    expect(parseLine(line)).toMatchObject(expected);
  });

  test("with options", () => {
    const options =
      'cert-authority,from="10.0.0.0/8,!10.0.0.1",command="echo \\"hi\\"",principals="a",expiry-time="20300101Z",expiry-time="20290101Z"';
    expect(parseLine(`${options} ${key}`)).toMatchObject({
      options: {
        certAuthority: true,
        from: "10.0.0.0/8,!10.0.0.1",
        command: 'echo "hi"',
        principals: "a",
        expiresAtMs: Date.UTC(2029, 0, 1),
        names: ["cert-authority", "from", "command", "principals", "expiry-time"],
      },
    });
  });

  test("of a type that nobody knows yet", () => {
    const line = textOf("ssh-mldsa44-ed25519@openssh.com", Buffer.alloc(64, 1));
    expect(parseLine(`restrict ${line} new`)).toMatchObject({
      key: {
        type: "ssh-mldsa44-ed25519@openssh.com",
        bits: undefined,
        sha256: expect.stringMatching(/^SHA256:.{43}$/),
      },
      comment: "new",
    });
  });

  test("as long as lines get", () => {
    expect(parseLine(`command="${"x".repeat(100_000)}" ${key}`)).toMatchObject({ key: { sha256 } });
  });
});

describe("a line that is none", () => {
  test.each(["", " ", "\t", "\r", "# a comment", `# ${key}`, `  #${key}`, `\0${key}`])("%j", (line) => {
    expect(parseLine(line)).toBeUndefined();
  });
});

describe("a line that sshd skips", () => {
  test.each([
    ["ssh-ed25519", "it holds no key"],
    ["ssh-ed25519 !!!", "damaged"],
    ["ssh-ed25519 AAAA", "damaged"],
    [`ssh-rsa ${blob}`, "damaged"],
    [`ssh-ed25519 ${blob.slice(0, -1)}`, "damaged"],
    [`ssh-ed25519 ${blob}AAAA`, "damaged"],
    [textOf("ssh-ed25519", Buffer.alloc(31)), "damaged"],
    [textOf("ssh-rsa", Buffer.from([1, 0, 1]), Buffer.alloc(256, 255)), "damaged"],
    [textOf("ecdsa-sha2-nistp256", Buffer.from("nistp384"), Buffer.alloc(65, 4)), "damaged"],
    [`command="open ${key}`, "a quote is not closed"],
    [`command="a\\\\" ${key}`, "a quote is not closed"],
    ["binary \u0001\u0002", "it holds no key"],
  ])("%j", (line, problem) => {
    expect(parseLine(line)).toMatchObject({ problem: expect.stringContaining(problem) });
  });

  test.prop([fc.string({ unit: "binary", maxLength: 200 })])("whatever it holds, it is read or not", (line) => {
    for (const text of [line, `ssh-rsa ${line}`, `restrict,${line} ${key}`])
      expect(() => parseLine(text)).not.toThrow();
  });
});

describe("ssh-keygen -l says the same", () => {
  const folder = mkdtempSync(join(tmpdir(), "sshctl-keys-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const keygen = (...args: string[]) => execFileSync("ssh-keygen", args, { cwd: folder, stdio: "pipe" }).toString();

  /** A line as ssh-keygen -l prints it: bits, fingerprint, comment, type in brackets. */
  const described = (line: string) => {
    const parsed = parseLine(line);
    if (parsed === undefined || !("key" in parsed)) return parsed;
    const { key: found, comment } = parsed;
    return {
      sha256: `${String(found.bits)} ${found.sha256} ${comment ?? "no comment"} (${found.name})`,
      md5: `${String(found.bits)} ${found.md5} ${comment ?? "no comment"} (${found.name})`,
    };
  };
  const expected = (file: string) => ({
    sha256: keygen("-lf", file).trim(),
    md5: keygen("-l", "-E", "md5", "-f", file).trim(),
  });

  const kinds = [
    ["rsa", 1024],
    ["rsa", 1031],
    ["rsa", 2048],
    ["rsa", 3072],
    ["ecdsa", 256],
    ["ecdsa", 384],
    ["ecdsa", 521],
    ["ed25519", 256],
  ] as const;

  test.each(kinds)("%s with %d bits, and a certificate of it", (type, bits) => {
    const file = `${type}-${String(bits)}`;
    keygen("-q", "-t", type, "-b", String(bits), "-N", "", "-C", `of ${file}`, "-f", file);
    expect(described(readFileSync(join(folder, `${file}.pub`), "utf8").trim())).toEqual(expected(`${file}.pub`));
    keygen("-q", "-t", "ed25519", "-N", "", "-f", `ca-${file}`);
    keygen("-q", "-s", `ca-${file}`, "-I", "an id", "-n", "alice", `${file}.pub`);
    expect(described(readFileSync(join(folder, `${file}-cert.pub`), "utf8").trim())).toEqual(
      expected(`${file}-cert.pub`),
    );
  });

  const generated = fc.oneof(
    fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => textOf("ssh-ed25519", Buffer.from(bytes))),
    fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => textOf("sk-ssh-ed25519@openssh.com", Buffer.from(bytes), Buffer.from("ssh:"))),
    fc
      .uint8Array({ minLength: 128, maxLength: 520 })
      .map((bytes) =>
        textOf("ssh-rsa", Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0, 0x80]), Buffer.from(bytes)])),
      ),
    fc
      .uint8Array({ minLength: 128, maxLength: 160 })
      .map((bytes) => textOf("ssh-rsa", Buffer.from([3]), Buffer.concat([Buffer.from([1]), Buffer.from(bytes)]))),
  );

  test("about keys that were made up, security keys among them", () => {
    const lines = fc.sample(generated, 60).map((line, index) => `${line} k${String(index)}`);
    writeFileSync(join(folder, "all"), "");
    for (const line of lines) appendFileSync(join(folder, "all"), `${line}\n`);
    const printed = keygen("-lf", "all").trim().split("\n");
    expect(lines.map(described).map((each) => each && "sha256" in each && each.sha256)).toEqual(printed);
  });
});
