/**
 * This room has the commands `keys`, `keys show` and `keys revoke`: which keys can log in, who used them, and how one is locked
 * out.
 * What enters: the inventory of keys and what is wrong with them (inventory/), revocation (revoke/), and how keys are shown
 * (text/).
 */
import type { CommandGroup } from "../../cli/command.ts";
import { keysList } from "./list.ts";
import { keysRevoke } from "./revoke.ts";
import { keysShow } from "./show.ts";
import { userOption } from "../sessions/selecting-option.ts";

export const keys: CommandGroup = {
  name: keysList.name,
  summary: keysList.summary,
  examples: keysList.examples,
  commands: [keysShow, keysRevoke],
  alone: keysList,
  aloneNames: ["list", "ls"],
  hint: (word) => {
    const option = userOption(word);
    return option && `sshctl keys ${option}`;
  },
};
