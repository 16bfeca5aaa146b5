import {
  isGroup,
  type Command,
  type CommandGroup,
  type Example,
  type OptionSpec,
  type OptionTable,
  type Overview,
} from "./command.ts";
import { exitMeanings } from "./exit-meanings.ts";
import { globalOptions } from "./global-options.ts";
import { optionForm, optionGroups } from "./option-groups.ts";
import { hangingIndent, wrapWords, type Width } from "../text/wrap.ts";

/** `sshctl --help`. */
export function overview(
  { groups, examples, session }: Overview,
  commands: readonly (Command | CommandGroup)[],
  width: Width,
): string {
  const listed = [...groups].map(([title, names]) => {
    const members = commands.filter(({ name }) => names.includes(name));
    return { title, members: members.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name)) };
  });
  return blocks([
    ["sshctl: who is on this server over SSH, and how to end exactly the right session"],
    ["Usage: sshctl COMMAND [SESSION]... [OPTION]..."],
    ...listed.map(({ title, members }) => summaries(title, members, width)),
    ["SESSION:", ...wrapWords(`  ${session}`, width)],
    pairs("Examples", examples, width),
    ...optionBlocks(globalOptions, width),
    pairs("Exit codes", exitMeanings, width),
    pairs("Documentation", documentation, width),
  ]);
}

const documentation: readonly Example[] = [
  ["sshctl COMMAND --help", "all options of a command, with examples"],
  ["man sshctl", "everything in one page; in a copy of the repository: man -l docs/sshctl.8"],
  [
    "docs/tasks.md",
    "step by step: a user has left, a laptop was stolen, a port is held; in Debian packages below /usr/share/doc",
  ],
];

/** `sshctl COMMAND --help`. */
export function helpOf(command: Command | CommandGroup, width: Width): string {
  return isGroup(command) ? groupHelp(command, width) : commandHelp(command, width);
}

function groupHelp({ name, summary, examples, commands }: CommandGroup, width: Width): string {
  return blocks([
    [`sshctl ${name}: ${summary}`],
    pairs("Examples", examples, width),
    summaries("Commands", commands, width),
    ...optionBlocks(globalOptions, width),
  ]);
}

function summaries(title: string, commands: readonly Pick<Command, "name" | "summary">[], width: Width): string[] {
  return pairs(
    title,
    commands.map(({ name, summary }) => [name, summary]),
    width,
  );
}

/** Examples first, then the options in their groups. */
function commandHelp({ name, summary, examples, options, words, others = [] }: Command, width: Width): string {
  return blocks([
    [`sshctl ${name}${words ? ` ${words.name}` : ""}: ${summary}`],
    pairs("Examples", examples, width),
    ...(words ? [[`${words.name}:`, ...wrapWords(`  ${words.describe}`, width)]] : []),
    ...(others.length > 0 ? [summaries("Commands", others, width)] : []),
    ...optionBlocks(options, width),
  ]);
}

function optionBlocks(options: OptionTable, width: Width): string[][] {
  return optionGroups(options).map(({ title, options: shown }) => pairs(title, shown.flatMap(optionRows), width));
}

/** The values of an option stand below it. */
function optionRows([long, spec]: readonly [string, OptionSpec]): Example[] {
  const values = Object.entries(spec.values ?? {});
  return [
    [`${spec.alias === undefined ? "    " : ""}${optionForm(long, spec)}`, spec.describe],
    ...values.map(([value, meaning]): Example => [`      ${value}`, meaning]),
  ];
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
