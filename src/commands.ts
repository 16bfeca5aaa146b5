/** The table of commands: one line each. */
import type { Command, CommandGroup } from "./cli/command.ts";
import type { CommandTable } from "./cli/command-table.ts";
import { targetForms } from "./domain/target.ts";

export const commands: CommandTable = {
  loaders: new Map<string, () => Promise<Command | CommandGroup>>([
    ["list", async () => (await import("./features/sessions/list.ts")).list],
    ["show", async () => (await import("./features/sessions/show.ts")).show],
    ["kill", async () => (await import("./features/kill/kill.ts")).kill],
    ["kill-all", async () => (await import("./features/kill/kill-all.ts")).killAll],
    ["watch", async () => (await import("./features/watch/watch.ts")).watch],
    ["count", async () => (await import("./features/sessions/count.ts")).count],
    ["history", async () => (await import("./features/history/history.ts")).history],
    ["keys", async () => (await import("./features/keys/keys.ts")).keys],
    ["access", async () => (await import("./features/access/access.ts")).access],
    ["freeze", async () => (await import("./features/freeze/freeze.ts")).freeze],
    ["thaw", async () => (await import("./features/freeze/thaw.ts")).thaw],
    ["lock", async () => (await import("./features/lock/lock.ts")).lock],
    ["unlock", async () => (await import("./features/lock/unlock.ts")).unlock],
    ["locks", async () => (await import("./features/lock/locks.ts")).locks],
    ["timeout", async () => (await import("./features/timeout/timeout.ts")).timeout],
    ["policy", async () => (await import("./features/policy/policy.ts")).policy],
    ["changes", async () => (await import("./features/changes/changes.ts")).changes],
    ["undo", async () => (await import("./features/changes/undo.ts")).undo],
    ["metrics", async () => (await import("./features/metrics/metrics.ts")).metrics],
    ["message", async () => (await import("./features/message/message.ts")).message],
    ["doctor", async () => (await import("./features/doctor/doctor.ts")).doctor],
    ["completion", async () => (await import("./features/completion/completion.ts")).completionOf(commands)],
  ]),
  overview: {
    groups: new Map([
      ["Look", ["list", "show", "count", "history", "watch", "access", "metrics"]],
      ["End", ["kill", "kill-all", "message"]],
      ["Hold still", ["freeze", "thaw"]],
      ["Keep out", ["lock", "unlock", "locks"]],
      ["Prevent", ["keys", "timeout", "policy", "changes", "undo"]],
      ["Set up", ["doctor", "completion"]],
    ]),
    examples: [
      ["sudo sshctl list", "who is connected; your own session is marked"],
      ["sudo sshctl show pts/2", "everything about the session on this terminal"],
      ["sudo sshctl kill pts/2 --dry-run", "what would be ended; without --dry-run it is"],
      ["sudo sshctl watch", "see sessions come and go, live; ? shows the keys"],
      ["sshctl list --example", "try it anywhere, on an example host; so do show, count, watch, kill --dry-run"],
    ],
    session: targetForms,
  },
  otherNames: new Map([
    ["killall", "kill-all"],
    ["ls", "list"],
  ]),
  unparsed: new Map([
    [
      "completion values",
      async ([what], context) => (await import("./features/completion/values.ts")).completeValues(what, context),
    ],
  ]),
};
