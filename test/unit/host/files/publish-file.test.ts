import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { publishFile } from "../../../../src/host/files/publish-file.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("puts a file there that everybody may read, whatever the umask, and leaves nothing beside it", () => {
  const folder = newFolder();
  const umask = process.umask(0o077);
  try {
    publishFile(`${folder}/a.prom`, "one\n");
    publishFile(`${folder}/a.prom`, "Zoë\n");
  } finally {
    process.umask(umask);
  }
  expect(readFileSync(`${folder}/a.prom`, "utf8")).toBe("Zoë\n");
  expect(modeOf(`${folder}/a.prom`)).toBe(0o644);
  expect(readdirSync(folder)).toEqual(["a.prom"]);
});

describe("refuses", () => {
  const attempt = (path: string) => () => {
    publishFile(path, "new\n");
  };

  test("a link, and leaves what it leads to", () => {
    const folder = newFolder();
    writeFileSync(`${folder}/else`, "old\n");
    symlinkSync(`${folder}/else`, `${folder}/a.prom`);
    expect(attempt(`${folder}/a.prom`)).toThrow(/is a symbolic link/);
    expect(readFileSync(`${folder}/else`, "utf8")).toBe("old\n");
  });

  test("a link to its folder", () => {
    const folder = newFolder();
    mkdirSync(`${folder}/real`);
    symlinkSync(`${folder}/real`, `${folder}/link`);
    expect(attempt(`${folder}/link/a.prom`)).toThrow(/not a folder|symbolic link/);
    expect(readdirSync(`${folder}/real`)).toEqual([]);
  });

  test("a folder of that name", () => {
    const folder = newFolder();
    mkdirSync(`${folder}/a.prom`);
    expect(attempt(`${folder}/a.prom`)).toThrow(/is a folder/);
  });

  test.each([0o777, 0o775, 0o1777])("a folder that others can write: %o", (mode) => {
    const folder = newFolder();
    chmodSync(folder, mode);
    expect(attempt(`${folder}/a.prom`)).toThrow(/can be written by other users/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a folder that is not there", () => {
    expect(attempt(`${newFolder()}/none/a.prom`)).toThrow(/its folder is missing/);
  });
});
