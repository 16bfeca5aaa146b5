import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { WriteStream } from "node:tty";
import { afterEach, beforeEach, expect, test } from "vitest";
import { standardStream } from "../../../src/cli/streams.ts";
import { newFolder } from "../../helpers/new-folder.ts";

let folder: string;
const open: number[] = [];
const openFile = (path: string, flags: number) => {
  const fd = openSync(path, flags);
  open.push(fd);
  return fd;
};

beforeEach(() => {
  folder = newFolder();
});

afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd);
});

const noStream = (): WriteStream => {
  throw new Error("no stream is needed");
};
const noTrouble = (code: string) => {
  throw new Error(code);
};

test("a file gets everything, without a stream", () => {
  const path = join(folder, "file");
  const output = standardStream(openFile(path, constants.O_WRONLY | constants.O_CREAT), noStream, noTrouble);
  output.write("a\n");
  output.write("ü".repeat(100_000));
  expect(readFileSync(path, "utf8")).toBe(`a\n${"ü".repeat(100_000)}`);
  expect(output).toMatchObject({ isTerminal: false, width: 80 });
});

test("/dev/null is no terminal", () => {
  const output = standardStream(openFile("/dev/null", constants.O_WRONLY), noStream, noTrouble);
  output.write("a\n");
  expect(output.isTerminal).toBe(false);
});

test("what cannot be written is told", () => {
  const troubles: string[] = [];
  const output = standardStream(openFile("/dev/full", constants.O_WRONLY), noStream, (code) => troubles.push(code));
  output.write("a\n");
  expect(troubles).toEqual(["ENOSPC"]);
});

test("what does not fit into a pipe that must not be waited for goes through the stream, in order", () => {
  const fifo = join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  const pipe = openFile(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const later: Uint8Array[] = [];
  const stream = Object.assign(Object.create(WriteStream.prototype) as WriteStream, {
    write: (bytes: Uint8Array) => later.push(Buffer.from(bytes)),
    on: () => stream,
  });
  const output = standardStream(pipe, () => stream, noTrouble);
  const text = Array.from({ length: 20_000 }, (_, index) => `${String(index)}\n`).join("");
  output.write(text);
  output.write("end\n");
  const buffer = Buffer.alloc(200_000);
  const first = buffer.toString("utf8", 0, readSync(pipe, buffer));
  expect(later.length).toBe(2);
  expect(first + Buffer.concat(later).toString()).toBe(`${text}end\n`);
});
