/** What the program's exit codes mean. docs/exit-codes.md explains them to users. */
export const exitCodes = {
  done: 0,
  nothingMatched: 1,
  usage: 2,
  fatal: 3,
  permission: 4,
  partial: 5,
  declined: 6,
  /** By Ctrl-C, before anything was done: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An end that the program foresees: a message for people, what they can do next, and the exit code. */
abstract class ForeseenError extends Error {
  abstract readonly exitCode: ExitCode;
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** What the user asked for cannot be understood. */
export class UsageError extends ForeseenError {
  override readonly exitCode = exitCodes.usage;
}

/** What was asked for does not exist. */
export class NothingFoundError extends ForeseenError {
  override readonly exitCode = exitCodes.nothingMatched;
}

/** What was asked for can be understood, and cannot be done here as things are. */
export class NothingDoneError extends ForeseenError {
  override readonly exitCode = exitCodes.nothingMatched;
}

/** What was asked for may exist where nobody could look. */
export class UnseenError extends ForeseenError {
  override readonly exitCode = exitCodes.partial;
}

/** The machine cannot be read. */
export class FatalError extends ForeseenError {
  override readonly exitCode = exitCodes.fatal;
}

/** Something was done, and could be neither finished nor put back. */
export class HalfDoneError extends ForeseenError {
  override readonly exitCode = exitCodes.fatal;
}

/** The user said no, or could not be asked. */
export class DeclinedError extends ForeseenError {
  override readonly exitCode = exitCodes.declined;
}

/** Ctrl-C came before anything was done. */
export class InterruptedError extends ForeseenError {
  override readonly exitCode = exitCodes.interrupted;
}

/** The kernel refuses, and no useful answer is left without what it hides. */
export class PermissionError extends ForeseenError {
  override readonly exitCode = exitCodes.permission;
}

export { ForeseenError };
