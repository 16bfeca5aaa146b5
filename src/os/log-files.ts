import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** Log files, rotated and compressed ones too. */
export interface LogFiles {
  /** The lines of a file, one at a time, however large it is; ends early where it is damaged or cannot be read. */
  lines: (path: string) => AsyncIterable<string>;
}

export const logFiles: LogFiles = {
  lines: (path) => {
    const file = createReadStream(path);
    const input = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
    const reader = createInterface({ input, crlfDelay: Infinity });
    const close = () => {
      reader.close();
    };
    file.once("error", close);
    input.once("error", close);
    return reader;
  },
};
