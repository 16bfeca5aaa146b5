import type { CommandGroup } from "./command.ts";
import { keysList } from "./keys-list.ts";
import { keysRevoke } from "./keys-revoke.ts";
import { keysShow } from "./keys-show.ts";

export const keys: CommandGroup = {
  name: keysList.name,
  summary: keysList.summary,
  examples: keysList.examples,
  commands: [keysShow, keysRevoke],
  alone: keysList,
};
