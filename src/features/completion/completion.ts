/**
 * This room has the command `completion`: scripts for bash, zsh and fish, made from the tables of commands, and the values that
 * those scripts ask sshctl for.
 */
import { exitCodes, UsageError } from "../../errors.ts";
import { bashScript } from "./bash.ts";
import { entriesOf, type Entry } from "./entries.ts";
import { fishScript } from "./fish.ts";
import { zshScript } from "./zsh.ts";
import type { Command } from "../../cli/command.ts";
import { loadAll, type CommandTable } from "../../cli/command-table.ts";

const scripts: ReadonlyMap<string, (entries: readonly Entry[]) => string> = new Map([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);

/** @param table - what is completed. */
export function completionOf(table: CommandTable): Command {
  return {
    name: "completion",
    summary: "Print a script that completes command lines in a shell",
    examples: [
      ["source <(sshctl completion bash)", "for this shell"],
      ["sshctl completion zsh > /usr/local/share/zsh/site-functions/_sshctl", "for zsh, for all users"],
      ["sshctl completion fish > ~/.config/fish/completions/sshctl.fish", "for your own fish"],
    ],
    words: { name: "SHELL", offer: [...scripts.keys()], describe: [...scripts.keys()].join(", "), most: 1 },
    options: {},
    run: async ({ words: [shell] }, context) => {
      context.out.write(scriptOf(shell)(entriesOf(await loadAll(table), table.otherNames)));
      return exitCodes.done;
    },
  };
}

/** @throws UsageError */
function scriptOf(shell: string | undefined): (entries: readonly Entry[]) => string {
  const allowed = `Allowed: ${[...scripts.keys()].join(", ")}.`;
  if (shell === undefined) throw new UsageError("completion needs the name of a shell.", allowed);
  const script = scripts.get(shell);
  if (script === undefined) throw new UsageError(`There is no completion for "${shell}".`, allowed);
  return script;
}
