import { excerpt } from "./machine-process.ts";
import type { RunResult } from "./machine.ts";

/** The JSON document that a program has printed; where it is none, all that is known of the program is told. */
export function documentOf({ stdout, stderr, exitCode }: RunResult): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`no JSON document, and the exit code ${String(exitCode)}\n${excerpt({ stdout, stderr })}`);
  }
}
