import { spawn } from "node:child_process";
import { fixedEnvironment } from "./run.ts";

/**
 * Runs a program that is told something and tells nothing, as Programs.run does. Where hundreds follow each other, execa takes
 * twice as long for each as the program does.
 *
 * @returns its exit code; undefined when it ended otherwise (by a signal, or because the time was up) or is not there.
 */
export type FeedProgram = (
  name: string,
  args: readonly string[],
  input: string,
  limitMs: number,
) => Promise<number | undefined>;

export const feedProgram: FeedProgram = async (name, args, input, limitMs) =>
  new Promise((settle) => {
    const child = spawn(name, args, {
      // The caller may stand in a folder that the caller must not enter, after `su`.
      cwd: "/",
      env: fixedEnvironment,
      stdio: ["pipe", "ignore", "ignore"],
      timeout: limitMs,
    });
    child.once("error", () => {
      settle(undefined);
    });
    child.once("exit", (code) => {
      settle(code ?? undefined);
    });
    // A program need not read what it is told.
    child.stdin.on("error", () => undefined).end(input);
  });
