import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { FileTrouble } from "../../../../src/host/files/file-trouble.ts";
import { changesFolder, stateFolder } from "../../../../src/host/files/state-folder.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

let base = "";
let path = "";

beforeEach(() => {
  base = newFolder();
  path = join(base, "state/sshctl/changes");
});

function modeOf(place: string): string {
  return (statSync(place).mode & 0o7777).toString(8);
}

test("makes folders and files that nobody else can look into", () => {
  const folder = stateFolder(path);
  expect(folder.names()).toEqual([]);
  expect(folder.read("a.json", 100)).toBeUndefined();
  folder.write("a.json", "\u00e4\u0000");
  expect([path, join(path, ".."), join(path, "../..")].map(modeOf)).toEqual(["700", "700", "700"]);
  expect([modeOf(join(path, "a.json")), readFileSync(join(path, "a.json"), "latin1")]).toEqual(["600", "\u00e4\u0000"]);
  expect(folder.read("a.json", 100)).toBe("\u00e4\u0000");
});

test("replaces in one step, over what a crash has left", () => {
  const folder = stateFolder(path);
  folder.write("a.json", "old");
  writeFileSync(join(path, ".a.json.new"), "half of something longer");
  const { ino } = statSync(join(path, "a.json"));
  folder.write("a.json", "new");
  expect(folder.read("a.json", 100)).toBe("new");
  expect(statSync(join(path, "a.json")).ino).not.toBe(ino);
  expect([folder.names(), readdirSync(path)]).toEqual([["a.json"], ["a.json"]]);
  folder.remove("a.json");
  folder.remove("a.json");
  expect(folder.names()).toEqual([]);
});

test("reads no more than it is told to", () => {
  const folder = stateFolder(path);
  folder.write("a.json", "four");
  expect(folder.read("a.json", 4)).toBe("four");
  expect(() => folder.read("a.json", 3)).toThrow(FileTrouble);
});

describe("is refused", () => {
  test.each([
    ["where others can write", () => chmodSync(path, 0o770), "can be written by other users"],
    ["where others can write above", () => chmodSync(join(path, ".."), 0o777), "can be written by other users"],
    [
      "behind a link",
      () => {
        rmSync(path, { recursive: true });
        symlinkSync(tmpdir(), path);
      },
      "is not a folder",
    ],
    [
      "where a file is in its place",
      () => {
        rmSync(path, { recursive: true });
        writeFileSync(path, "");
      },
      /is not a folder|a file with the name of the copy/,
    ],
  ])("%s", (_, damage, message) => {
    const folder = stateFolder(path);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    damage();
    expect(() => {
      folder.write("a.json", "");
    }).toThrow(message);
    expect(() => folder.names()).toThrow(FileTrouble);
  });
});

test("names of tokens are four letters or digits", () => {
  const tokens = Array.from({ length: 200 }, stateFolder(path).token);
  for (const token of tokens) expect(token).toMatch(/^[0-9a-z]{4}$/);
  expect(new Set(tokens).size).toBeGreaterThan(190);
});

test.each([
  [0, "/root", "/somewhere", "/var/lib/sshctl/changes"],
  [1000, "/home/alice", undefined, "/home/alice/.local/state/sshctl/changes"],
  [1000, "/home/alice", "", "/home/alice/.local/state/sshctl/changes"],
  [1000, "/home/alice", "relative", "/home/alice/.local/state/sshctl/changes"],
  [1000, "/home/alice", "/home/alice/.state", "/home/alice/.state/sshctl/changes"],
])("changes of uid %i at home in %s are recorded in its place", (uid, home, given, folder) => {
  expect(changesFolder(uid, home, given)).toBe(folder);
});
