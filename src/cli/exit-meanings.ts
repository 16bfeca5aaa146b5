import { exitCodes, type ExitCode } from "../errors.ts";

const meanings: Readonly<Record<ExitCode, string>> = {
  [exitCodes.done]: "done; an empty list and the number 0 are answers, too",
  [exitCodes.nothingMatched]: "nothing matched where something had to, or nothing can be done as things are",
  [exitCodes.usage]: "the command line is not understood, or is ambiguous",
  [exitCodes.fatal]: "the machine cannot be read; also a defect of sshctl",
  [exitCodes.permission]: "the kernel refuses, and no useful answer is left without what it hides",
  [exitCodes.partial]: "done for some, not for all",
  [exitCodes.declined]: "the user said no, or could not be asked",
  [exitCodes.interrupted]: "interrupted by Ctrl-C before anything was done",
};

/** Every exit code and what it means, for the help and the manual. */
export const exitMeanings: readonly (readonly [code: string, meaning: string])[] = Object.entries(meanings);
