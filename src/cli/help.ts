import {
  isGroup,
  type Command,
  type CommandGroup,
  type Example,
  type OptionSpec,
  type OptionTable,
} from "./command.ts";
import { globalOptions } from "./global-options.ts";
import { optionForm, optionGroups } from "./option-groups.ts";
import { hangingIndent, wrapWords, type Width } from "../text/wrap.ts";

/** `sshctl --help`: what sshctl can do, examples first. */
export function overview(commands: readonly (Command | CommandGroup)[], width: Width): string {
  return blocks([
    ["sshctl: who is on this server over SSH"],
    pairs(
      "Examples",
      commands.flatMap(({ examples }) => examples.slice(0, 1)),
      width,
    ),
    ...listOf(commands, width),
  ]);
}

/** `sshctl COMMAND --help`. */
export function helpOf(command: Command | CommandGroup, width: Width): string {
  return isGroup(command) ? groupHelp(command, width) : commandHelp(command, width);
}

function groupHelp({ name, summary, examples, commands }: CommandGroup, width: Width): string {
  return blocks([[`sshctl ${name}: ${summary}`], pairs("Examples", examples, width), ...listOf(commands, width)]);
}

function listOf(commands: readonly (Command | CommandGroup)[], width: Width): string[][] {
  return [
    pairs(
      "Commands",
      commands.map(({ name, summary }) => [name, summary]),
      width,
    ),
    ...optionBlocks(globalOptions, width),
  ];
}

/** Examples first, then the options in their groups. */
function commandHelp({ name, summary, examples, options, words, others = [] }: Command, width: Width): string {
  return blocks([
    [`sshctl ${name}${words ? ` ${words.name}` : ""}: ${summary}`],
    pairs("Examples", examples, width),
    ...(words ? [[`${words.name}:`, ...wrapWords(`  ${words.describe}`, width)]] : []),
    ...(others.length > 0
      ? [
          pairs(
            "Commands",
            others.map((other) => [other.name, other.summary]),
            width,
          ),
        ]
      : []),
    ...optionBlocks(options, width),
  ]);
}

function optionBlocks(options: OptionTable, width: Width): string[][] {
  return optionGroups(options).map(({ title, options: shown }) => pairs(title, shown.map(optionPair), width));
}

function optionPair([long, spec]: readonly [string, OptionSpec]): Example {
  return [`${spec.alias === undefined ? "    " : ""}${optionForm(long, spec)}`, spec.describe];
}

/** Two columns below a title. If the right one would become too narrow, it goes below the left one. */
function pairs(title: string, rows: readonly Example[], width: Width): string[] {
  const place = Math.max(...rows.map(([left]) => left.length)) + 4;
  const isNarrow = width !== undefined && width - place < narrowest;
  const lines = rows.flatMap(([left, right]) =>
    isNarrow
      ? [`  ${left}`, ...wrapWords(`      ${right}`, width)]
      : hangingIndent(`  ${left}`.padEnd(place), place, right, width),
  );
  return [`${title}:`, ...lines];
}

const narrowest = 24;

function blocks(parts: readonly (readonly string[])[]): string {
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}
