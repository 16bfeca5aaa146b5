import { quoteWord } from "../domain/command-line.ts";
import type { Command, GivenOptions } from "./command.ts";

/**
 * The command line that asks for the same, for people to paste.
 *
 * @param changed - options that are to stand there otherwise: their values, none to leave an option out.
 */
export function commandLineOf(
  { name, options }: Pick<Command, "name" | "options">,
  given: GivenOptions,
  changed: Readonly<Record<string, readonly string[]>> = {},
): string {
  const ofOption = (option: string): string[] => {
    const values = changed[option] ?? given.texts(option);
    if (values.length > 0) return values.flatMap((value) => [`--${option}`, value]);
    return changed[option] === undefined && given.flag(option) ? [`--${option}`] : [];
  };
  const words = [...Object.keys(options).flatMap(ofOption), ...given.words];
  return ["sshctl", ...name.split(" "), ...words.map(quoteWord)].join(" ");
}
