/** The table of commands: one line each. */
import type { Command, CommandGroup } from "./cli/command.ts";
import type { CommandTable } from "./cli/command-table.ts";

export const commands: CommandTable = {
  loaders: new Map<string, () => Promise<Command | CommandGroup>>([
    ["list", async () => (await import("./features/sessions/list.ts")).list],
    ["show", async () => (await import("./features/sessions/show.ts")).show],
    ["kill", async () => (await import("./features/kill/kill.ts")).kill],
    ["kill-all", async () => (await import("./features/kill/kill-all.ts")).killAll],
    ["watch", async () => (await import("./features/watch/watch.ts")).watch],
    ["count", async () => (await import("./features/sessions/count.ts")).count],
    ["keys", async () => (await import("./features/keys/keys.ts")).keys],
    ["timeout", async () => (await import("./features/timeout/timeout.ts")).timeout],
    ["doctor", async () => (await import("./features/doctor/doctor.ts")).doctor],
    ["completion", async () => (await import("./features/completion/completion.ts")).completionOf(commands)],
  ]),
  otherNames: new Map([["killall", "kill-all"]]),
  unparsed: new Map([
    [
      "completion values",
      async ([what], context) => (await import("./features/completion/values.ts")).completeValues(what, context),
    ],
  ]),
};
