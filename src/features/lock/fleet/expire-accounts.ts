/** `lock --on` where a host has no sshctl: local accounts expire, and nothing is said to be locked. */
import { quoteWord } from "../../../domain/command-line.ts";
import type { DeedItem, HostOutcome } from "../../../fleet/act/host-outcome.ts";
import { askHosts } from "../../../fleet/collect/ask-hosts.ts";
import { newNonce } from "../../../fleet/collect/nonce.ts";
import type { Answer } from "../../../fleet/engine/engine.ts";
import { failureOf, neverReached, type Failure } from "../../../fleet/engine/failures.ts";
import { runOne } from "../../../fleet/engine/run-one.ts";
import type { FleetHost } from "../../../fleet/names/fleet-host.ts";
import { renderAct } from "../../../system/acts/act-record.ts";
import { lockedDay } from "../../../system/locks/record.ts";
import { dateOf } from "../../access/read-access.ts";
import type { ActRun } from "../../sessions/fleet/act/deed.ts";
import { lostOutcome, outcomeOf, type Line } from "../../sessions/fleet/through/act-on-host.ts";
import { plannedItem, type PlannedThing } from "../../sessions/fleet/through/deed.ts";
import { isFailure } from "../../sessions/fleet/through/question.ts";
import type { Substitute, SubstitutePlan } from "../../sessions/fleet/through/substitute.ts";
import { expiryJob, isPlainName, mayExpire, readExpiry, type Expiry } from "./expire-account.ts";

export function expireAccounts(users: readonly string[]): Substitute<PlannedThing> {
  return async (hosts, { course, lineTo }) => {
    const lines = hosts.map(lineTo).filter(({ host, elevation }) => mayExpire(host, elevation));
    const [first] = users.every(isPlainName) ? lines : [];
    if (first === undefined) return new Map();
    const question = {
      ...course,
      hosts: lines.map(({ host }) => host),
      newNonce,
      jobFor: (host: FleetHost, nonce: string) => expiryJob(host, nonce, users, first.elevation),
      read: async ({ end }: Answer, nonce: string) =>
        Promise.resolve(users.map((_, index) => readExpiry(end, nonce, index))),
    };
    const found = new Map((await askHosts(question, first.engine)).map(({ name, outcome }) => [name, outcome]));
    return new Map(lines.flatMap((line) => planOf(users, found.get(line.host.name), line)));
  };
}

function planOf(
  users: readonly string[],
  found: readonly Expiry[] | Failure | undefined,
  line: Line,
): [string, SubstitutePlan][] {
  if (found === undefined || isFailure(found) || found.every(({ kind }) => kind === "unanswered")) return [];
  const things = users.map((user, index) => plannedThing(user, found[index]));
  return [[line.host.name, { things, act: async (run, reason) => expire(things, run, reason, line) }]];
}

async function lookAt(users: readonly string[], line: Line): Promise<Expiry[]> {
  const nonce = newNonce();
  const { end } = await runOne(expiryJob(line.host, nonce, users, line.elevation), line);
  return users.map((_, index) => readExpiry(end, nonce, index));
}

const noSshctl = "sshctl is not installed there";

function plannedThing(what: string, expiry: Expiry = { kind: "unanswered" }): PlannedThing {
  const thing = { what, details: [] };
  switch (expiry.kind) {
    case "local":
      return expiry.before === lockedDay
        ? { ...thing, kind: "not-done", text: `the account has expired already, which proves nothing: ${noSshctl}` }
        : { ...thing, kind: "to-do", text: "only expiry by chage, unproven: no sshctl there" };
    case "absent":
      return { ...thing, kind: "nothing", text: `there is no account ${what}` };
    case "directory":
      return { ...thing, kind: "not-done", text: `${noSshctl}, and the account is of a directory` };
    case "refused":
      return { ...thing, kind: "not-done", text: `${noSshctl}; ${expiry.text}` };
    case "unanswered":
      return { ...thing, kind: "not-done", text: noSshctl };
  }
}

async function expire(
  things: readonly PlannedThing[],
  run: ActRun,
  reason: string | undefined,
  line: Line,
): Promise<HostOutcome> {
  const nonce = newNonce();
  const users = things.flatMap(({ what, kind }) => (kind === "to-do" ? what : []));
  const records = users.map((user) => recordOf(user, run, reason));
  const here = { ...line, settings: { ...line.settings, stop: run.stop } };
  const { end } = await runOne(expiryJob(line.host, nonce, users, line.elevation, records), here);
  if (neverReached(end)) return lostOutcome(failureOf(end), things);
  const done = users.map((_, index) => readExpiry(end, nonce, index));
  const isKnown = done.every(({ kind }) => kind !== "unanswered");
  const seen = isKnown ? done : await lookAt(users, here);
  const items = users.map((user, index) => expiredItem(user, done[index], seen[index]));
  const others = things.filter(({ kind }) => kind !== "to-do").map(plannedItem);
  return outcomeOf([...items, ...others]);
}

function recordOf(user: string, { id, caller, callerHost }: ActRun, reason: string | undefined): string {
  const outcome = `account expiry by chage, which nothing proves: ${noSshctl}`;
  const facts = { user, outcome, caller_host: callerHost };
  return renderAct({ id, act: "lock", isDone: true, caller, reason, facts });
}

/** @param seen - at another look, where it is not known what was done. */
function expiredItem(what: string, done: Expiry | undefined, seen: Expiry | undefined): DeedItem {
  if (done?.kind === "local" && done.after === lockedDay)
    return {
      what,
      kind: "not-done",
      text: `expired by chage, which nothing proves: ${noSshctl}; ${wayBack(what, done.before)}`,
    };
  if (done?.kind === "local") return { what, kind: "not-done", text: `chage has not changed the expiry; ${noSshctl}` };
  if (seen?.kind === "local" && seen.before === lockedDay)
    return { what, kind: "not-done", text: `expired, which nothing proves: ${noSshctl}` };
  return { what, kind: "undecided", text: "it is not known whether chage was run" };
}

function wayBack(user: string, before: number | undefined): string {
  const was = before === undefined ? "never expired" : `expired on ${dateOf(before)}`;
  return `before, it ${was} (chage -E ${String(before ?? -1)} ${quoteWord(user)})`;
}
