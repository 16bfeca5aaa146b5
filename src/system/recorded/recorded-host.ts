/**
 * This room makes a host of a recording that collector/collect.sh made elsewhere. A recording is hostile input: only known rows
 * about known paths are let in.
 */
import { endianness } from "node:os";
import type { Warning } from "../../domain/session.ts";
import { FatalError, ForeseenError } from "../../errors.ts";
import { recordedFiles } from "../../host/recorded/recorded-files.ts";
import { recordedPrograms } from "../../host/recorded/recorded-programs.ts";
import { readRecordingFile } from "../../host/recorded/recording-file.ts";
import type { Facts } from "../../host/host.ts";
import { parseRecording, type Lack, type Recording, type RecordingLimits } from "./parse-recording.ts";

const fileName = "recording.tsv";

/** A file that an administrator has put there may be of a larger machine than one that is sent over a network. */
const localFile: RecordingLimits = { longest: 32 << 20 };

/** Another machine at one moment. */
export interface RecordedFacts extends Facts {
  /** Whether the journal there was asked how users logged in. */
  tellsLogins: boolean;
  /** What could not be recorded. */
  warnings: readonly Warning[];
}

/**
 * Looks at a recorded host as if it were this one.
 *
 * @throws FatalError when the folder holds no recording, or one that is broken in whatever way.
 */
export async function withRecordedHost<T>(folder: string, look: (facts: RecordedFacts) => Promise<T>): Promise<T> {
  return lookAt(`${folder}/${fileName}`, readRecording(folder), look, localFile);
}

/**
 * The same with a recording that is at hand.
 *
 * @param name - of the recording, for messages.
 */
export async function lookAt<T>(
  name: string,
  text: string,
  look: (facts: RecordedFacts) => Promise<T>,
  limits?: RecordingLimits,
): Promise<T> {
  try {
    return await look(recordedFacts(parseRecording(text, limits)));
  } catch (error) {
    if (error instanceof ForeseenError || !(error instanceof Error)) throw error;
    throw new FatalError(`The recording ${name} cannot be used: ${error.message}.`);
  }
}

function readRecording(folder: string): string {
  const path = `${folder}/${fileName}`;
  const file = readRecordingFile(path, localFile.longest);
  if ("text" in file) return file.text;
  switch (file.trouble) {
    case "missing":
      throw new FatalError(
        `${folder} holds no recorded host: there is no ${fileName}.`,
        "Make one on that host with collect.sh, which comes with sshctl.",
      );
    case "refused":
      throw new FatalError(`The recording ${path} cannot be read: permission denied.`);
    case "no regular file":
      throw new FatalError(`The recording ${path} cannot be used: it is not a regular file.`);
    case "too long":
      throw new FatalError(
        `The recording ${path} cannot be used: it is larger than ${String(localFile.longest >> 20)} MB.`,
      );
  }
}

const nothingMoves = () => undefined;

async function* nothing(): AsyncIterable<string> {}

/** @throws Error for a recording that cannot be read on this machine. */
export function recordedFacts(recording: Recording): RecordedFacts {
  if (recording.byteOrder !== (endianness() === "LE" ? "little" : "big"))
    throw new Error(
      `it comes from a machine with ${recording.byteOrder}-endian numbers, and can be read only on such a machine`,
    );
  return {
    files: recordedFiles(recording),
    smallFiles: { readSmall: () => undefined },
    rootFiles: { readRoots: () => undefined },
    logFiles: { lines: nothing },
    programs: recordedPrograms(recording),
    programLines: { each: async () => Promise.resolve(undefined), pieces: async () => Promise.resolve(undefined) },
    now: () => recording.takenAtMs,
    hostName: () => recording.host,
    observer: recording.observer,
    uid: 0,
    pause: nothingMoves,
    tellsLogins: recording.journal !== undefined,
    warnings: [...recording.lacks].map((lack) => ({ code: "not-recorded", message: lacking[lack] })),
  };
}

const lacking: Record<Lack, string> = {
  accounts: "users of directory services may have no names: the recorded host could not look up all of them",
  processes: "there were more processes than are recorded: of sessions that run very many, and of users' own servers",
  sockets: "there were more forwards than are recorded",
  terminals: "idle times are unknown: the recorded host has no stat",
};
