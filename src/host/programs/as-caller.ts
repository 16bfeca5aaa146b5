import { runGroup, type GroupedProgram, type GroupEnd } from "./run-group.ts";

/**
 * Programs of the caller's own, such as ssh(1): found by the caller's PATH, in the caller's environment and folder. Their
 * configuration, keys and agents are what they are run for.
 */
export interface CallerPrograms {
  run: (program: CallerProgram) => Promise<GroupEnd>;
}

export interface CallerProgram extends Omit<GroupedProgram, "env" | "folder"> {
  /** Beside what the caller has. */
  variables?: Readonly<Record<string, string>>;
}

export const callerPrograms: CallerPrograms = {
  run: async ({ variables, ...program }) =>
    runGroup({ ...program, env: { ...process.env, ...variables }, folder: undefined }),
};
