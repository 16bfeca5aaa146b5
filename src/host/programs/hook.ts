import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { atTheEnd } from "../processes/at-the-end.ts";
import { killGroup } from "./kill-group.ts";
import { fixedEnvironment } from "./run.ts";
import { findTampering, lookAt } from "../files/tampering.ts";

/** How a program has ended; "late": its time was up, and it was killed with all that it had started in its group. */
export type HookEnd = { code: number } | { signal: string } | "late" | { problem: string };

/** Programs that the user of this program has named, to be told of events. */
export interface HookPrograms {
  /** @returns why the program must not be run, as it is at this moment; undefined when it may. */
  findFault: (path: string) => string | undefined;
  /** Runs a program without a shell and without arguments, in an environment of ours. */
  run: (path: string, input: string, variables: Readonly<Record<string, string>>, limitMs: number) => Promise<HookEnd>;
}

export const hookPrograms: HookPrograms = {
  findFault: (path) => findFault(path, process.getuid?.() === 0),
  run: async (path, input, variables, limitMs) =>
    new Promise((settle) => {
      const child = spawn(resolve(path), [], {
        cwd: "/",
        env: { ...fixedEnvironment, ...variables },
        stdio: ["pipe", "ignore", "ignore"],
        // A group of its own, to be ended as a whole.
        detached: true,
      });
      let isLate = false;
      const end = () => {
        killGroup(child.pid);
      };
      const forget = atTheEnd(end);
      const timer = setTimeout(() => {
        isLate = true;
        end();
      }, limitMs);
      const finish = (how: HookEnd) => {
        clearTimeout(timer);
        forget();
        settle(how);
      };
      child.once("error", ({ message }) => {
        finish({ problem: message });
      });
      child.once("exit", (code, signal) => {
        finish(isLate ? "late" : code === null ? { signal: signal ?? "" } : { code });
      });
      // A program need not read what it is told.
      child.stdin.on("error", () => undefined).end(input);
    }),
};

const onlyRoot = new Set([0]);

/**
 * @param isRoot - whether the program would run as root.
 */
export function findFault(path: string, isRoot: boolean): string | undefined {
  if (isRoot && (!path.startsWith("/") || resolve(path) !== path)) return "root needs a plain absolute path";
  if (!path.includes("/")) return "it must be a path, such as ./program";
  const whole = resolve(path);
  const file = lookAt(whole);
  if (file === undefined) return "there is no such file";
  const fault = isRoot ? findTampering(whole, onlyRoot) : undefined;
  if (fault !== undefined) return fault;
  if (!isRoot && file.isSymbolicLink()) return undefined;
  if (!file.isFile()) return "it is not a regular file";
  return (file.mode & 0o111) === 0 ? "it is not executable" : undefined;
}
