import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { userFiles } from "../../../../src/host/files/user-files.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
let folder = "";
const at = (name: string) => join(folder, name);
const read = (name: string, isOutOfReach: (path: string) => boolean = () => false) =>
  userFiles.read([at(name)], owner, isOutOfReach, 1000)[0] ?? { kind: "absent" };

beforeEach(() => {
  folder = newFolder();
});

test("a file, with the rights of everything above it", () => {
  mkdirSync(at("d"), { mode: 0o750 });
  writeFileSync(at("d/f"), "text");
  chmodSync(at("d/f"), 0o640);
  const file = read("d/f");
  expect(file).toMatchObject({ kind: "read", isWhole: true, bytes: Buffer.from("text") });
  const rights = file.kind === "read" ? file.rights : [];
  expect(rights.slice(0, 2).map(({ path, mode }) => [path, mode & 0o777])).toEqual([
    [at("d/f"), 0o640],
    [at("d"), 0o750],
  ]);
  expect(rights.at(-1)?.path).toBe("/");
});

test("links are followed, and told without", () => {
  mkdirSync(at("real"));
  writeFileSync(at("real/f"), "text");
  symlinkSync("real", at("folder"));
  symlinkSync(at("folder/../folder/./f"), at("link"));
  const file = read("link");
  expect(file.kind === "read" && [file.bytes.toString(), file.rights[0].path]).toEqual(["text", at("real/f")]);
  expect(userFiles.realPath(at("link"), owner, () => false)).toBe(at("real/f"));
});

// Only root can act for somebody else.
test.runIf(process.getuid?.() === 0)("a uid that no directory knows reads what is open to it", () => {
  const unknown = { uid: 4_000_000, gid: 4_000_000 };
  chmodSync(folder, 0o755);
  for (const [name, mode] of [["open", 0o644] as const, ["closed", 0o600] as const]) {
    writeFileSync(at(name), "text");
    chmodSync(at(name), mode);
  }
  const kinds = userFiles.read([at("open"), at("closed")], unknown, () => false, 1000).map(({ kind }) => kind);
  expect(kinds).toEqual(["read", "unreadable"]);
  expect([process.geteuid?.(), process.getegid?.()]).toEqual([0, 0]);
});

describe("what is no file", () => {
  test.each<[string, () => void, object]>([
    ["nothing", () => undefined, { kind: "absent" }],
    ["a link to nothing", () => symlinkSync("gone", at("f")), { kind: "absent" }],
    [
      "a folder",
      () => mkdirSync(at("f")),
      { kind: "unreadable", problem: "it is not a regular file", isRefusedToAll: true },
    ],
    [
      "a FIFO",
      () => execFileSync("mkfifo", [at("f")]),
      { kind: "unreadable", problem: "it is not a regular file", isRefusedToAll: true },
    ],
    [
      "a device",
      () => symlinkSync("/dev/zero", at("f")),
      { kind: "unreadable", problem: "it is not a regular file", isRefusedToAll: true },
    ],
    [
      "a circle",
      () => symlinkSync("f", at("f")),
      { kind: "unreadable", problem: "its symbolic links form a loop", isRefusedToAll: true },
    ],
  ])("%s", (_, make, expected) => {
    make();
    expect(read("f")).toEqual(expected);
  });

  test("what is out of reach, by a link, too", () => {
    mkdirSync(at("far"));
    writeFileSync(at("far/f"), "text");
    symlinkSync("far/f", at("near"));
    const asked: string[] = [];
    const isFar = (path: string) => {
      asked.push(path);
      return path.startsWith(at("far"));
    };
    expect(read("near", isFar)).toEqual({ kind: "out-of-reach", path: at("far") });
    expect(asked.at(-1)).toBe(at("far"));
  });
});

describe("a large file", () => {
  test.each([
    [999, true],
    [1000, true],
    [1001, false],
    [1_000_000, false],
  ])("of %d bytes is read up to the limit", (size, isWhole) => {
    writeFileSync(at("f"), "");
    truncateSync(at("f"), size);
    expect(read("f")).toMatchObject({ kind: "read", isWhole, size, bytes: Buffer.alloc(Math.min(size, 1000)) });
  });

  test("comes in pieces, and is closed whether they are all taken or not", async () => {
    writeFileSync(at("f"), Buffer.alloc(3_000_000, "x"));
    for (const most of [1, Number.POSITIVE_INFINITY]) {
      const before = readdirSync("/proc/self/fd").length;
      const opened = userFiles.open(at("f"), owner, () => false);
      if (opened.kind !== "open") throw new Error(opened.kind);
      let [bytes, count] = [0, 0];
      for await (const chunk of opened.chunks) {
        [bytes, count] = [bytes + chunk.length, count + 1];
        if (count === most) break;
      }
      expect(bytes).toBe(most === 1 ? 1_048_576 : 3_000_000);
      expect(readdirSync("/proc/self/fd")).toHaveLength(before);
    }
  });

  test("is read from where that is asked for", async () => {
    writeFileSync(at("f"), `${"x".repeat(2_000_000)}end`);
    const opened = userFiles.open(at("f"), owner, () => false, 1_999_999);
    if (opened.kind !== "open") throw new Error(opened.kind);
    const chunks: Buffer[] = [];
    for await (const chunk of opened.chunks) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("xend");
  });

  test("of the kernel's, which has no size, takes no more calls for that", () => {
    symlinkSync("/proc/self/maps", at("f"));
    expect(read("f")).toMatchObject({ kind: "read", size: 0, bytes: expect.objectContaining({ length: 1000 }) });
  });
});
