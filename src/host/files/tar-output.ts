import { createHash } from "node:crypto";
import { fstatSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { dirname } from "node:path";
import { errorCode } from "./error-code.ts";
import { troubleOf } from "./file-trouble.ts";
import type { NewArchive, NewArchives } from "./new-archive.ts";
import { freeBytes, isThere, newFolder } from "./new-folder.ts";
import { block } from "../processes/clock.ts";
import { blockBytes, paddingAfter, tarHeader } from "./tar-header.ts";

export const newArchives: NewArchives = {
  isThere,
  freeBytes,
  inFolder: newFolder,
  onOutput: (folder) => tarOutput(folder, writeToOutput, Date.now()),
  isOutputTerminal: () => fstatSync(standardOutput).isCharacterDevice() && isatty(standardOutput),
};

const standardOutput = 1;

/**
 * @param write - brings all bytes to their reader.
 * @param writtenMs - when the files were made, milliseconds since the epoch.
 */
export function tarOutput(folder: string, write: (bytes: Buffer) => void, writtenMs: number): NewArchive {
  const folders = new Set<string>();
  const addFolder = (path: string) => {
    if (folders.has(path)) return;
    if (path !== folder) addFolder(dirname(path));
    folders.add(path);
    write(tarHeader({ name: `${path}/`, size: 0, writtenMs }));
  };
  return {
    place: "-",
    add: (name, size, chunks) => {
      addFolder(dirname(`${folder}/${name}`));
      write(tarHeader({ name: `${folder}/${name}`, size, writtenMs }));
      const hash = createHash("sha256");
      const put = (part: Buffer) => {
        hash.update(part);
        write(part);
      };
      let bytes = 0;
      for (const chunk of chunks) {
        const part = chunk.subarray(0, size - bytes);
        if (part.length === 0) break;
        put(part);
        bytes += part.length;
      }
      const padding = size - bytes;
      for (let left = padding; left > 0; left -= zeros.length) put(zeros.subarray(0, left));
      write(zeros.subarray(0, paddingAfter(size)));
      return { name, bytes: size, sha256: hash.digest("hex"), padding };
    },
    finish: async () => {
      // Two blocks of zeros end it.
      write(zeros.subarray(0, 2 * blockBytes));
      return Promise.resolve();
    },
  };
}

const zeros = Buffer.alloc(1 << 16);

/** The reader may be slow, and its pipe may not let us wait (O_NONBLOCK). */
function writeToOutput(bytes: Buffer): void {
  for (let written = 0; written < bytes.length;)
    try {
      written += writeSync(standardOutput, bytes, written);
    } catch (error) {
      if (errorCode(error) !== "EAGAIN") throw troubleOf(error, "standard output");
      block(pauseMs);
    }
}

const pauseMs = 10;
