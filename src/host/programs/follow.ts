import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { atTheEnd } from "../processes/at-the-end.ts";
import { fixedEnvironment } from "./run.ts";

/** Programs that go on printing. */
export interface LineSource {
  /**
   * Starts a program in a fixed environment, without a shell. It ends with us, however we end.
   *
   * @param onEnd - the program has ended by itself; false when there is no such program.
   * @returns a function that ends it.
   */
  follow: (
    name: string,
    args: readonly string[],
    onLine: (line: string) => void,
    onEnd: (exists: boolean) => void,
  ) => () => void;
}

export const lineSource: LineSource = {
  follow: (name, args, onLine, onEnd) => {
    const child = spawn(name, args, { cwd: "/", env: fixedEnvironment, stdio: ["ignore", "pipe", "ignore"] });
    const end = () => {
      child.kill("SIGTERM");
    };
    const forget = atTheEnd(end);
    let isWanted = true;
    const ended = (exists: boolean) => {
      forget();
      if (isWanted) onEnd(exists);
      isWanted = false;
    };
    createInterface({ input: child.stdout, crlfDelay: Infinity }).on("line", onLine);
    child.once("error", () => {
      ended(false);
    });
    child.once("close", () => {
      ended(true);
    });
    return () => {
      isWanted = false;
      end();
    };
  },
};
