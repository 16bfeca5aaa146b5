import { createReadStream } from "node:fs";
import { errorCode } from "./error-code.ts";

/** Log files, rotated and compressed ones too. */
export interface LogFiles {
  /** The lines of a file, one at a time, however large it is; ends early where it is damaged or cannot be read. */
  lines: (path: string) => AsyncIterable<string>;
}

/** Few lists need a log file, so what reads one is loaded when the first is read. */
export const logFiles: LogFiles = {
  lines: async function* (path) {
    const [{ createInterface }, { createGunzip }] = await Promise.all([import("node:readline"), import("node:zlib")]);
    const file = createReadStream(path);
    const input = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
    const reader = createInterface({ input, crlfDelay: Infinity });
    const close = () => {
      reader.close();
    };
    file.once("error", close);
    input.once("error", close);
    try {
      yield* reader;
    } catch (error) {
      if (errorCode(error) === "") throw error;
    }
  },
};
