import { FatalError } from "../../errors.ts";
import type { Programs } from "../../host/programs/run.ts";

/** A program of the machine, and how it is asked. */
export interface Tool {
  name: string;
  args: readonly string[];
  /** The package that brings it, under the same name in all distributions. */
  package: string;
}

/** Both take half a second on a machine with a thousand sessions. */
const limitMs = 20_000;

/** @throws FatalError when there is no such program, or none that understands the question. */
export async function runTool(programs: Programs, { name, args, package: origin }: Tool): Promise<string> {
  const output = await programs.run(name, args, limitMs);
  if (output === undefined)
    throw new FatalError(`There is no program ${name}, so --source tools cannot be used.`, `Install ${origin}.`);
  if (output.exitCode === 0) return output.stdout;
  const failure = output.exitCode === undefined ? "did not finish" : `failed (${String(output.exitCode)})`;
  throw new FatalError(`"${[name, ...args].join(" ")}" ${failure}.`, `--source tools needs the ${name} of ${origin}.`);
}
