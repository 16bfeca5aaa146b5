/** What of the same user, or of the same key, goes on while one session stands still. */
import type { Process } from "../../domain/process.ts";
import { isOfUserHere, type Session, type SessionReport } from "../../domain/session.ts";
import { firstFew } from "../../domain/first-few.ts";
import { orUndefined } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { plural } from "../../text/words.ts";
import { readSessionProcesses } from "../kill/end-sessions.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import type { Groups } from "./plan.ts";

/**
 * @param frozen - the processes that are stopped.
 * @returns a text for each session and each unit. Root's processes are the machine's own, and not told.
 */
export function findNotFrozen(
  session: Session,
  frozen: readonly Process[],
  report: SessionReport,
  groups: Groups,
  machine: Machine,
): string[] {
  const own = new Set([...frozen.map(({ pid }) => pid), session.identity.pid]);
  const sessions = report.sessions.filter((each) => each !== session && isOfUserHere(each) && isAlike(each, session));
  const escaped = (readSessionProcesses([session], report, machine).get(session) ?? []).filter(
    ({ pid }) => !own.has(pid) && groups.has(pid),
  );
  const told = new Set([...own, ...escaped.map(({ pid }) => pid)]);
  const units = new Map<string, Process[]>();
  for (const process of report.processes.values()) {
    const group = groups.get(process.pid);
    if (group === undefined || told.has(process.pid) || /\/session-[^/]+\.scope(?:\/|$)/.test(group)) continue;
    if (!isOf(session, process, machine)) continue;
    const unit = unitOf(group);
    units.set(unit, [...(units.get(unit) ?? []), process]);
  }
  return [
    ...sessions.map((each) => `another session: ${describeSession(each)}`),
    ...(escaped.length === 0 ? [] : [`started by this session, outside of its scope: ${namesOf(escaped)}`]),
    ...[...units].map(([unit, processes]) => `${unit}: ${plural(processes.length, "process")}, ${namesOf(processes)}`),
  ];
}

function isAlike(one: Session, other: Session): boolean {
  const key = one.auth?.key?.fingerprint;
  return (
    (one.uid !== undefined && one.uid === other.uid) || (key !== undefined && key === other.auth?.key?.fingerprint)
  );
}

function isOf({ uid }: Session, { pid }: Process, { files }: Pick<Machine, "files">): boolean {
  return uid !== undefined && uid !== 0 && orUndefined(files.facts(`/proc/${String(pid)}`))?.uid === uid;
}

/** "user@1000.service", "cron.service": the unit of systemd that a path of control groups leads through. */
function unitOf(group: string): string {
  const names = group.split("/");
  return names.find((name) => /\.(?:service|scope)$/.test(name)) ?? group;
}

function namesOf(processes: readonly Process[]): string {
  return firstFew(processes.map(({ pid, comm }) => `${comm} (${String(pid)})`));
}
