import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { terminals } from "../../../../src/host/terminal/terminals.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});

const owner = process.getuid?.() ?? 0;

test("writes to no plain file, whoever owns it", () => {
  const path = join(folder, "file");
  writeFileSync(path, "before");
  expect(terminals.tell(`..${path}`, owner, "text")).toBe("refused");
  expect(readFileSync(path, "utf8")).toBe("before");
});

test("follows no link", () => {
  const path = join(folder, "link");
  symlinkSync("/dev/null", path);
  expect(terminals.tell(`..${path}`, 0, "text")).toBe("refused");
});

test("writes to nothing that is another user's, and to nothing that is not there", () => {
  expect(terminals.tell("null", 12_345, "text")).toBe("refused");
  expect(terminals.tell("pts/no-such", owner, "text")).toBe("refused");
});

test("writes to a device of the owner", () => {
  expect(terminals.tell("null", 0, "text")).toBe("told");
});
