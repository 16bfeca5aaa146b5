import { describe, expect, test } from "vitest";
import { seekKey, type Wanted } from "../../../../../src/features/keys/inventory/seek-key.ts";
import { describeUnread } from "../../../../../src/features/keys/text/faults.ts";
import { newestRules } from "../../../../../src/system/authorized-keys/line-rules.ts";

const encoded = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const ed = `ssh-ed25519 ${encoded}`;
const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Eb";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";

const byFingerprint: Wanted = { isMeant: (key) => key.sha256 === sha256, encoded: undefined };
const byKey: Wanted = { ...byFingerprint, encoded };

async function* piecesOf(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += 1000) yield Promise.resolve(bytes.subarray(start, start + 1000));
}

async function seek(chunks: AsyncIterable<Buffer>, wanted = byKey, now = () => 0) {
  const { places, rest } = await seekKey({ kind: "open", chunks, rights: [root] }, wanted, newestRules, now);
  return { lines: places.map(({ line }) => line), problem: rest && describeUnread(rest) };
}

const root = { path: "/", uid: 0, gid: 0, mode: 0o40755 };

describe.each([
  ["a fingerprint", byFingerprint],
  ["the whole key", byKey],
])("by %s", (_, wanted) => {
  test.each<[string, string, number[]]>([
    ["as it usually stands", `${other}\n${ed} a\n#${ed}\n`, [2]],
    ["in the last line, without an end", `${other}\n${ed}`, [2]],
    ["several times", `${ed}\n\n${ed}\n`, [1, 3]],
    ["behind options that sshd does not take", `tunnel="x" ${ed}\n`, [1]],
    ["divided by what base64 skips", `ssh-ed25519 ${encoded.slice(0, 9)}\v${encoded.slice(9)}\n`, [1]],
    ["with a carriage return", `${ed}\r\n`, [1]],
    ["behind much else", `${"junk\n".repeat(300_000)}restrict ${ed}\n`, [300_001]],
    ["behind white space", `${" ".repeat(5000)}${ed}\n`, [1]],
    ["before a long comment", `${ed} ${"x".repeat(2_000_000)}\n${ed}\n`, [1, 2]],
    ["nowhere", `${other}\n# ${ed}\n`, []],
  ])("the key is found %s", async (__, text, lines) => {
    expect(await seek(piecesOf(text), wanted)).toEqual({ lines, problem: undefined });
  });
});

describe("what was not read is said", () => {
  test.each([
    ["a key behind a megabyte of white space", `${" ".repeat(1_100_000)}${ed}\n`, "its line 1 is longer than 1 MiB"],
    ["a key behind a megabyte of options", `x\n${"pty,".repeat(300_000)} ${ed}\n`, "its line 2 is longer than 1 MiB"],
    ["a comment of a megabyte", `#${" ".repeat(1_100_000)}${ed}\n`, undefined],
  ])("%s", async (_, text, problem) => {
    expect(await seek(piecesOf(text))).toEqual({ lines: [], problem });
  });

  test("an endless file", async () => {
    const chunk = Buffer.alloc(1024 * 1024, "x\n");
    let count = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        count += 1;
        yield Promise.resolve(chunk);
      }
    }
    expect(await seek(endless())).toEqual({ lines: [], problem: "it is larger than 256 MiB" });
    expect(count).toBe(257);
  });

  test("a slow one", async () => {
    let timeMs = 0;
    const now = () => (timeMs += 20_000);
    expect(await seek(piecesOf(`${ed}\n${"x".repeat(5000)}`), byKey, now)).toEqual({
      lines: [1],
      problem: "it could not be read within 30 seconds",
    });
  });

  test("one that breaks", async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Promise.resolve(Buffer.from(`${ed}\n`));
      throw Object.assign(new Error("read"), { code: "EIO" });
    }
    expect(await seek(broken())).toEqual({ lines: [1], problem: "it cannot be read: EIO" });
  });
});
