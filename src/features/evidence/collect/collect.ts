/** Takes evidence in the order in which it would be lost: processes first, then what logs and files tell. */
import type { Process } from "../../../domain/process.ts";
import type { Session } from "../../../domain/session.ts";
import type { SessionDetails } from "../../../domain/session-details.ts";
import type { Machine } from "../../../host/host.ts";
import { findAccount, type Account } from "../../../system/accounts.ts";
import type { Evidence, SessionEvidence, Subject } from "../evidence.ts";
import { evidenceLimits } from "../limits.ts";
import { readAccountEvidence } from "./read-account.ts";
import { readProcessEvidence, type Collection } from "./read-process.ts";
import { readSessionEvidence } from "./read-session.ts";

/** A session with all that belongs to it, those of the server too. */
export interface Whole {
  details: SessionDetails;
  processes: readonly Process[];
}

type Sources = Pick<Machine, "files" | "foreignFiles" | "smallFiles" | "programs" | "programLines">;

export async function collect(wholes: readonly Whole[], collection: Collection, machine: Sources): Promise<Evidence> {
  const all = uniqueProcesses(wholes);
  if (all.length > evidenceLimits.processes)
    collection.keeper.miss(
      `there are ${String(all.length)} processes, of which the first ${String(evidenceLimits.processes)} are told`,
    );
  const processes = all.slice(0, evidenceLimits.processes).map((process) => readProcessEvidence(process, collection));
  const accounts = await accountsOf(
    wholes.map(({ details }) => details.session),
    machine,
  );
  const sessions: SessionEvidence[] = [];
  for (const { details, processes: own } of wholes) {
    const account = accounts.find(({ uid }) => uid === details.session.uid);
    const pids = own.map(({ pid }) => pid);
    sessions.push(await readSessionEvidence(details, pids, account, collection.keeper, machine));
  }
  return { processes, sessions, accounts: accounts.map((account) => readAccountEvidence(account, collection)) };
}

/** The server's own processes come first, then what the session has started, a parent before its children. */
export function processesOf(
  { session, processes }: Subject,
  { processes: table }: { processes: ReadonlyMap<number, Process> },
): Process[] {
  const heads = [session.monitorPid, session.identity.pid, session.pid, ...(session.leftPids ?? [])];
  const own = heads.flatMap((pid) => (pid === undefined ? [] : (table.get(pid) ?? [])));
  const started = processes.toSorted((one, other) => one.startTicks - other.startTicks || one.pid - other.pid);
  return [...new Map([...own, ...started].map((process) => [process.pid, process])).values()];
}

export function uniqueProcesses(wholes: readonly Pick<Whole, "processes">[]): Process[] {
  return [...new Map(wholes.flatMap(({ processes }) => processes).map((each) => [each.pid, each])).values()];
}

async function accountsOf(sessions: readonly Session[], machine: Sources): Promise<Account[]> {
  const accounts = new Map<number, Account>();
  for (const { user, uid, container } of sessions) {
    // A container has accounts of its own.
    if (container || user === undefined || uid === undefined || accounts.has(uid)) continue;
    const account = await findAccount(user, machine);
    if (account?.uid === uid) accounts.set(uid, account);
  }
  return [...accounts.values()];
}
