import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renameFile } from "../../../../src/host/files/rename-file.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

test("a file gets another name, and is what it was", () => {
  const folder = newFolder();
  const path = `${folder}/alice`;
  writeFileSync(path, "* * * * * date\n", { mode: 0o600 });
  utimesSync(path, 1, 2);
  const before = statSync(path);
  expect(renameFile(path, ".sshctl-alice")).toBe("renamed");
  const after = statSync(`${folder}/.sshctl-alice`);
  expect([after.ino, after.mode, after.mtimeMs]).toEqual([before.ino, before.mode, before.mtimeMs]);
  expect([existsSync(path), renameFile(path, ".sshctl-alice")]).toEqual([false, "gone"]);
});

test("a name that is taken stays what it is", () => {
  const folder = newFolder();
  for (const name of ["a", "b"]) writeFileSync(`${folder}/${name}`, name);
  expect(renameFile(`${folder}/a`, "b")).toBe("taken");
  expect(["a", "b"].map((name) => readFileSync(`${folder}/${name}`, "utf8"))).toEqual(["a", "b"]);
});

test("what is no regular file is left alone", () => {
  const folder = newFolder();
  mkdirSync(`${folder}/folder`);
  symlinkSync("/etc/passwd", `${folder}/link`);
  for (const name of ["folder", "link"])
    expect(() => renameFile(`${folder}/${name}`, "x")).toThrow("is not a regular file");
  expect(() => renameFile(`${folder}/nowhere/a`, "x")).toThrow("its folder is missing");
});
