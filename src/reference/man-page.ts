import { isGroup, type Command, type CommandGroup, type OptionSpec } from "../commands/command.ts";
import { literal, macro } from "./roff.ts";

/** @returns the page sshctl(8), in the macros of man(7). */
export function manPage(commands: readonly (Command | CommandGroup)[], version: string): string {
  return [
    `.TH SSHCTL 8 "" "sshctl ${literal(version)}" "System Administration"`,
    ".SH NAME",
    "sshctl \\- who is on this server over SSH, and how to end a session",
    ".SH SYNOPSIS",
    ".B sshctl",
    literal("COMMAND [OPTION]..."),
    ".SH COMMANDS",
    ...commands.flatMap((each) => (isGroup(each) ? groupLines(each) : commandLines(each))),
    "",
  ].join("\n");
}

function groupLines(group: CommandGroup): string[] {
  const alone = group.alone === undefined ? [] : [group.alone];
  return [...alone, ...group.commands].flatMap(commandLines);
}

function commandLines({ name, summary, words, options, examples }: Command): string[] {
  return [
    macro("SS", `sshctl ${name}`),
    literal(summary),
    ...(words === undefined ? [] : item(words.name, words.describe)),
    ...Object.entries(options).flatMap(([long, spec]) => optionLines(long, spec)),
    ...examples.flatMap(([commandLine, purpose]) => item(commandLine, purpose)),
  ];
}

function optionLines(long: string, { alias, value, describe, hidden }: OptionSpec): string[] {
  if (hidden === true) return [];
  const names = [...(alias === undefined ? [] : [`-${alias}`]), `--${long}`].join(", ");
  return item(value === undefined ? names : `${names} ${value}`, describe);
}

function item(title: string, text: string): string[] {
  return [".TP", macro("B", title), literal(text)];
}
