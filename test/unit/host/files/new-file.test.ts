import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
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

test("replaces a file as a whole, and not what a link leads to", () => {
  const path = join(folder, "case.json");
  const target = join(folder, "precious");
  writeFileSync(target, "old");
  symlinkSync(target, path);
  expect(newFiles.replace(path, "one")).toBe("replaced");
  expect(newFiles.replace(path, "two")).toBe("replaced");
  expect([path, target].map((each) => readFileSync(each, "utf8"))).toEqual(["two", "old"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(newFiles.replace(join(folder, "none/file"), "x")).toEqual({ problem: "no such file or directory" });
  expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
});
