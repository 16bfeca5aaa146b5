import type { Programs } from "../programs/run.ts";

/** @param outputs - what programs of another machine have printed, by their command lines, joined by spaces. */
export function recordedPrograms(outputs: ReadonlyMap<string, string>): Programs {
  return {
    run: async (name, args) => {
      const stdout = outputs.get([name, ...args].join(" "));
      return Promise.resolve(stdout === undefined ? undefined : { stdout, exitCode: 0 });
    },
  };
}
