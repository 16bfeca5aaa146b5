import { isGroup, type Command, type CommandGroup, type OptionSpec } from "../commands/command.ts";

/** @returns docs/options.md: a table for every group of options of every command. */
export function optionTables(commands: readonly (Command | CommandGroup)[]): string {
  const all = commands.flatMap((each) => (isGroup(each) ? [each.alone ?? [], each.commands].flat() : each));
  return `${[
    "# Options",
    "",
    "What each command takes, made from the commands themselves. `--help` and `--version` work with every one.",
    "",
    ...all.map(({ name }) => `- [${name}](#${slug(name)})`),
    ...all.flatMap(commandTables),
  ].join("\n")}\n`;
}

function commandTables({ name, summary, words, options }: Command): string[] {
  const shown = Object.entries(options).filter(([, { hidden }]) => hidden !== true);
  const groups = [...new Set(shown.map(([, { group }]) => group))];
  return [
    "",
    `## ${name}`,
    "",
    `${summary}.`,
    ...(words === undefined ? [] : ["", `\`${words.name}\`: ${words.describe}`]),
    ...groups.flatMap((title) => [
      "",
      `| ${title} | |`,
      "| --- | --- |",
      ...shown.filter(([, { group }]) => group === title).map(([long, spec]) => row(long, spec)),
    ]),
  ];
}

function row(long: string, { alias, value, describe }: OptionSpec): string {
  const names = [...(alias === undefined ? [] : [`-${alias}`]), `--${long}`].join(", ");
  return `| \`${names}${value === undefined ? "" : ` ${value}`}\` | ${describe.replaceAll("|", "\\|")} |`;
}

/** The anchor that GitHub gives a heading. */
function slug(name: string): string {
  return name.replaceAll(" ", "-");
}
