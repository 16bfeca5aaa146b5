/**
 * This room has the commands `timeout set`, `timeout unset` and `timeout show`: limits for idle sessions, in the shell (shell/),
 * by sshd (sshd/) and by logind.
 * What enters: a mechanism for each way to end idle sessions, which plans edits of files as data, and reports of the limits that
 * apply.
 */
import { parseDuration } from "../../domain/duration.ts";
import type { CommandGroup } from "../../cli/command.ts";
import { timeoutSet } from "./set.ts";
import { timeoutShow } from "./show.ts";
import { timeoutUnset } from "./unset.ts";

export const timeout: CommandGroup = {
  name: "timeout",
  summary: "Set, remove and explain idle limits",
  examples: [
    ["sshctl timeout set 15m", "my own shells, after 15 minutes at the prompt"],
    ["sshctl timeout set 15m --global --except-user root", "all users except root"],
    ["sshctl timeout show --user alice", "which limit applies to alice, and why"],
  ],
  commands: [timeoutSet, timeoutUnset, timeoutShow],
  hint: (word) => {
    if (["list", "ls", "get", "status"].includes(word)) return "sshctl timeout show";
    return parseDuration(word) === undefined ? undefined : `sshctl timeout set ${word}`;
  },
};
