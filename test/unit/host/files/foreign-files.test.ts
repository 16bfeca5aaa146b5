import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { foreignFiles, isUnread } from "../../../../src/host/files/foreign-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/sshctl-`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const admit = () => undefined;
const textOf = ({ chunks }: { chunks: Iterable<Buffer> }) => Buffer.concat([...chunks]).toString();

test("a file that was deleted is read through its process, wherever that has read to", () => {
  writeFileSync(`${folder}/file`, "all of it");
  const fd = openSync(`${folder}/file`, "r+");
  rmSync(`${folder}/file`);
  const path = `/proc/self/fd/${String(fd)}`;
  expect(foreignFiles.read(path, 100, admit, textOf)).toBe("all of it");
  expect(foreignFiles.read(path, 3, admit, textOf)).toBe("all");
  expect(foreignFiles.read(path, 100, admit, ({ size }) => size)).toBe(9);
  ftruncateSync(fd, 2 ** 40);
  expect(foreignFiles.read(path, 5, admit, textOf)).toBe("all o");
  closeSync(fd);
  expect(foreignFiles.read(path, 100, admit, textOf)).toEqual({ unread: "it is gone" });
});

test("the file system is asked for nothing until its mount is admitted", () => {
  writeFileSync(`${folder}/file`, "text");
  const mounts: (number | undefined)[] = [];
  const refuse = (mount: number | undefined) => {
    mounts.push(mount);
    return "no";
  };
  const never = () => {
    throw new Error("it was read");
  };
  expect(foreignFiles.read(`${folder}/file`, 1, refuse, never)).toEqual({ unread: "no" });
  const own = execFileSync("sed", ["-n", "s/^mnt_id:\\t//p", "/proc/self/fdinfo/0"], {
    stdio: [openSync(folder, "r"), "pipe", "ignore"],
  });
  expect(mounts).toEqual([Number(own.toString())]);
});

test("nothing but regular files is opened, and nothing waited for", () => {
  execFileSync("mkfifo", [`${folder}/fifo`]);
  symlinkSync("/etc/passwd", `${folder}/link`);
  const why = (path: string) => {
    const read = foreignFiles.read(path, 1, admit, textOf);
    return isUnread(read) ? read.unread : read;
  };
  expect(why(`${folder}/fifo`)).toBe("it is a FIFO");
  expect(why(`${folder}/link`)).toBe("it is a symbolic link");
  expect(why(folder)).toBe("it is a folder");
  expect(why("/dev/zero")).toBe("it is a device");
  expect(why("/proc/4194305/exe")).toBe("it is gone");
});

test("to read a file does not change when it was last read", () => {
  writeFileSync(`${folder}/file`, "text");
  utimesSync(`${folder}/file`, new Date(1000), new Date(2000));
  expect(foreignFiles.read(`${folder}/file`, 9, admit, textOf)).toBe("text");
  expect(statSync(`${folder}/file`).atimeMs).toBe(1000);
});

test("memory is read as far as there is some", () => {
  const maps = execFileSync("cat", [`/proc/${String(process.pid)}/maps`]).toString();
  const [, start = "", end = ""] = /^([\da-f]+)-([\da-f]+) rw.*\[heap\]$/m.exec(maps) ?? [];
  const lengthOf = (from: number, to: number) =>
    foreignFiles.memory("/proc/self/mem", (region) => Buffer.concat([...region(from, to)]).length);
  expect(lengthOf(parseInt(start, 16), parseInt(start, 16) + 4096)).toBe(4096);
  expect(parseInt(end, 16)).toBeGreaterThan(0);
  expect(lengthOf(4096, 8192)).toBe(0);
});

test("what goes wrong where it is written is no reason not to have read it", () => {
  writeFileSync(`${folder}/file`, "text");
  const fail = () => {
    throw new Error("the disk is full");
  };
  expect(() => foreignFiles.read(`${folder}/file`, 9, admit, fail)).toThrow("the disk is full");
});
