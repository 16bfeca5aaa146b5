import { exitCodes, UsageError } from "../errors.ts";
import { bashScript } from "../render/completion/bash.ts";
import { entriesOf, type Entry } from "../render/completion/entries.ts";
import { fishScript } from "../render/completion/fish.ts";
import { zshScript } from "../render/completion/zsh.ts";
import { liveValues, type Command, type CommandGroup } from "./command.ts";

const scripts: ReadonlyMap<string, (entries: readonly Entry[]) => string> = new Map([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);

/**
 * @param loadAll - every command there is.
 * @param otherNames - further words that call them.
 */
export function completionOf(
  loadAll: () => Promise<readonly (Command | CommandGroup)[]>,
  otherNames: ReadonlyMap<string, string>,
): Command {
  return {
    name: "completion",
    summary: "Print a script that completes command lines in a shell",
    examples: [
      ["source <(sshctl completion bash)", "for this shell"],
      ["sshctl completion zsh > /usr/local/share/zsh/site-functions/_sshctl", "for everybody's zsh"],
      ["sshctl completion fish > ~/.config/fish/completions/sshctl.fish", "for one's own fish"],
    ],
    words: { name: "SHELL", offer: [...scripts.keys()], describe: [...scripts.keys()].join(", "), most: 2 },
    options: {},
    run: async ({ words: [shell, ...others] }, context) => {
      const asked = shell === "values" ? liveValues.find((name) => name === others[0]) : undefined;
      if (asked !== undefined) {
        const { findValues } = await import("./completion-values.ts");
        context.out.write(await findValues(asked, context));
        return exitCodes.done;
      }
      context.out.write(scriptOf(shell, others)(entriesOf(await loadAll(), otherNames)));
      return exitCodes.done;
    },
  };
}

/** @throws UsageError */
function scriptOf(shell: string | undefined, others: readonly string[]): (entries: readonly Entry[]) => string {
  const allowed = `Allowed: ${[...scripts.keys()].join(", ")}.`;
  if (shell === undefined) throw new UsageError("completion needs to know for which shell.", allowed);
  if (others.length > 0) throw new UsageError("completion takes one shell.", allowed);
  const script = scripts.get(shell);
  if (script === undefined) throw new UsageError(`There is no completion for "${shell}".`, allowed);
  return script;
}
