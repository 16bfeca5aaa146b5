import { spawnSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { FileTrouble } from "../../../../src/host/files/file-trouble.ts";
import { replaceFiles } from "../../../../src/host/files/replace-file.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
let folder = "";
let path = "";

beforeEach(() => {
  folder = newFolder();
  path = join(folder, ".profile");
});

/** The kind and the words of the trouble. */
function troubleOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FileTrouble) return `${error.kind}: ${error.message.replaceAll(folder, "")}`;
    throw error;
  }
  return "none";
}

describe("reading", () => {
  test("gives every byte as a character", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    writeFileSync(path, bytes);
    expect(replaceFiles.read(path, me)).toBe(String.fromCharCode(...bytes));
  });

  test("of what is not there", () => {
    expect(replaceFiles.read(path, me)).toBeUndefined();
  });

  test.each([
    [
      "a link",
      () => symlinkSync("/etc/passwd", path),
      "foreign: /.profile is a symbolic link, which sshctl does not follow",
    ],
    ["a dangling link", () => symlinkSync("/nowhere", path), "foreign: /.profile is a symbolic link"],
    ["a folder", () => mkdirSync(path), "foreign: /.profile is not a regular file"],
    ["a FIFO", () => spawnSync("mkfifo", [path]), "foreign: /.profile is not a regular file"],
    [
      "a hard link",
      () => {
        writeFileSync(join(folder, "other"), "");
        linkSync(join(folder, "other"), path);
      },
      "foreign: /.profile has 2 names",
    ],
    ["a large file", () => writeFileSync(path, "x".repeat(1024 * 1024 + 1)), "foreign: /.profile is larger"],
  ])("%s is refused", (_, prepare, message) => {
    prepare();
    expect(troubleOf(() => replaceFiles.read(path, me))).toContain(message);
    expect(troubleOf(() => replaceFiles.replace(path, me, "", "new"))).toContain(message);
  });

  test("in a folder that is missing", () => {
    expect(troubleOf(() => replaceFiles.read("/nowhere/.profile", me))).toContain("its folder is missing");
  });
});

describe("replacing", () => {
  test("keeps the mode and leaves nothing else", () => {
    writeFileSync(path, "old");
    chmodSync(path, 0o640);
    const { ino } = statSync(path);
    replaceFiles.replace(path, me, "old", "n\xe4w");
    expect(readFileSync(path, "latin1")).toBe("n\xe4w");
    expect([statSync(path).mode & 0o7777, readdirSync(folder)]).toEqual([0o640, [".profile"]]);
    expect(statSync(path).ino).not.toBe(ino);
  });

  test("gives new content no set-user-ID or set-group-ID bit", () => {
    writeFileSync(path, "old");
    chmodSync(path, 0o6755);
    replaceFiles.replace(path, me, "old", "new");
    expect(statSync(path).mode & 0o7777).toBe(0o755);
  });

  test("makes a file as it was", () => {
    writeFileSync(path, "old");
    chmodSync(path, 0o4640);
    const attributes = replaceFiles.attributes(path, me);
    expect(attributes).toEqual({ gid: me.gid, mode: 0o640 });
    replaceFiles.replace(path, me, "old", undefined);
    expect(replaceFiles.attributes(path, me)).toBeUndefined();
    replaceFiles.replace(path, me, undefined, "old", attributes);
    expect([statSync(path).mode & 0o7777, statSync(path).gid]).toEqual([0o640, me.gid]);
  });

  test("makes a file, and takes it away", () => {
    replaceFiles.replace(path, me, undefined, "new");
    expect([statSync(path).mode & 0o7777, readFileSync(path, "utf8")]).toEqual([0o644, "new"]);
    replaceFiles.replace(path, me, "new", undefined);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("clears away what a crash has left", () => {
    writeFileSync(join(folder, "..profile.sshctl-new"), "half");
    replaceFiles.replace(path, me, undefined, "new");
    expect(readdirSync(folder)).toEqual([".profile"]);
  });

  test.each([
    ["changed", "other", "old"],
    ["made", "other", undefined],
    ["removed", undefined, "old"],
  ])("does not touch a file that has been %s meanwhile", (_, is, was) => {
    if (is !== undefined) writeFileSync(path, is);
    expect(troubleOf(() => replaceFiles.replace(path, me, was, "new"))).toContain(
      "changed: /.profile was changed by another process",
    );
    expect(readdirSync(folder)).toEqual(is === undefined ? [] : [".profile"]);
  });
});

describe("a lock", () => {
  test("lets one after the other work, and goes away", async () => {
    const lock = join(folder, ".lock");
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`${name} ends`);
    };
    const names = ["a", "b", "c", "d", "e"];
    await Promise.all(names.map(async (name) => replaceFiles.withLock(lock, me, work(name))));
    for (let index = 0; index < order.length; index += 2)
      expect(order[index + 1]).toBe(order[index]?.replace("begins", "ends"));
    expect(order).toHaveLength(10);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is let go when the work fails", async () => {
    const lock = join(folder, ".lock");
    const failing = async () => Promise.reject(new Error("failed"));
    await expect(replaceFiles.withLock(lock, me, failing)).rejects.toThrow("failed");
    expect(await replaceFiles.withLock(lock, me, async () => Promise.resolve("again"))).toBe("again");
  });

  test("is no link", async () => {
    symlinkSync(join(folder, "target"), join(folder, ".lock"));
    await expect(replaceFiles.withLock(join(folder, ".lock"), me, async () => Promise.resolve())).rejects.toThrow(
      "link",
    );
    expect(readdirSync(folder)).toEqual([".lock"]);
  });
});
