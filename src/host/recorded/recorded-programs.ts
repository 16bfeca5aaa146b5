import type { Programs } from "../programs/run.ts";

/** What programs of another machine have printed. */
export interface PrintedTexts {
  /** By their command lines, joined by spaces. */
  outputs: ReadonlyMap<string, string>;
  /** By journalctl, about all connections at once; undefined where it was not asked or did not answer. */
  journal: string | undefined;
}

export function recordedPrograms({ outputs, journal }: PrintedTexts): Programs {
  return {
    run: async (name, args) => {
      const stdout = name === "journalctl" ? journal : outputs.get([name, ...args].join(" "));
      return Promise.resolve(stdout === undefined ? undefined : { stdout, exitCode: 0 });
    },
  };
}
