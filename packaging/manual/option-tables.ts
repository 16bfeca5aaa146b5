import { singleCommands, type Command, type CommandGroup, type OptionSpec } from "../../src/cli/command.ts";
import { describeWithValues, optionForm, optionGroups } from "../../src/cli/option-groups.ts";

/** @returns docs/options.md: a table for every group of options of every command. */
export function optionTables(commands: readonly (Command | CommandGroup)[]): string {
  const all = singleCommands(commands);
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
  return [
    "",
    `## ${name}`,
    "",
    `${summary}.`,
    ...(words === undefined ? [] : ["", `\`${words.name}\`: ${words.describe}`]),
    ...optionGroups(options).flatMap(({ title, options: shown }) => [
      "",
      `| ${title} | |`,
      "| --- | --- |",
      ...shown.map(([long, spec]) => row(long, spec)),
    ]),
  ];
}

function row(long: string, spec: OptionSpec): string {
  return `| \`${optionForm(long, spec)}\` | ${describeWithValues(spec).replaceAll("|", "\\|")} |`;
}

/** The anchor that GitHub gives a heading. */
function slug(name: string): string {
  return name.replaceAll(" ", "-");
}
