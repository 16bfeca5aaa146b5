/**
 * Brings arguments into one form before yargs reads them: words first, then `--name=value` and `--switch`.
 *
 * The rules are those of getopt_long(3), which administrators have in their fingers: `-ojson`, `-qu alice`,
 * `--sort -idle`. yargs alone reads `-ojson` as four switches, `--busy=yes` as no and `--busy false` as not given; what
 * decides whose session ends must not be misread.
 */
import type { OptionTable } from "./command.ts";
import { didYouMean } from "./suggest.ts";
import { UnknownOptionError, UsageError } from "../errors.ts";

/**
 * @param help - tells where to look, for messages.
 * @param habit - what an argument means out of habit, if anything.
 * @param numbers - whether `-5` is a word.
 */
export function normalizeArguments(
  args: readonly string[],
  options: OptionTable,
  help: string,
  habit: (arg: string) => string | undefined = () => undefined,
  numbers = false,
): string[] {
  const rest = [...args];
  const words: string[] = [];
  const given: string[] = [];
  const afterDashes: string[] = [];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const meant = habit(arg);
    if (meant !== undefined) rest.unshift(meant);
    else if (arg === "--") afterDashes.push(...rest.splice(0));
    else if (arg.startsWith("--")) given.push(longOption(arg, rest, options, help));
    else if (numbers && /^-\d/.test(arg)) afterDashes.push(arg);
    else if (arg.startsWith("-") && arg !== "-") rest.unshift(...shortOptions(arg, options, help));
    else words.push(arg);
  }
  return [...words, ...given, "--", ...afterDashes];
}

/** Takes the value from what follows where the option needs one and has none. */
function longOption(arg: string, rest: string[], options: OptionTable, help: string): string {
  const [, name = "", inline] = /^--([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) {
    const meant = didYouMean(name, Object.keys(options));
    throw new UnknownOptionError(name, meant && `Did you mean --${meant}?`, help);
  }
  if (option.value === undefined) {
    const value = inline ?? (rest[0] === "true" || rest[0] === "false" ? rest[0] : undefined);
    if (value !== undefined) throw new UsageError(`--${name} takes no value "${value}": it is a switch.`, help);
    return arg;
  }
  const value = inline ?? (isOption(rest[0], options) ? undefined : rest.shift());
  if (value === undefined) throw new UsageError(`--${name} needs a value: ${option.value}.`, help);
  // yargs takes one pair of quotes away from a value, whoever put it there.
  return `--${name}="${value}"`;
}

function isOption(arg: string | undefined, options: OptionTable): boolean {
  return arg?.startsWith("--") === true && Object.hasOwn(options, arg.slice(2).replace(/=.*/s, ""));
}

/** `-qojson` is `--quiet --output=json`: what follows the letter of an option with a value is its value. */
function shortOptions(arg: string, options: OptionTable, help: string): string[] {
  const letter = arg.slice(1, 2);
  const rest = arg.slice(2);
  const [name, option] = Object.entries(options).find(([, { alias }]) => alias === letter) ?? [];
  if (name === undefined) throw new UsageError(`-${letter}: there is no such option.`, help);
  if (rest === "") return [`--${name}`];
  return option?.value === undefined ? [`--${name}`, `-${rest}`] : [`--${name}=${rest.replace(/^=/, "")}`];
}
