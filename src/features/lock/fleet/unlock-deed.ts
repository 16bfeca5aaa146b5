/** `unlock --on`: what the sshctl of a host says that it would do, and what it has done. Pure. */
import { exactDuration } from "../../../domain/duration.ts";
import { plainWords } from "../../../domain/command-line.ts";
import type { DeedItem } from "../../../fleet/act/host-outcome.ts";
import type { Failure } from "../../../fleet/engine/failures.ts";
import type { UnlockDocument } from "../../../text/json-contract.ts";
import {
  hostFailure,
  saidBy,
  unansweredItem,
  type PlannedThing,
  type RemoteDeed,
} from "../../sessions/fleet/through/deed.ts";
import { isFailure, type Reply, type ReplyReader } from "../../sessions/fleet/through/question.ts";

/** @param words - names or uids of accounts, or ids of locks. */
export function unlockDeed(words: readonly string[], forSeconds: number | undefined): RemoteDeed {
  const command = (word: string, further: readonly string[]) => [
    "unlock",
    "-o",
    "json",
    ...(forSeconds === undefined ? [] : ["--for", exactDuration(forSeconds)]),
    ...further,
    ...plainWords([word]),
  ];
  return {
    plan: {
      commands: words.map((word) => command(word, ["--dry-run"])),
      read: async (replyTo) => readPlan(words, replyTo),
    },
    act: (things, reason) => ({
      commands: things.map(({ what }) => command(what, ["--yes", "--reason", reason])),
      read: async (replyTo) =>
        Promise.all(things.map(async ({ what }, index) => unlockedItem(what, await replyTo(index, "unlock")))),
    }),
  };
}

async function readPlan(words: readonly string[], replyTo: ReplyReader): Promise<readonly PlannedThing[] | Failure> {
  const replies = await Promise.all(words.map(async (_, index) => replyTo(index, "unlock")));
  return hostFailure(replies) ?? words.flatMap((word, index) => planned(word, replies[index]));
}

function planned(what: string, reply: Reply<"unlock"> | undefined): PlannedThing[] {
  if (reply === undefined) return [];
  if (isFailure(reply)) {
    const kind = reply.code === "nothing-there" ? "nothing" : "refused";
    return [{ what, kind, text: saidBy(reply), details: [] }];
  }
  const told = reply.document.accounts.map(({ user, by, reason }) => {
    const why = reason === null ? "" : `, ${reason}`;
    return `${user === what ? "" : `${user}, `}locked by ${by}${why}`;
  });
  return [{ what, kind: "to-do", text: told.join("; "), details: [] }];
}

const accessText = { yes: "can log in again", no: "still cannot log in", unknown: "may log in again" } as const;

function unlockedItem(what: string, reply: Reply<"unlock">): DeedItem {
  if (isFailure(reply)) return unansweredItem(what, reply);
  const { accounts, dryRun } = reply.document;
  const failed = accounts.find((account) => !isDone(account));
  if (failed !== undefined || dryRun || accounts.length === 0)
    return { what, kind: "not-done", text: failed?.text ?? "it does not say what it has done" };
  const told = accounts.map(({ user, text, access }) => {
    const name = user === what ? "" : `${user}: `;
    return `${name}${text ?? "unlocked"}${access === null ? "" : `; ${accessText[access]}`}`;
  });
  return { what, kind: "proven", text: told.join("; ") };
}

function isDone({ outcome }: UnlockDocument["accounts"][number]): boolean {
  return outcome === "unlocked" || outcome === "absent";
}
