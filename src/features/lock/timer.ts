/**
 * The timers that end locks and openings: persistent ones of systemd, systemd.timer(5), which outlive a reboot. They start
 * `sshctl unlock --due`, which looks for itself what is over, and until then are started again every minute.
 */
import { foreseenTrouble } from "../../changes/foreseen-trouble.ts";
import { FatalError, NothingDoneError } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import { isPresent, orUndefined } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { complaintOf } from "../../host/programs/run.ts";
import { isoTime } from "../../text/time.ts";
import { keyOf, termsOf, type LockRecord } from "../../system/locks/record.ts";
import type { Term } from "../../system/locks/term.ts";

const folder = "/etc/systemd/system";
const service = "sshctl-locks.service";
const root = { uid: 0, gid: 0 };
const limitMs = 30_000;

type TimerHost = Pick<Machine, "files" | "programs" | "replaceFiles" | "runningProgram">;

function nameOf(key: string): string {
  return `sshctl-lock-${key}.timer`;
}

/** @throws NothingDoneError where no timer could end a lock, with the reason. */
export function rejectNoTimer(host: Pick<TimerHost, "files" | "runningProgram">): void {
  if (!isPresent(host.files.names("/run/systemd/system")))
    throw new NothingDoneError(
      "--for needs a timer of systemd, which does not run here. Nothing was done.",
      "Lock without --for, and unlock by hand or by cron.",
    );
  const { nodePath, scriptPath, paths, findTampering } = host.runningProgram();
  const fault = [nodePath, ...paths].map(findTampering).find((each) => each !== undefined);
  if (fault !== undefined)
    throw new NothingDoneError(
      `--for needs a sshctl that only root can change: its timer runs it as root, and ${fault}. Nothing was done.`,
      "Install the package.",
    );
  if (scriptPath === undefined || ![nodePath, scriptPath].every(isPlain))
    throw new NothingDoneError(
      `--for needs a sshctl in a path of plain characters, for the unit that starts it. Nothing was done.`,
    );
}

/** Neither systemd nor a shell reads anything into it. */
function isPlain(path: string): boolean {
  return /^[\w./@+-]+$/.test(path);
}

/** @throws FatalError, or what the file system has against it. */
export async function armTimer(record: LockRecord, host: TimerHost): Promise<void> {
  return arm(keyOf(record), record.user, termsOf(record), host);
}

/** @param key - of the lock, as keyOf() makes it. */
export async function arm(key: string, user: string, terms: readonly Term[], host: TimerHost): Promise<void> {
  const untilMs = Math.min(...terms.map((term) => term.untilMs));
  const { nodePath, scriptPath = "" } = host.runningProgram();
  const timer = nameOf(key);
  write(service, serviceText(nodePath, scriptPath), host);
  write(timer, timerText(user, untilMs), host);
  const output = await host.programs.run("systemctl", ["enable", "--now", timer], limitMs);
  if (output?.exitCode === 0 && (await isArmed(key, host))) return;
  await disarm(key, host);
  const why = output === undefined ? "there is no systemctl" : complaintOf(output);
  throw new FatalError(`systemd does not start ${timer}: ${why}.`, "Lock without --for.");
}

export async function isArmed(key: string, { programs }: Pick<TimerHost, "programs">): Promise<boolean> {
  const output = await programs.run("systemctl", ["is-active", nameOf(key)], limitMs);
  return output?.exitCode === 0;
}

/** What the timers start, where it has been moved or removed since. */
export function missingProgram({ files, replaceFiles }: Pick<TimerHost, "files" | "replaceFiles">): string | undefined {
  const text = replaceFiles.read(`${folder}/${service}`, root) ?? "";
  const paths = /^ExecStart=(\S+) (\S+) unlock --due$/m.exec(text)?.slice(1) ?? [];
  return paths.find((path) => !isPresent(files.facts(path)));
}

/** @throws what the file system has against it. */
export async function disarmTimer(record: LockRecord, host: TimerHost): Promise<void> {
  return disarm(keyOf(record), host);
}

/** @param key - of the lock, as keyOf() makes it. */
export async function disarm(key: string, host: TimerHost): Promise<void> {
  const timer = nameOf(key);
  const isThere = textOf(timer, host) !== undefined;
  // A process that was killed may have left the service alone.
  if (!isThere && textOf(service, host) === undefined) return;
  if (isThere) await stop(timer, host);
  if (armedKeys(host).length === 0) write(service, undefined, host);
  await host.programs.run("systemctl", ["daemon-reload"], limitMs);
}

async function stop(timer: string, host: TimerHost): Promise<void> {
  await host.programs.run("systemctl", ["disable", "--now", timer], limitMs);
  await host.programs.run("systemctl", ["clean", "--what=state", timer], limitMs);
  write(timer, undefined, host);
}

/** The keys of locks that have a timer. */
export function armedKeys({ files }: Pick<TimerHost, "files">): string[] {
  return (orUndefined(files.names(folder)) ?? []).flatMap((name) => /^sshctl-lock-(.+)\.timer$/.exec(name)?.[1] ?? []);
}

function timerText(user: string, untilMs: number): string {
  const at = isoTime(untilMs).slice(0, 19).replace("T", " ");
  const whom = user.replace(/[^\w.-]/g, "?");
  return `# Written by sshctl. "sshctl locks" tells what it is for, and "sshctl unlock" takes it away.
[Unit]
Description=End of a lock or an opening of the account ${whom}

[Timer]
OnCalendar=${at} UTC
Persistent=true
AccuracySec=1s
OnUnitInactiveSec=1min
Unit=${service}

[Install]
WantedBy=timers.target
`;
}

function serviceText(nodePath: string, scriptPath: string): string {
  return `# Written by sshctl, for its timers.
[Unit]
Description=Locks and openings of accounts that are over
Documentation=man:sshctl(8)
After=time-sync.target ssh.service sshd.service

[Service]
Type=oneshot
ExecStart=${nodePath} ${scriptPath} unlock --due
`;
}

function textOf(name: string, { replaceFiles }: TimerHost): string | undefined {
  return replaceFiles.read(`${folder}/${name}`, root);
}

/** @param text - undefined to remove it. */
function write(name: string, text: string | undefined, host: TimerHost): void {
  try {
    const before = textOf(name, host);
    if (before !== text) host.replaceFiles.replace(`${folder}/${name}`, root, before, text);
  } catch (error) {
    throw error instanceof FileTrouble ? foreseenTrouble(error, "Nothing was done.") : error;
  }
}
