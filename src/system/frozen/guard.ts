/** Arms the guard of a frozen session: transient timers of systemd, systemd-run(1), which need no sshctl when their time comes. */
import { toByteText } from "../../text/byte-text.ts";
import { FatalError, NothingDoneError } from "../../errors.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import { frozenPath } from "../../host/files/frozen-path.ts";
import type { Machine } from "../../host/host.ts";
import { complaintOf } from "../../host/programs/run.ts";

export type GuardHost = Pick<Machine, "files" | "programs" | "frozen">;

const limitMs = 30_000;

/** How long before its deed it says so. */
export const warningSeconds = 60;

/** @throws NothingDoneError where nothing could end a freeze. */
export function rejectNoGuard({ files }: Pick<GuardHost, "files">): void {
  if (isPresent(files.names("/run/systemd/system"))) return;
  throw new NothingDoneError(
    "A freeze needs a timer of systemd to end it, and systemd does not run here. Nothing was done.",
    '"sshctl kill" ends a session, and "kill -STOP" stops a process until "kill -CONT".',
  );
}

/**
 * Both timers count from now on; that which tells of the end is left out where there is not that much time.
 *
 * @param script - the text of guard-script.ts.
 * @throws FatalError where it does not run; nothing is left of it then. FileTrouble.
 */
export async function armGuard(id: string, forSeconds: number, script: string, host: GuardHost): Promise<void> {
  host.frozen.write(`${id}.sh`, toByteText(script));
  const [guard, teller] = timersOf(id);
  try {
    await start(guard, "guard", id, forSeconds, host);
    if (forSeconds > warningSeconds) await start(teller, "warn", id, forSeconds - warningSeconds, host);
  } catch (error) {
    await disarmGuard(id, host);
    throw error;
  }
}

async function start(unit: string, word: string, id: string, seconds: number, { programs }: GuardHost): Promise<void> {
  const args = [
    "--quiet",
    "--collect",
    `--unit=${unit}`,
    `--description=End of a frozen SSH session, sshctl ${id}`,
    `--on-active=${String(seconds)}s`,
    "--timer-property=AccuracySec=100ms",
    "/bin/sh",
    `${frozenPath}/${id}.sh`,
    word,
  ];
  const output = await programs.run("systemd-run", args, limitMs);
  const isArmed =
    output?.exitCode === 0 && (await programs.run("systemctl", ["is-active", unit], limitMs))?.exitCode === 0;
  if (isArmed) return;
  const why = output === undefined ? "there is no systemd-run" : complaintOf(output);
  throw new FatalError(`systemd does not start ${unit}, which would end the freeze: ${why}. Nothing was done.`);
}

/** That they are gone already is no fault. */
export async function disarmGuard(id: string, { programs }: Pick<GuardHost, "programs">): Promise<void> {
  await programs.run("systemctl", ["stop", ...timersOf(id)], limitMs);
}

/** Whether the timer is there: systemd keeps the file of a transient unit as long as the unit. */
export function isGuarded(id: string, files: Files): boolean {
  return orUndefined(files.facts(`/run/systemd/transient/${timersOf(id)[0]}`)) !== undefined;
}

function timersOf(id: string): [guard: string, teller: string] {
  return [`sshctl-freeze-${id}.timer`, `sshctl-freeze-${id}-warning.timer`];
}
