/** `timeout set` and `timeout unset` with --on: what the sshctl of a host says that it would do, and what it has done. Pure. */
import type { DeedItem } from "../../../fleet/act/host-outcome.ts";
import type { Failure } from "../../../fleet/engine/failures.ts";
import type { TimeoutChangeDocument } from "../../../text/json-contract.ts";
import { firstFew } from "../../../domain/first-few.ts";
import {
  hostFailure,
  saidBy,
  unansweredItem,
  type PlannedThing,
  type RemoteDeed,
} from "../../sessions/fleet/through/deed.ts";
import { isFailure, type Reply } from "../../sessions/fleet/through/question.ts";

/**
 * @param what - whose limit, for people.
 * @param words - the command and its options, without those that say how far to go.
 */
export function limitDeed(what: string, words: readonly string[]): RemoteDeed {
  const isRemoval = words[1] === "unset";
  const command = (further: readonly string[]) => [...words, "-o", "json", ...further];
  return {
    plan: {
      commands: [command(["--dry-run"])],
      read: async (replyTo) => planned(what, isRemoval, await replyTo(0, "timeout-change")),
    },
    act: (_, reason) => ({
      commands: [command(["--yes", "--reason", reason])],
      read: async (replyTo) => [changedItem(what, await replyTo(0, "timeout-change"))],
    }),
  };
}

function planned(what: string, isRemoval: boolean, reply: Reply<"timeout-change">): readonly PlannedThing[] | Failure {
  if (!isFailure(reply)) {
    const { edits, notes, warnings } = reply.document;
    const thing = { what, text: editsText(edits), details: [...warnings, ...notes] };
    return edits.length > 0 ? [{ ...thing, kind: "to-do" }] : [{ ...thing, kind: "nothing", text: "set so already" }];
  }
  // What is not there need not be removed.
  const kind = isRemoval && reply.code === "nothing-there" ? "nothing" : "refused";
  return hostFailure([reply]) ?? [{ what, kind, text: saidBy(reply), details: [] }];
}

const words = { created: "creates", changed: "changes", removed: "removes" } as const;
const doneWords = { created: "created", changed: "changed", removed: "removed" } as const;

function editsText(edits: TimeoutChangeDocument["edits"], tense: typeof words | typeof doneWords = words): string {
  return firstFew(edits.map(({ path, action }) => `${tense[action]} ${path}`));
}

function changedItem(what: string, reply: Reply<"timeout-change">): DeedItem {
  if (isFailure(reply)) return unansweredItem(what, reply);
  const { document, exitCode, said } = reply;
  const { edits, dryRun, change } = document;
  const id = change ?? undefined;
  if (dryRun || exitCode !== 0) return { id, what, kind: "not-done", text: said ?? "it does not say what it has done" };
  return { id, what, kind: "proven", text: edits.length === 0 ? "set so already" : editsText(edits, doneWords) };
}
