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
