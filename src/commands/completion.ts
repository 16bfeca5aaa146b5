import { exitCodes, UsageError } from "../errors.ts";
import { bashScript } from "../render/completion/bash.ts";
import { entriesOf, type Entry } from "../render/completion/entries.ts";
import { fishScript } from "../render/completion/fish.ts";
import { zshScript } from "../render/completion/zsh.ts";
import type { Command, CommandGroup } from "./command.ts";

const scripts: ReadonlyMap<string, (entries: readonly Entry[]) => string> = new Map([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);

/** @param loadAll - every command there is. */
export function completionOf(loadAll: () => Promise<readonly (Command | CommandGroup)[]>): Command {
  return {
    name: "completion",
    summary: "Print a script that completes command lines in a shell",
    examples: [
      ["source <(sshctl completion bash)", "for this shell"],
      ["sshctl completion zsh > /usr/local/share/zsh/site-functions/_sshctl", "for everybody's zsh"],
      ["sshctl completion fish > ~/.config/fish/completions/sshctl.fish", "for one's own fish"],
    ],
    words: { name: "SHELL", describe: [...scripts.keys()].join(", "), most: 1 },
    options: {},
    run: async ({ words: [shell] }, context) => {
      const script = scripts.get(shell ?? "");
      if (script === undefined)
        throw new UsageError(
          shell === undefined ? "completion needs to know for which shell." : `There is no completion for "${shell}".`,
          `Allowed: ${[...scripts.keys()].join(", ")}.`,
        );
      context.out.write(script(entriesOf(await loadAll())));
      return exitCodes.done;
    },
  };
}
