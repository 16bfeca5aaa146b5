import { firstWords, type CompletedOption, type Entry } from "./entries.ts";

/** complete(1) of fish: one line for everything that can follow. */
export function fishScript(entries: readonly Entry[]): string {
  const paths = entries.filter(({ path }) => path.includes(" ")).map(({ path }) => fishQuoted(path));
  return `# Made by "sshctl completion fish".
function __sshctl_command
    set -l words (commandline -opc)
    switch "$words[2] $words[3]"
        case ${paths.join(" ")}
            echo "$words[2] $words[3]"
        case '*'
            echo $words[2]
    end
end
complete -c sshctl -f
${firstWords(entries)
  .map(({ word, summary }) => wordLine("test -z (__sshctl_command)", word, summary))
  .join("\n")}
${entries.flatMap(linesOf).join("\n")}
`;
}

function linesOf({ path, options, others }: Entry): string[] {
  const condition = `contains -- ${fishQuoted(path)} (__sshctl_command)`;
  return [
    ...others.map(({ word, summary }) => wordLine(condition, word, summary)),
    ...options.map((option) => optionLine(condition, option)),
  ];
}

function wordLine(condition: string, word: string, summary: string): string {
  return `complete -c sshctl -n ${fishQuoted(condition)} -a ${word} -d ${fishQuoted(summary)}`;
}

function optionLine(condition: string, { long, short, takesValue, describe }: CompletedOption): string {
  const names = [...(short === undefined ? [] : [`-s ${short}`]), `-l ${long}`, ...(takesValue ? ["-x"] : [])];
  return `complete -c sshctl -n ${fishQuoted(condition)} ${names.join(" ")} -d ${fishQuoted(describe)}`;
}

/** In single quotes only the quote and the backslash are special there. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
