/**
 * What a lock can stop beside logins, where it is asked to, and `unlock` starts again: services that run without a login, a crontab, at
 * jobs. Files get another name in their folder, which neither cron nor atd reads (database.c of cron skips names with a dot; atd.c
 * wants a job's number), so that all of them is as before when it goes back.
 */
import { troubleIn } from "../../host/files/file-trouble.ts";
import type { RenameFile } from "../../host/files/rename-file.ts";
import { isPresent } from "../../host/files/files.ts";
import { complaintOf } from "../../host/programs/run.ts";
import type { Machine } from "../../host/host.ts";
import type { Account } from "../../system/accounts.ts";
import type { LockRecord, Stopped } from "../../system/locks/record.ts";
import { findPersistence } from "../keys/keys-of-account.ts";

export type StopHost = Pick<Machine, "files" | "programs" | "renameFile">;

/** Which of them are there, and are to be stopped. */
export function findStoppable(
  account: Account,
  kinds: ReadonlySet<Stopped["kind"]>,
  host: Pick<StopHost, "files">,
): Stopped[] {
  return findPersistence(account, host)
    .flatMap((each): Stopped[] => {
      switch (each.kind) {
        case "lingers":
          return [{ kind: "services" }];
        case "crontab":
          return [{ kind: "crontab", path: each.path }];
        case "at-jobs":
          return each.paths.map((path) => ({ kind: "at", path }));
      }
    })
    .filter(({ kind }) => kinds.has(kind));
}

type Owner = Pick<LockRecord, "user" | "uid">;

/** @returns what could not be stopped, in sentences without a full stop. */
export async function stopAll(stopped: readonly Stopped[], owner: Owner, host: StopHost): Promise<string[]> {
  const problems: string[] = [];
  for (const each of stopped)
    problems.push(...(each.kind === "services" ? await stopServices(owner, host) : putAside(each.path, host)));
  return problems;
}

/** @returns what could not be started or put back. */
export async function startAgain(stopped: readonly Stopped[], owner: Owner, host: StopHost): Promise<string[]> {
  const problems: string[] = [];
  for (const each of stopped)
    problems.push(...(each.kind === "services" ? await startServices(owner, host) : putBack(each.path, host)));
  return problems;
}

const limitMs = 120_000;

function lingers({ user }: Pick<Owner, "user">, { files }: Pick<StopHost, "files">): boolean {
  return isPresent(files.facts(`/var/lib/systemd/linger/${user}`));
}

async function stopServices(owner: Owner, host: StopHost): Promise<string[]> {
  const unit = `user@${String(owner.uid)}.service`;
  const disabled = await host.programs.run("loginctl", ["disable-linger", owner.user], limitMs);
  const stopped = await host.programs.run("systemctl", ["stop", unit], limitMs);
  const isActive = await host.programs.run("systemctl", ["is-active", unit], limitMs);
  if (!lingers(owner, host) && isActive?.exitCode !== 0) return [];
  return [`${unit} still runs, or would be started again: ${complaintOf(disabled) || complaintOf(stopped)}`];
}

/** logind does not start the manager of a user again whom it still knows from another session: user_start() in its logind-user.c. */
async function startServices(owner: Owner, host: StopHost): Promise<string[]> {
  const unit = `user@${String(owner.uid)}.service`;
  const enabled = await host.programs.run("loginctl", ["enable-linger", owner.user], limitMs);
  const started = await host.programs.run("systemctl", ["start", unit], limitMs);
  if (lingers(owner, host) && started?.exitCode === 0) return [];
  return [`services without a login were not turned on again: ${complaintOf(enabled) || complaintOf(started)}`];
}

/** Its name, and that under which it waits. */
function namesOf(path: string): { name: string; asideName: string; aside: string } {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  const asideName = `.sshctl-${name}`;
  return { name, asideName, aside: `${path.slice(0, slash)}/${asideName}` };
}

function putAside(path: string, { renameFile }: StopHost): string[] {
  const { asideName, aside } = namesOf(path);
  const rename = () => renameFile(path, asideName);
  return problemsOf(rename, `${path} was not put aside`, `${aside} exists`);
}

/** What was not put aside, or is back already, needs nothing. */
function putBack(path: string, { renameFile }: StopHost): string[] {
  const { name, aside } = namesOf(path);
  const rename = () => renameFile(aside, name);
  return problemsOf(rename, `${path} was not put back`, `it is there again, and the one before is ${aside}`);
}

function problemsOf(rename: () => ReturnType<RenameFile>, failed: string, taken: string): string[] {
  const problems: string[] = [];
  const trouble = troubleIn(() => {
    if (rename() === "taken") problems.push(`${failed}: ${taken}`);
  });
  return trouble === undefined ? problems : [`${failed}: ${trouble.message}`];
}
