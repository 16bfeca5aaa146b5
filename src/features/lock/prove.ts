/** Asks again whether each lock holds, and looks for locks by other hands. */
import type { Context } from "../../cli/context.ts";
import { isPresent, orUndefined } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { findAccount, localAccounts } from "../../system/accounts.ts";
import { accountState, dayOf, parseShadow } from "../../system/shadow.ts";
import { findOpen } from "./hold.ts";
import { lookAt } from "./lock-account.ts";
import { keptLocks } from "./kept-locks.ts";
import { fullTime } from "../../text/time.ts";
import { keyOf, type LockRecord, type Mechanism } from "../../system/locks/record.ts";
import { timerFault } from "./timer-fault.ts";
import { firstPerson } from "./root-ways.ts";

/**
 * `in force`: every server refuses the account for this lock. `broken`: at least one does not. `interrupted`: the command was killed
 * before it had proven the lock. `open`: for a while, and locked again then. `foreign`: not by sshctl.
 */
export type LockState = "in force" | "broken" | "interrupted" | "open" | "foreign";

export interface ProvenLock {
  user: string;
  uid: number;
  state: LockState;
  /** Undefined for a lock by other hands. */
  record: LockRecord | undefined;
  /** What is wrong, or who else has locked. */
  text: string;
}

export interface ProvenLocks {
  locks: readonly ProvenLock[];
  damaged: readonly string[];
}

export async function proveAll(machine: Machine, context: Context): Promise<ProvenLocks> {
  const { records, damaged } = keptLocks(machine);
  const own: ProvenLock[] = [];
  for (const record of records) own.push(await prove(record, machine, context));
  return { locks: [...own, ...foreignLocks(records, machine)], damaged };
}

async function prove(record: LockRecord, machine: Machine, context: Context): Promise<ProvenLock> {
  const { user, uid, mechanism } = record;
  const said = { user, uid, record };
  const account = await findAccount(user, machine);
  if (account === undefined || account.uid !== uid)
    return {
      ...said,
      state: "broken",
      text: account === undefined ? "the account no longer exists" : `the account has uid ${String(account.uid)} now`,
    };
  const present = await lookAt(record, machine);
  const fault = await timerFault(keyOf(record), record, machine);
  if (fault !== undefined) return { ...said, state: "broken", text: fault };
  if (record.opened !== undefined && present.kind !== "ours")
    return { ...said, state: "open", text: "the account is open for now, and will be locked again" };
  if (present.kind === "before")
    return { ...said, state: "broken", text: `the lock was removed by other means${changedText(mechanism, machine)}` };
  if (present.kind === "other")
    return { ...said, state: "broken", text: `${present.text}${changedText(mechanism, machine)}` };
  const open = await findOpen(account, mechanism, context);
  if (open.length > 0) return { ...said, state: "broken", text: `not refused by ${open.join(", ")}` };
  return record.state === "planned"
    ? {
        ...said,
        state: "interrupted",
        text: "every server refuses the account; the command was interrupted and may have left sessions open",
      }
    : { ...said, state: "in force", text: "every server refuses the account" };
}

/** Since when at the latest it does not hold. */
function changedText(mechanism: Mechanism, { files }: Machine): string {
  const paths = mechanism.kind === "expiry" ? ["/etc/shadow"] : mechanism.paths;
  const folders = paths.map((path) => path.slice(0, path.lastIndexOf("/")));
  for (const path of [...paths, ...folders]) {
    const facts = files.facts(path);
    if (isPresent(facts)) return ` (${path} was last changed ${fullTime(facts.mtimeMs)})`;
  }
  return "";
}

/** Accounts of people that have expired, and of which sshctl knows nothing. */
function foreignLocks(records: readonly LockRecord[], machine: Machine): ProvenLock[] {
  const shadow = orUndefined(machine.files.read("/etc/shadow")) ?? "";
  const today = dayOf(machine.now());
  return localAccounts(machine)
    .filter(({ uid }) => uid >= firstPerson && !records.some((record) => record.uid === uid))
    .filter(({ name }) => {
      const entry = parseShadow(shadow, name);
      return entry !== undefined && accountState(entry, today) === "expired";
    })
    .map(({ name, uid }) => ({
      user: name,
      uid,
      state: "foreign",
      record: undefined,
      text: "the account has expired, but sshctl did not do that",
    }));
}
