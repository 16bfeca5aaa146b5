import { quotedWord } from "../../domain/command-line.ts";
import type { Offer, ShellValues } from "../../cli/command.ts";
import { aliasPairs, firstWords, groupedPaths, isShellValues, type CompletedOption, type Entry } from "./entries.ts";

/**
 * bash(1), Programmable Completion. The words are taken from the line itself, because bash also splits at the characters of
 * COMP_WORDBREAKS, such as the colons of addresses and fingerprints. What is found on the machine is compared, never expanded.
 */
export function bashScript(entries: readonly Entry[]): string {
  return `# bash completion for sshctl(8), made by "sshctl completion bash"
_sshctl() {
    local line=\${COMP_LINE:0:COMP_POINT} words= live= action= breaks= cut= each
    local -a typed found
    read -ra typed <<< "$line"
    [[ $line == *[[:space:]] ]] && typed+=("")
    local count=\${#typed[@]} current=\${typed[-1]} option=\${typed[-2]} command=\${typed[1]}
    local value=$current
    COMPREPLY=()
    case $command in
${aliasLines(entries).join("\n")}
    esac
    if ((count > 3)); then
        case "$command \${typed[2]}" in
            ${groupedPaths(entries).map(quotedWord).join("|")}) command+=" \${typed[2]}" ;;
        esac
    fi
    [[ $current == --*=* ]] && option=\${current%%=*} value=\${current#*=}
    if ((count == 2)); then
        words=${joined(firstWords(entries).map(({ word }) => word))}
    else
        case "$command $option" in
${valueLines(entries).join("\n")}
        *)
            value=$current
            case $command in
${entries.map(wordLine).join("\n")}
            esac ;;
        esac
    fi
${offering}complete -F _sshctl sshctl
`;
}

/** Out of $words, $live or $action, those that begin with $value; readline takes the word from behind the last break on. */
const offering = `    if [[ -n $action ]]; then
        [[ $action == -[fd] ]] && compopt -o filenames 2> /dev/null
        mapfile -t found < <(compgen $action -- "$value")
    elif [[ -n $live ]]; then
        mapfile -t found < <(sshctl completion values "$live" 2> /dev/null)
    else
        read -ra found <<< "$words"
    fi
    [[ $COMP_WORDBREAKS == *:* ]] && breaks+=:
    [[ $COMP_WORDBREAKS == *=* ]] && breaks+==
    [[ -n $breaks ]] && cut=\${current%"\${current##*[$breaks]}"}
    for each in "\${found[@]%%$'\\t'*}"; do
        [[ -n $each && $each == "$value"* ]] || continue
        [[ $each == --not-* && $value != --n* ]] && continue
        each=\${current%"$value"}$each
        COMPREPLY+=("\${each#"$cut"}")
    done
}
`;

function aliasLines(entries: readonly Entry[]): string[] {
  return aliasPairs(entries).map(([alias, path]) => `        ${quotedWord(alias)}) command=${quotedWord(path)} ;;`);
}

/** Options that get the same values share a line. */
function valueLines(entries: readonly Entry[]): string[] {
  const patterns = new Map<string, string[]>();
  for (const { path, options } of entries)
    for (const option of options.filter(({ takesValue }) => takesValue)) {
      const offered = assignment(option.offer);
      const named = namesOf(option).map((name) => quotedWord(`${path} ${name}`));
      patterns.set(offered, [...(patterns.get(offered) ?? []), ...named]);
    }
  return [...patterns].map(([offered, named]) => `        ${named.join("|")}) ${offered} ;;`);
}

function wordLine({ path, options, others, words }: Entry): string {
  const names = [...others.map(({ word }) => word), ...options.map(({ long }) => `--${long}`)];
  const line = `            ${quotedWord(path)}) words=${joined(names)}`;
  return words === undefined ? `${line} ;;` : `${line}; [[ $current == -* ]] || ${assignment(words)} ;;`;
}

function assignment(offer: Offer | undefined): string {
  if (offer === undefined) return "words=";
  if (typeof offer !== "string") return `words=${joined(offer)}`;
  return isShellValues(offer) ? `action=${own[offer]}` : `live=${offer}`;
}

const own: Readonly<Record<ShellValues, string>> = { accounts: "-u", groups: "-g", files: "-f", folders: "-d" };

function joined(words: readonly string[]): string {
  return quotedWord(words.join(" "));
}

function namesOf({ long, short }: CompletedOption): string[] {
  return [`--${long}`, ...(short === undefined ? [] : [`-${short}`])];
}
