import { endianness } from "node:os";
import { FatalError, ForeseenError } from "../../errors.ts";
import { createFiles, isPresent, refused } from "../../host/files/files.ts";
import { recordedFiles } from "../../host/recorded/recorded-files.ts";
import { recordedPrograms } from "../../host/recorded/recorded-programs.ts";
import type { Facts } from "../../host/host.ts";
import { parseRecording, type Recording } from "./parse-recording.ts";

const fileName = "recording.tsv";

/**
 * Looks at a recorded host as if it were this one.
 *
 * @throws FatalError when the folder holds no recording, or one that is broken in whatever way.
 */
export async function withRecordedHost<T>(folder: string, look: (facts: Facts) => Promise<T>): Promise<T> {
  try {
    return await look(recordedFacts(parseRecording(readRecording(folder))));
  } catch (error) {
    if (error instanceof ForeseenError || !(error instanceof Error)) throw error;
    throw new FatalError(`The recording ${folder}/${fileName} cannot be used: ${error.message}.`);
  }
}

function readRecording(folder: string): string {
  const text = createFiles(folder).read(`/${fileName}`);
  if (isPresent(text)) return text;
  if (text === refused) throw new FatalError(`The recording ${folder}/${fileName} cannot be read: permission denied.`);
  throw new FatalError(
    `${folder} holds no recorded host: there is no ${fileName}.`,
    "scripts/record-host.sh, in the sources of sshctl, makes one.",
  );
}

const nothingMoves = () => undefined;

async function* nothing(): AsyncIterable<string> {}

/** Nobody looks from a recording, so no session there is the observer's. */
function recordedFacts(recording: Recording): Facts {
  if (recording.byteOrder !== (endianness() === "LE" ? "little" : "big"))
    throw new Error(`it comes from a machine with ${recording.byteOrder}-endian numbers, which are read only on such`);
  return {
    files: recordedFiles(recording),
    untrustedFiles: { readSmall: () => undefined },
    logFiles: { lines: nothing },
    programs: recordedPrograms(recording.outputs),
    programLines: { each: async () => Promise.resolve(undefined) },
    now: () => recording.takenAtMs,
    hostName: () => recording.host,
    observer: undefined,
    uid: 0,
    pause: nothingMoves,
  };
}
