import { quotedWord } from "../../domain/command-line.ts";
import type { Offer, ShellValues } from "../../cli/command.ts";
import {
  aliasPairs,
  firstWords,
  groupedPaths,
  isShellValues,
  type CompletedOption,
  type CompletedWord,
  type Entry,
} from "./entries.ts";

/** zshcompsys(1): a function that is loaded by its file's name, `_sshctl`. */
export function zshScript(entries: readonly Entry[]): string {
  return `#compdef sshctl
# Made by "sshctl completion zsh".
_sshctl_values() {
    local tab=$'\\t'
    local -a found
    found=("\${(@f)$(sshctl completion values $1 2> /dev/null)}")
    found=("\${(@)found:#}")
    found=("\${(@)found//:/\\\\:}")
    found=("\${(@)found/$tab/:}")
    _describe -t $1 $1 found
}
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
    case $command in
${aliasLines(entries).join("\n")}
    esac
    if (( CURRENT > 2 )); then
        case "$command $words[2]" in
            (${groupedPaths(entries).map(quotedWord).join("|")}) command+=" $words[2]"; shift words; (( CURRENT -= 1 )) ;;
        esac
    fi
    # What begins with an exclamation mark is understood, and not offered.
    local unasked='!'
    [[ $PREFIX == --n* ]] && unasked=
    case $command in
${entries.map(caseOf).join("\n")}
    esac
}
_sshctl "$@"
`;
}

function aliasLines(entries: readonly Entry[]): string[] {
  return aliasPairs(entries).map(([alias, path]) => `        (${quotedWord(alias)}) command=${quotedWord(path)} ;;`);
}

function caseOf({ path, options, others, words }: Entry): string {
  const offered =
    others.length === 0
      ? []
      : [`(( CURRENT == 2 )) && others=(${describedWords(others)}) && _describe -t commands command others`];
  const specs = [...options.flatMap(specsOf), quotedWord(`*: :${actionOf(words)}`)];
  return [
    `        (${quotedWord(path)})`,
    ...offered.map((line) => `            ${line}`),
    `            _arguments -S ${specs.join(" ")} ;;`,
  ].join("\n");
}

function describedWords(words: readonly CompletedWord[]): string {
  return words.map(({ word, summary }) => quotedWord(`${word}:${summary.replaceAll(":", "\\:")}`)).join(" ");
}

/** One for each name of the option, as a word of the script; it may be given again. */
function specsOf({ long, short, takesValue, isNegation, offer, describe }: CompletedOption): string[] {
  const text = `[${describe.replaceAll(/[\\[\]:]/g, "\\$&")}]`;
  const value = takesValue ? `: :${actionOf(offer)}` : "";
  return [
    (isNegation ? "$unasked" : "") + quotedWord(`*--${long}${takesValue ? "=" : ""}${text}${value}`),
    ...(short === undefined ? [] : [quotedWord(`*-${short}${text}${value}`)]),
  ];
}

function actionOf(offer: Offer | undefined): string {
  if (offer === undefined) return "()";
  if (typeof offer !== "string") return `(${offer.join(" ")})`;
  // With a space in front zsh calls it as it stands here, without arguments of its own.
  return isShellValues(offer) ? own[offer] : ` _sshctl_values ${offer}`;
}

const own: Readonly<Record<ShellValues, string>> = {
  accounts: "_users",
  groups: "_groups",
  files: "_files",
  folders: "_files -/",
};
