/** What programs print, as it comes: for output that is too long to be kept. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fixedEnvironment } from "./run.ts";

export interface ProgramLines {
  /**
   * Runs a program as Programs.run() does, and hands over each line as it comes.
   *
   * @param take - answers whether it wants more; the program is ended when it does not.
   * @returns the exit code; undefined when the program is missing, or ended otherwise.
   */
  each: (
    name: string,
    args: readonly string[],
    limitMs: number,
    take: (line: string) => boolean,
  ) => Promise<number | undefined>;
  /** The same with all bytes, in pieces that end anywhere. What has been handed over stays as it is. */
  pieces: (
    name: string,
    args: readonly string[],
    limitMs: number,
    take: (bytes: Buffer) => void,
  ) => Promise<number | undefined>;
}

export const programLines: ProgramLines = {
  each: async (name, args, limitMs, take) => {
    const { child, ended } = start(name, args, limitMs);
    // Of a million lines, node:readline takes longer than the program that prints them.
    child.stdout.setEncoding("utf8");
    let rest = "";
    for await (const chunk of child.stdout) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      if (lines.every((line) => take(line))) continue;
      rest = "";
      child.kill();
      break;
    }
    if (rest !== "") take(rest);
    return ended;
  },
  pieces: async (name, args, limitMs, take) => {
    const { child, ended } = start(name, args, limitMs);
    child.stdout.on("data", take);
    return ended;
  },
};

function start(name: string, args: readonly string[], limitMs: number) {
  const child = spawn(name, args, {
    cwd: "/",
    env: fixedEnvironment,
    stdio: ["ignore", "pipe", "ignore"],
    timeout: limitMs,
  });
  const ended = once(child, "close").then(
    ([code]: unknown[]) => (typeof code === "number" ? code : undefined),
    () => undefined,
  );
  return { child, ended };
}
