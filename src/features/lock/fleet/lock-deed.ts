/** `lock --on`: what the sshctl of a host says that it would do, and what it has done. Pure. */
import { exactDuration } from "../../../domain/duration.ts";
import { plainWords } from "../../../domain/command-line.ts";
import type { DeedItem } from "../../../fleet/act/host-outcome.ts";
import type { Failure } from "../../../fleet/engine/failures.ts";
import type { LockDocument, LocksDocument } from "../../../text/json-contract.ts";
import { fullTime } from "../../../text/time.ts";
import { plural } from "../../../text/words.ts";
import { timeOf } from "../../sessions/fleet/ask-sshctl.ts";
import {
  hostFailure,
  saidBy,
  unansweredItem,
  type PlannedThing,
  type RemoteDeed,
} from "../../sessions/fleet/through/deed.ts";
import { isFailure, type Reply, type ReplyReader } from "../../sessions/fleet/through/question.ts";
import type { LockOptions } from "../plan.ts";
import { locksCommand } from "./locks-on.ts";

export type LockWish = Pick<LockOptions, "sshOnly" | "kill" | "forSeconds">;

/**
 * Each account by itself: one that is unknown to a host, or protected there, must not keep the others open.
 *
 * @param reason - what every host records.
 */
export function lockDeed(users: readonly string[], wish: LockWish): RemoteDeed {
  const command = (user: string, further: readonly string[]) => [
    "lock",
    "-o",
    "json",
    ...(wish.sshOnly ? ["--ssh-only"] : []),
    ...(wish.kill ? [] : ["--no-kill"]),
    ...(wish.forSeconds === undefined ? [] : ["--for", exactDuration(wish.forSeconds)]),
    ...further,
    ...plainWords([user]),
  ];
  return {
    plan: {
      commands: [...users.map((user) => command(user, ["--dry-run"])), locksCommand],
      read: async (replyTo) => readPlan(users, replyTo, wish),
    },
    act: (things, reason) => ({
      commands: things.map(({ what }) => command(what, ["--yes", "--reason", reason])),
      read: async (replyTo) =>
        Promise.all(things.map(async ({ what }, index) => lockedItem(what, await replyTo(index, "lock")))),
    }),
  };
}

async function readPlan(
  users: readonly string[],
  replyTo: ReplyReader,
  wish: LockWish,
): Promise<readonly PlannedThing[] | Failure> {
  const replies = await Promise.all(users.map(async (_, index) => replyTo(index, "lock")));
  const locks = await replyTo(users.length, "locks");
  const failure = hostFailure([...replies, locks]);
  if (failure !== undefined) return failure;
  return users.map((user, index) => {
    const reply = replies[index];
    return reply === undefined || isFailure(reply)
      ? withoutPlan(user, reply, locks)
      : plannedLock(user, reply.document, wish);
  });
}

function plannedLock(user: string, { accounts }: LockDocument, { kill, forSeconds }: LockWish): PlannedThing {
  const [account] = accounts;
  if (account === undefined) return { what: user, kind: "refused", text: "it does not say how", details: [] };
  const { mechanism, sessions, stays, notes } = account;
  const ends = sessions.length === 0 ? "no session is open" : `ends ${plural(sessions.length, "session")}`;
  const until = forSeconds === undefined ? "" : `, for ${exactDuration(forSeconds)}`;
  return {
    what: user,
    kind: "to-do",
    text: `${how[mechanism.kind]}${until}${kill ? `; ${ends}` : ""}`,
    details: [...stays.map((text) => `stays: ${text}`), ...notes],
  };
}

const how = { expiry: "by account expiry", deny: "by DenyUsers" } as const;

/** Where it would do nothing, only a look at its locks tells whether the account is shut. */
function withoutPlan(user: string, failure: Failure | undefined, locks: Reply<"locks">): PlannedThing {
  const said = failure === undefined ? "it does not say how" : saidBy(failure);
  const refused: PlannedThing = { what: user, kind: "refused", text: said, details: [] };
  if (failure?.code !== "nothing-there" || isFailure(locks)) return refused;
  const lock = locks.document.locks.find((each) => each.user === user || String(each.uid) === user);
  if (lock === undefined) return { ...refused, kind: "nothing", text: said };
  return lock.state === "in force" ? { ...refused, kind: "nothing", text: lockText(lock) } : refused;
}

function lockText({ record }: LocksDocument["locks"][number]): string {
  const untilMs = timeOf(record?.until ?? null);
  return `locked already${untilMs === undefined ? "" : ` until ${fullTime(untilMs)}`}, and the lock holds`;
}

function lockedItem(user: string, reply: Reply<"lock">): DeedItem {
  if (isFailure(reply)) return unansweredItem(user, reply);
  const { accounts, ended, complete, dryRun } = reply.document;
  const [account] = accounts;
  if (account === undefined || dryRun || !account.locked)
    return { what: user, kind: "not-done", text: account?.problem ?? "it does not say what it has done" };
  const id = account.id ?? undefined;
  if (account.openAt.length > 0)
    return { id, what: user, kind: "not-done", text: `locked, and yet NOT REFUSED by ${account.openAt.join(", ")}` };
  const sessions = ended.length === 0 ? "" : `, ${plural(ended.length, "session")} ended`;
  if (complete === false)
    return { id, what: user, kind: "not-done", text: `locked${sessions}, but a session or a connection is left` };
  return { id, what: user, kind: "proven", text: `locked: every SSH server refuses the account${sessions}` };
}
