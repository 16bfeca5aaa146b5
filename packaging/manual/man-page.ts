import { singleCommands, type Command, type CommandGroup } from "../../src/cli/command.ts";
import { describeWithValues, optionForm, optionGroups } from "../../src/cli/option-groups.ts";
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
    ...singleCommands(commands).flatMap(commandLines),
    ...closingSections.flatMap(({ title, texts, items }) => [
      macro("SH", title),
      ...paragraphs(texts),
      ...items.flatMap(([term, text]) => item(term, text)),
    ]),
    "",
  ].join("\n");
}

function commandLines({ name, summary, words, options, examples }: Command): string[] {
  return [
    macro("SS", `sshctl ${name}${words === undefined ? "" : ` ${words.name}`}`),
    literal(`${summary}.`),
    ...(words === undefined ? [] : item(words.name, words.describe)),
    ...optionGroups(options).flatMap(({ title, options: shown }) => [
      ...heading(title),
      ...shown.flatMap(([long, spec]) => item(optionForm(long, spec), describeWithValues(spec))),
    ]),
    ...heading("Examples"),
    ...examples.flatMap(([commandLine, purpose]) => item(commandLine, purpose)),
  ];
}

function heading(title: string): string[] {
  return [".PP", macro("I", `${title}:`)];
}

function paragraphs(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [".PP", literal(text)]);
}
