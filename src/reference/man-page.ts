import { isGroup, type Command, type CommandGroup, type OptionSpec } from "../commands/command.ts";
import { closingSections, description } from "./man-sections.ts";
import { item, literal, macro } from "./roff.ts";

/** @returns the page sshctl(8), in the macros of man(7). */
export function manPage(commands: readonly (Command | CommandGroup)[], version: string): string {
  return [
    `.TH SSHCTL 8 "" "sshctl ${literal(version)}" "System Administration"`,
    // Long options and paths are neither hyphenated nor spread.
    ".ad l",
    ".nh",
    ".SH NAME",
    "sshctl \\- who is on this server over SSH, and how to end a session",
    ".SH SYNOPSIS",
    ".B sshctl",
    literal("COMMAND [OPTION]..."),
    ".SH DESCRIPTION",
    ...paragraphs(description),
    ".SH COMMANDS",
    ...commands.flatMap((each) => (isGroup(each) ? groupLines(each) : commandLines(each))),
    ...closingSections.flatMap(({ title, texts, items }) => [
      macro("SH", title),
      ...paragraphs(texts),
      ...items.flatMap(([term, text]) => item(term, text)),
    ]),
    "",
  ].join("\n");
}

function groupLines({ alone, commands }: CommandGroup): string[] {
  return [...(alone === undefined ? [] : [alone]), ...commands].flatMap(commandLines);
}

function commandLines({ name, summary, words, options, examples }: Command): string[] {
  const shown = Object.entries(options).filter(([, { hidden }]) => hidden !== true);
  const groups = [...new Set(shown.map(([, { group }]) => group))];
  return [
    macro("SS", `sshctl ${name}${words === undefined ? "" : ` ${words.name}`}`),
    literal(`${summary}.`),
    ...(words === undefined ? [] : item(words.name, words.describe)),
    ...groups.flatMap((title) => [
      ...heading(title),
      ...shown.filter(([, { group }]) => group === title).flatMap(([long, spec]) => optionLines(long, spec)),
    ]),
    ...heading("Examples"),
    ...examples.flatMap(([commandLine, purpose]) => item(commandLine, purpose)),
  ];
}

function optionLines(long: string, { alias, value, describe }: OptionSpec): string[] {
  const names = [...(alias === undefined ? [] : [`-${alias}`]), `--${long}`].join(", ");
  return item(value === undefined ? names : `${names} ${value}`, describe);
}

function heading(title: string): string[] {
  return [".PP", macro("I", `${title}:`)];
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [".PP", literal(text)]);
}
