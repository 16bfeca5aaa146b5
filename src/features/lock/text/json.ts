/** docs/schemas/lock-1.json, unlock-1.json, locks-1.json */
import type { LockDocument, LocksDocument, UnlockDocument } from "../../../text/json-contract.ts";
import { sessionId } from "../../../domain/session.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import { describeOutcome, type KillResult } from "../../kill/end-sessions.ts";
import type { LockReport } from "../carry-out.ts";
import type { LockOptions, PlannedLock } from "../plan.ts";
import type { ProvenLock } from "../prove.ts";
import type { LockRecord, Mechanism } from "../../../system/locks/record.ts";
import type { EveryoneUnlocked } from "../everyone/carry-out.ts";
import type { EveryoneRecord } from "../../../system/locks/everyone-record.ts";
import type { ProvenEveryone } from "../everyone/prove.ts";
import type { Term } from "../../../system/locks/term.ts";
import type { UnlockResult } from "../take-off.ts";

export interface Frame {
  host: string;
  takenAtMs: number;
}

/** @param done - undefined for a dry run. */
export function renderLockJson(
  frame: Frame,
  plans: readonly PlannedLock[],
  options: LockOptions,
  done: LockReport | undefined,
): string {
  return renderLockDocument(frame, options, done, {
    accounts: plans.map((plan) => {
      const result = done?.results.find((each) => each.plan === plan);
      const { account, mechanism, sessions, exempt, stops, stays, notes } = plan;
      return {
        id: result?.record?.id ?? null,
        user: account.name,
        uid: account.uid,
        mechanism: mechanismToJson(mechanism),
        locked: result?.record !== undefined,
        until: timeOf(result?.record?.end),
        openAt: result?.open ?? [],
        probes: result?.probes ?? null,
        problem: result?.problem?.message ?? null,
        sessions: sessions.map(({ identity }) => sessionId(identity)),
        exempt,
        stops,
        unstopped: result?.unstopped ?? [],
        stays,
        notes,
      };
    }),
    everyone: null,
  });
}

/** Whether accounts are locked or everyone is. @param done - undefined for a dry run. */
export function renderLockDocument(
  { host, takenAtMs }: Frame,
  { reason, kill, forSeconds }: Pick<LockOptions, "reason" | "kill" | "forSeconds">,
  done: Pick<LockReport, "ending"> | undefined,
  whom: Told<Pick<LockDocument, "accounts" | "everyone">>,
): string {
  const ending = done?.ending;
  return renderJson<LockDocument>({
    schema: "sshctl.lock/1",
    host,
    takenAt: isoTime(takenAtMs),
    dryRun: done === undefined,
    reason: reason ?? null,
    kill,
    forSeconds: forSeconds ?? null,
    ...whom,
    ended: (ending?.results ?? []).map(endedToJson),
    authenticating: ending?.authenticating ?? null,
    complete: ending?.isComplete ?? null,
  });
}

function endedToJson({ end: { termination }, outcome }: KillResult): Told<LockDocument["ended"][number]> {
  const { identity, pid } = termination.session;
  return { id: sessionId(identity), pid, outcome: describeOutcome(outcome) };
}

/** @param results - undefined for a dry run. */
export function renderUnlockJson(
  { host, takenAtMs }: Frame,
  records: readonly LockRecord[],
  results: readonly UnlockResult[] | undefined,
  everyone?: { record: EveryoneRecord; result: EveryoneUnlocked | undefined },
): string {
  return renderJson<UnlockDocument>({
    schema: "sshctl.unlock/1",
    host,
    takenAt: isoTime(takenAtMs),
    dryRun: results === undefined && everyone?.result === undefined,
    accounts: records.map((record) => {
      const result = results?.find((each) => each.record.id === record.id);
      return {
        ...recordToJson(result?.record ?? record),
        outcome: result?.outcome ?? null,
        text: result?.text ?? null,
        access: result?.access ?? null,
        notBack: result?.notBack ?? [],
      };
    }),
    everyone:
      everyone === undefined
        ? null
        : {
            ...everyoneToJson(everyone.record),
            outcome: everyone.result?.outcome ?? null,
            text: everyone.result?.text ?? null,
          },
  });
}

export function renderLocksJson(
  { host, takenAtMs }: Frame,
  found: readonly ProvenLock[],
  everyone: ProvenEveryone | undefined,
  damaged: readonly string[],
): string {
  return renderJson<LocksDocument>({
    schema: "sshctl.locks/1",
    host,
    takenAt: isoTime(takenAtMs),
    locks: found.map(({ user, uid, state, record, text }) => ({
      user,
      uid,
      state,
      text,
      record: record === undefined ? null : recordToJson(record),
    })),
    everyone:
      everyone === undefined
        ? null
        : { state: everyone.state, text: everyone.text, record: everyoneToJson(everyone.record) },
    damaged,
  });
}

function recordToJson({
  id,
  user,
  uid,
  mechanism,
  by,
  reason,
  atMs,
  end,
  opened,
  stopped,
  exempt,
}: LockRecord): Told<NonNullable<LocksDocument["locks"][number]["record"]>> {
  return {
    id,
    user,
    uid,
    mechanism: mechanismToJson(mechanism),
    by,
    reason: reason ?? null,
    at: isoTime(atMs),
    until: timeOf(end),
    openUntil: timeOf(opened),
    stopped: stopped.map((each) => ({ kind: each.kind, path: "path" in each ? each.path : null })),
    exempt,
  };
}

export function timeOf(term: Term | undefined): string | null {
  return term === undefined ? null : isoTime(term.untilMs);
}

function mechanismToJson(mechanism: Mechanism): Told<LockDocument["accounts"][number]["mechanism"]> {
  return mechanism.kind === "deny"
    ? { kind: "deny", pattern: mechanism.pattern, paths: mechanism.paths, before: null }
    : { kind: "expiry", pattern: null, paths: null, before: mechanism.before ?? null };
}

function everyoneToJson(record: EveryoneRecord): Told<NonNullable<LocksDocument["everyone"]>["record"]> {
  const { id, except, message, by, reason, atMs, end } = record;
  return {
    id,
    except: except.map(({ name }) => name),
    message: message ?? null,
    by,
    reason: reason ?? null,
    at: isoTime(atMs),
    until: timeOf(end),
  };
}
