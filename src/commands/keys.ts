import type { CommandGroup } from "./command.ts";
import { keysList } from "./keys-list.ts";
import { keysRevoke } from "./keys-revoke.ts";
import { keysShow } from "./keys-show.ts";
import { didYouMean } from "../did-you-mean.ts";

export const keys: CommandGroup = {
  name: keysList.name,
  summary: keysList.summary,
  examples: keysList.examples,
  commands: [keysShow, keysRevoke],
  alone: keysList,
  hint: (word) => {
    if (didYouMean(word, ["show", "revoke"]) !== undefined) return undefined;
    if (word === "list" || word === "ls") return "sshctl keys";
    return /^[a-z_][\w.-]{0,31}$/i.test(word) ? `sshctl keys --user ${word}` : undefined;
  },
};
