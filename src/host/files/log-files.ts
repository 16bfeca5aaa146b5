import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { errorCode } from "./error-code.ts";
import { limits } from "./limits.ts";

/** Log files, rotated and compressed ones too. */
export interface LogFiles {
  /**
   * The lines of a regular file, one at a time, however large it is; ends early where it is damaged or cannot be read, or where
   * so much stands in one line that it is no log.
   */
  lines: (path: string) => AsyncIterable<string>;
}

/** Few lists need a log file, so what reads one is loaded when the first is read. */
export const logFiles: LogFiles = {
  lines: async function* (path) {
    const { open } = await import("node:fs/promises");
    try {
      // A FIFO without a writer would keep us waiting.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      if ((await file.stat()).isFile()) yield* linesOf(await textOf(file, path.endsWith(".gz")));
      else await file.close();
    } catch (error) {
      if (errorCode(error) === "") throw error;
    }
  },
};

/** Closes the file when it ends or is destroyed. */
async function textOf(file: FileHandle, isCompressed: boolean): Promise<Readable> {
  const [{ createGunzip }, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  const bytes = file.createReadStream();
  const text = isCompressed ? pipeline(bytes, createGunzip(), () => undefined) : bytes;
  return text.setEncoding("utf8");
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const part of text) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
    if (rest.length > limits.logLine) return;
  }
  if (rest !== "") yield rest;
}
