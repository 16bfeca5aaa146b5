import type { Offer, ShellValues } from "../../cli/command.ts";
import { aliasPairs, firstWords, groupedPaths, isShellValues, type CompletedOption, type Entry } from "./entries.ts";

/** complete(1) of fish: one line for everything that can follow. */
export function fishScript(entries: readonly Entry[]): string {
  return `# Made by "sshctl completion fish".
function __sshctl_command
    set -l words (commandline -opc)
    switch "$words[2] $words[3]"
        case ${groupedPaths(entries).map(fishQuoted).join(" ")}
            echo "$words[2] $words[3]"
${aliasLines(entries).join("\n")}
        case '*'
            echo $words[2]
    end
end
function __sshctl_negates
    string match -q -- '--n*' (commandline -ct) (commandline -opc)[-1]
end
complete -c sshctl -f
${firstWords(entries)
  .map(({ word, summary }) => wordLine("test -z (__sshctl_command)", word, summary))
  .join("\n")}
${entries.flatMap(linesOf).join("\n")}
`;
}

function aliasLines(entries: readonly Entry[]): string[] {
  return aliasPairs(entries).map(
    ([alias, path]) => `        case ${fishQuoted(`${alias} *`)}\n            echo ${fishQuoted(path)}`,
  );
}

function linesOf({ path, options, others, words }: Entry): string[] {
  const condition = `contains -- ${fishQuoted(path)} (__sshctl_command)`;
  const offered = words === undefined ? [] : [`complete -c sshctl -n ${fishQuoted(condition)} ${valuesOf(words)}`];
  return [
    ...others.map(({ word, summary }) => wordLine(condition, word, summary)),
    ...offered,
    ...options.map((option) => optionLine(condition, option)),
  ];
}

function wordLine(condition: string, word: string, summary: string): string {
  return `complete -c sshctl -n ${fishQuoted(condition)} -a ${word} -d ${fishQuoted(summary)}`;
}

function optionLine(
  condition: string,
  { long, short, takesValue, isNegation, offer, describe }: CompletedOption,
): string {
  const value = takesValue ? `-r ${offer === undefined ? "-f" : valuesOf(offer)}` : "";
  const names = [...(short === undefined ? [] : [`-s ${short}`]), `-l ${long}`, value].filter(Boolean);
  const when = isNegation ? `${condition}; and __sshctl_negates` : condition;
  return `complete -c sshctl -n ${fishQuoted(when)} ${names.join(" ")} -d ${fishQuoted(describe)}`;
}

function valuesOf(offer: Offer): string {
  if (typeof offer !== "string") return `-f -a ${fishQuoted(offer.join(" "))}`;
  return isShellValues(offer) ? own[offer] : `-f -a '(sshctl completion values ${offer} 2> /dev/null)'`;
}

const own: Readonly<Record<ShellValues, string>> = {
  accounts: "-f -a '(__fish_complete_users)'",
  groups: "-f -a '(__fish_complete_groups)'",
  files: "-F",
  folders: "-f -a '(__fish_complete_directories)'",
};

/** In single quotes only the quote and the backslash are special there. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
