import { firstWords, quoted, type CompletedOption, type Entry } from "./entries.ts";

/** bash(1), Programmable Completion. No program is started, so that a TAB is answered at once. */
export function bashScript(entries: readonly Entry[]): string {
  const groups = entries.filter(({ path }) => path.includes(" ")).map(({ path }) => quoted(path));
  return `# bash completion for sshctl(8), made by "sshctl completion bash"
_sshctl() {
    local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
    local command=\${COMP_WORDS[1]} words= valued=
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        words=${quoted(
          firstWords(entries)
            .map(({ word }) => word)
            .join(" "),
        )}
    else
        if ((COMP_CWORD > 2)); then
            case "$command \${COMP_WORDS[2]}" in
                ${groups.join("|")}) command+=" \${COMP_WORDS[2]}" ;;
            esac
        fi
        case "$command" in
${entries.map(caseOf).join("\n")}
        esac
    fi
    [[ $previous == = || " $valued " == *" $previous "* ]] && return
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _sshctl sshctl
`;
}

function caseOf({ path, options, others }: Entry): string {
  const words = [...others.map(({ word }) => word), ...options.map(({ long }) => `--${long}`)];
  const valued = options.filter(({ takesValue }) => takesValue).flatMap(namesOf);
  return `            ${quoted(path)}) words=${quoted(words.join(" "))} valued=${quoted(valued.join(" "))} ;;`;
}

function namesOf({ long, short }: CompletedOption): string[] {
  return [`--${long}`, ...(short === undefined ? [] : [`-${short}`])];
}
