import { firstWords, quoted, type CompletedOption, type CompletedWord, type Entry } from "./entries.ts";

/** zshcompsys(1): a function that is loaded by its file's name, `_sshctl`. */
export function zshScript(entries: readonly Entry[]): string {
  const groups = entries.filter(({ path }) => path.includes(" ")).map(({ path }) => quoted(path));
  return `#compdef sshctl
# Made by "sshctl completion zsh".
_sshctl() {
    local -a others
    if (( CURRENT == 2 )); then
        others=(${describedWords(firstWords(entries))})
        _describe -t commands command others
        return
    fi
    local command=$words[2]
    shift words
    (( CURRENT -= 1 ))
    if (( CURRENT > 2 )); then
        case "$command $words[2]" in
            (${groups.join("|")}) command+=" $words[2]"; shift words; (( CURRENT -= 1 )) ;;
        esac
    fi
    case $command in
${entries.map(caseOf).join("\n")}
    esac
}
_sshctl "$@"
`;
}

function caseOf({ path, options, others }: Entry): string {
  const offered =
    others.length === 0
      ? []
      : [`(( CURRENT == 2 )) && others=(${describedWords(others)}) && _describe -t commands command others`];
  return [
    `        (${quoted(path)})`,
    ...offered.map((line) => `            ${line}`),
    `            _arguments -S ${options.flatMap(specsOf).map(quoted).join(" ")} '*: :()' ;;`,
  ].join("\n");
}

function describedWords(words: readonly CompletedWord[]): string {
  return words.map(({ word, summary }) => quoted(`${word}:${summary.replaceAll(":", "\\:")}`)).join(" ");
}

/** One for each name of the option; it may be given again. */
function specsOf({ long, short, takesValue, describe }: CompletedOption): string[] {
  const text = `[${describe.replaceAll(/[\\[\]:]/g, "\\$&")}]`;
  const value = takesValue ? ": : " : "";
  return [
    `*--${long}${takesValue ? "=" : ""}${text}${value}`,
    ...(short === undefined ? [] : [`*-${short}${text}${value}`]),
  ];
}
