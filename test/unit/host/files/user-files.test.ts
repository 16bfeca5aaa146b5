import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { userFiles } from "../../../../src/host/files/user-files.ts";

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
let folder = "";
const at = (name: string) => join(folder, name);
const read = (name: string, isOutOfReach: (path: string) => boolean = () => false) =>
  userFiles.read([at(name)], owner, isOutOfReach, 1000)[0] ?? { kind: "absent" };

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sshctl-user-")));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a file, with the rights of everything above it", () => {
  mkdirSync(at("d"), { mode: 0o750 });
  writeFileSync(at("d/f"), "text");
  chmodSync(at("d/f"), 0o640);
  const file = read("d/f");
  expect(file).toMatchObject({ kind: "read", text: "text" });
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
  expect(file.kind === "read" && [file.text, file.rights[0].path]).toEqual(["text", at("real/f")]);
  expect(userFiles.realPath(at("link"), owner, () => false)).toBe(at("real/f"));
});

describe("what is no file", () => {
  test.each<[string, () => void, object]>([
    ["nothing", () => undefined, { kind: "absent" }],
    ["a link to nothing", () => symlinkSync("gone", at("f")), { kind: "absent" }],
    ["a folder", () => mkdirSync(at("f")), { kind: "unreadable", problem: "it is no regular file" }],
    ["a FIFO", () => execFileSync("mkfifo", [at("f")]), { kind: "unreadable", problem: "it is no regular file" }],
    ["a device", () => symlinkSync("/dev/zero", at("f")), { kind: "unreadable", problem: "it is no regular file" }],
    ["a circle", () => symlinkSync("f", at("f")), { kind: "unreadable", problem: "its links lead in a circle" }],
    [
      "too much",
      () => {
        writeFileSync(at("f"), "");
        truncateSync(at("f"), 1001);
      },
      { kind: "unreadable", problem: "it is larger than 1000 bytes" },
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
