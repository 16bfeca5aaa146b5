import { isGroup, type Command, type CommandGroup, type Example, type OptionSpec } from "../commands/command.ts";
import { optionForm, optionGroups } from "../commands/option-groups.ts";

/** `sshctl --help`: what can be done, examples first. */
export function overview(commands: readonly (Command | CommandGroup)[]): string {
  return blocks([
    ["sshctl: who is on this server over SSH"],
    section("Examples", pairs(commands.flatMap(({ examples }) => examples.slice(0, 1)))),
    ...listOf(commands),
  ]);
}

/** `sshctl COMMAND --help`. */
export function helpOf(command: Command | CommandGroup): string {
  return isGroup(command) ? groupHelp(command) : commandHelp(command);
}

function groupHelp({ name, summary, examples, commands }: CommandGroup): string {
  return blocks([[`sshctl ${name}: ${summary}`], section("Examples", pairs(examples)), ...listOf(commands)]);
}

function listOf(commands: readonly (Command | CommandGroup)[]): string[][] {
  return [
    section("Commands", pairs(commands.map(({ name, summary }) => [name, summary]))),
    section(
      "Everywhere",
      pairs([
        ["-h, --help", "this text, or that of a command"],
        ["-V, --version", "the version"],
      ]),
    ),
  ];
}

/** Examples first, then the options in their groups. */
function commandHelp({ name, summary, examples, options, words, others }: Command): string {
  return blocks([
    [`sshctl ${name}${words ? ` ${words.name}` : ""}: ${summary}`],
    section("Examples", pairs(examples)),
    ...(words ? [section(words.name, [words.describe])] : []),
    ...(others ? [section("Commands", pairs(others.map((other) => [other.name, other.summary])))] : []),
    ...optionGroups(options).map(({ title, options: shown }) => section(title, pairs(shown.map(optionPair)))),
  ]);
}

function optionPair([long, spec]: readonly [string, OptionSpec]): Example {
  return [`${spec.alias === undefined ? "    " : ""}${optionForm(long, spec)}`, spec.describe];
}

function section(title: string, lines: readonly string[]): string[] {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

/** Two columns. */
function pairs(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}

function blocks(parts: readonly (readonly string[])[]): string {
  return `${parts.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}
