import { fstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { PathError } from "../../../../src/host/files/handle.ts";
import { permitAll, type Permit } from "../../../../src/host/files/user-rights.ts";
import { walk } from "../../../../src/host/files/walk.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

let folder = "";
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = newFolder();
});

const inode = (path: string) => walk(path, { permit: permitAll }, (handle) => fstatSync(handle).ino);

test.each(["d/f", "d/./f", "d//f", "d/../d/f", "link/f", "absolute/f", "link/../d/f", "absolute/../d/f", "to-file"])(
  "%s leads to the file",
  (way) => {
    mkdirSync(at("d"));
    writeFileSync(at("d/f"), "");
    symlinkSync("d", at("link"));
    symlinkSync(at("link"), at("absolute"));
    symlinkSync("absolute/f", at("to-file"));
    const steps = walk(at(way), { permit: permitAll }, (_, found) => found.map(({ path }) => path));
    expect(steps.slice(0, 3)).toEqual([at("d/f"), at("d"), folder]);
    expect(steps.at(-1)).toBe("/");
    expect(inode(at(way))).toBe(inode(at("d/f")));
  },
);

test("above the root there is the root", () => {
  expect(walk("/../..", { permit: permitAll }, (_, steps) => steps.map(({ path }) => path))).toEqual(["/"]);
});

test("nobody is asked for a folder that is not searched", () => {
  mkdirSync(at("d"));
  const asked: number[] = [];
  const permit: Permit = ({ ino }) => asked.push(ino);
  walk(at("d"), { permit }, () => undefined);
  expect(asked).toContain(inode(folder));
  expect(asked).not.toContain(inode(at("d")));
});

test("a folder that must not be searched ends the walk before anything in it is touched", () => {
  mkdirSync(at("d"));
  const closed = inode(at("d"));
  const permit: Permit = ({ ino }) => {
    if (ino === closed) throw new PathError("EACCES");
  };
  expect(() => walk(at("d/missing"), { permit }, () => undefined)).toThrow("EACCES");
});

test("a folder that is moved on the way does not lead elsewhere", () => {
  mkdirSync(at("d"));
  writeFileSync(at("d/f"), "");
  mkdirSync(at("other"));
  writeFileSync(at("other/f"), "");
  const [wanted, here] = [inode(at("d/f")), inode(at("d"))];
  const permit: Permit = ({ ino }) => {
    if (ino !== here) return;
    renameSync(at("d"), at("moved"));
    renameSync(at("other"), at("d"));
  };
  expect(walk(at("d/f"), { permit }, (handle) => fstatSync(handle).ino)).toBe(wanted);
});
