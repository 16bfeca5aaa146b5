/** Stops the processes of one session, lets them go on, and tells whether they are stopped. */
import type { ProcessIdentity } from "../../domain/process.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { parseStat } from "../procfs/stat.ts";
import { readStopped, type FreezeRecord } from "./record.ts";

export type FreezerHost = Pick<Machine, "files" | "cgroups" | "signals" | "clock" | "frozen">;

type Frozen = Pick<FreezeRecord, "id" | "means">;

interface Seen {
  files: Files;
  frozen: Pick<FreezerHost["frozen"], "read">;
}

/** How long the kernel may take: a process that waits for a device stops only when that has answered. */
const limitMs = 5000;
const pauseMs = 5;

/** Whether all of it is stopped now. */
export function isFrozen({ id, means }: Frozen, { files, frozen }: Seen): boolean {
  if (means.kind === "scope") return isSameFolder(means, files) && isFolderFrozen(means.folder, files);
  const stopped = readStopped(id, frozen).filter((each) => stateOf(each, files) !== undefined);
  return stopped.length > 0 && stopped.every((each) => stateOf(each, files) === "T");
}

/** Whether everything in a control group is frozen, whoever has done it. */
export function isFolderFrozen(folder: string, files: Files): boolean {
  return /^frozen 1$/m.test(orUndefined(files.read(`${folder}/cgroup.events`)) ?? "");
}

function isSameFolder({ folder, ino }: { folder: string; ino: number }, files: Files): boolean {
  return orUndefined(files.facts(folder))?.ino === ino;
}

/** The letter of /proc/PID/stat; undefined where that process has ended. */
function stateOf({ pid, startTicks }: ProcessIdentity, files: Files): string | undefined {
  const text = orUndefined(files.read(`/proc/${String(pid)}/stat`, 0));
  if (text === undefined || parseStat(text)?.startTicks !== startTicks) return undefined;
  return text.charAt(text.lastIndexOf(")") + 2);
}

/**
 * Freezes a control group.
 *
 * @returns whether the kernel says so in time.
 */
export async function freezeScope(
  means: { folder: string; ino: number },
  { files, cgroups, clock }: Pick<FreezerHost, "files" | "cgroups" | "clock">,
): Promise<boolean> {
  if (!isSameFolder(means, files) || !cgroups.freeze(means.folder, true)) return false;
  return within(() => isFolderFrozen(means.folder, files), clock);
}

/** Whether all of it stands still in time: a signal takes a moment. */
export async function comesToRest(
  frozen: Frozen,
  host: Pick<FreezerHost, "files" | "frozen" | "clock">,
): Promise<boolean> {
  return within(() => isFrozen(frozen, host), host.clock);
}

/** Stops processes that are still the same and run. */
export function stop(processes: readonly ProcessIdentity[], { files, signals }: FreezerHost): void {
  for (const each of processes) if (stateOf(each, files) !== undefined) signals.send(each.pid, "STOP");
}

/** Whether the user has stopped it, so that it is none of ours to let go on. */
export function isStopped(process: ProcessIdentity, files: Files): boolean {
  return stateOf(process, files) === "T";
}

/** gone: there is no such session any more. running: it was not frozen. */
export type Thawed = "thawed" | "running" | "gone" | "failed";

/** Lets go on what the record names, where it is still the same, and waits until it does. */
export async function thaw(frozen: Frozen, host: FreezerHost): Promise<Thawed> {
  return frozen.means.kind === "scope" ? thawScope(frozen.means, host) : letGoOn(frozen.id, host);
}

/** The same for a control group. */
export async function thawScope(
  means: { folder: string; ino: number },
  { files, cgroups, clock }: Pick<FreezerHost, "files" | "cgroups" | "clock">,
): Promise<Thawed> {
  const { folder } = means;
  if (!isSameFolder(means, files)) return "gone";
  const wasFrozen = orUndefined(files.read(`${folder}/cgroup.freeze`))?.trim() === "1";
  if (!wasFrozen) return "running";
  if (!cgroups.freeze(folder, false)) return "failed";
  return (await within(() => !isFolderFrozen(folder, files), clock)) ? "thawed" : "failed";
}

/**
 * Children before their parents, as none may see that another is stopped. Also those that are not stopped yet: SIGCONT takes back a SIGSTOP
 * that is on its way (signal(7)).
 */
async function letGoOn(id: string, { files, signals, clock, frozen }: FreezerHost): Promise<Thawed> {
  const living = readStopped(id, frozen).filter((each) => stateOf(each, files) !== undefined);
  if (living.length === 0) return "gone";
  const wasStopped = living.some((each) => isStopped(each, files));
  for (const { pid } of living.toReversed()) signals.send(pid, "CONT");
  if (!wasStopped) return "running";
  return (await within(() => living.every((each) => !isStopped(each, files)), clock)) ? "thawed" : "failed";
}

async function within(isDone: () => boolean, clock: FreezerHost["clock"]): Promise<boolean> {
  const untilMs = clock.now() + limitMs;
  while (!isDone()) {
    if (clock.now() >= untilMs) return false;
    await clock.pause(pauseMs);
  }
  return true;
}
