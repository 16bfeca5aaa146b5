import type { GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";

/** The options with which sessions are chosen by keys. */
const options = ["key", "not-key"];

/**
 * The same options, with fingerprints for keys that were typed as a line or as a file: {@link readKey}.
 *
 * @throws UsageError
 */
export async function withTypedKeys(given: GivenOptions, context: Context): Promise<GivenOptions> {
  if (options.every((option) => given.texts(option).length === 0)) return given;
  const { readKeys } = await import("./typed-keys.ts");
  const read = new Map<string, string[]>();
  for (const option of options) {
    const names: string[] = [];
    for (const text of given.texts(option)) names.push(...(await readKeys(text, context)));
    read.set(option, names);
  }
  return { ...given, texts: (option) => read.get(option) ?? given.texts(option) };
}
