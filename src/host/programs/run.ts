/**
 * This room starts other programs: to their end with limits (run.ts, the only user of execa), line by line (read-lines.ts, follow.ts), with
 * something to read (feed.ts), or as another user (as-user.ts, as-caller.ts). None of them runs in a shell, and none is left behind.
 */

export interface ProgramOutput {
  stdout: string;
  /** For messages. */
  stderr?: string;
  /** Undefined when the program ended otherwise: by a signal, or because the time was up. */
  exitCode: number | undefined;
}

export interface Programs {
  /**
   * Runs a program to its end, without a shell, with a fixed PATH and a clean environment: what the caller's environment
   * says cannot change what root executes.
   *
   * @param input - what it reads; nothing unless told otherwise.
   * @returns undefined when there is no such program.
   */
  run: (name: string, args: readonly string[], limitMs: number, input?: string) => Promise<ProgramOutput | undefined>;
}

/** The same whoever calls. */
export const fixedEnvironment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/** execa costs more to load than most commands take, so it is loaded when the first program is run. */
export const programs: Programs = {
  run: async (name, args, limitMs, input) => {
    const { execa } = await import("execa");
    const { stdout, stderr, exitCode, code } = await execa(name, args, {
      // The caller may stand in a folder that the caller must not enter, after `su`.
      cwd: "/",
      env: fixedEnvironment,
      extendEnv: false,
      reject: false,
      ...(input === undefined ? { stdin: "ignore" } : { input }),
      stripFinalNewline: false,
      timeout: limitMs,
    });
    return code === "ENOENT" ? undefined : { stdout: textOf(stdout), stderr: textOf(stderr), exitCode };
  },
};

/** Against its types execa gives nothing where the kernel has no process left to give (EAGAIN). */
function textOf(output: unknown): string {
  return typeof output === "string" ? output : "";
}

/** What a program has said for people, in one line. sshd ends its lines as a terminal wants it: log.c. */
export function complaintOf(output: Pick<ProgramOutput, "stderr"> | undefined): string {
  return (output?.stderr ?? "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .join("; ");
}
