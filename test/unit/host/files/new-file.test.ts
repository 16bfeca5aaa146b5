import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { newFiles } from "../../../../src/host/files/new-file.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});

test("a new file is whole and its owner's alone", () => {
  const path = join(folder, "evidence.json");
  const text = "x".repeat(3_000_000);
  expect(newFiles.create(path, text)).toBe("created");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("what exists is left alone, links too", () => {
  const target = join(folder, "target");
  const link = join(folder, "link");
  symlinkSync(target, link);
  expect(newFiles.create(link, "new")).toBe("exists");
  expect(existsSync(target)).toBe(false);
  writeFileSync(target, "old");
  expect(newFiles.create(target, "new")).toBe("exists");
  expect(readFileSync(target, "utf8")).toBe("old");
});

test("says what is wrong, and leaves nothing half written", () => {
  expect(newFiles.create(join(folder, "none/file"), "x")).toEqual({ problem: "no such file or directory" });
  expect(newFiles.create("/dev/full", "x")).toBe("exists");
});
