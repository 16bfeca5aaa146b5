/** What an account has that outlives its sessions, and may bring a key back. */
import { isPresent, orUndefined, type Files } from "../host/files/files.ts";
import type { Account } from "./accounts.ts";

/** Debian's places and Red Hat's: crontab(1), at(1). */
const crontabs = ["/var/spool/cron/crontabs", "/var/spool/cron"];
const atJobs = ["/var/spool/cron/atjobs", "/var/spool/at"];

export type Persistence =
  /** Its services run without a login. */
  | { kind: "lingers"; account: string }
  | { kind: "crontab"; account: string; path: string }
  | { kind: "at-jobs"; account: string; paths: readonly string[] };

export function findPersistence({ name, uid }: Account, { files }: { files: Files }): Persistence[] {
  const lingers = isPresent(files.facts(`/var/lib/systemd/linger/${name}`));
  const crontab = crontabs.map((folder) => `${folder}/${name}`).find((path) => isPresent(files.facts(path)));
  const jobs = findAtJobs(uid, files);
  return [
    ...(lingers ? [{ kind: "lingers" as const, account: name }] : []),
    ...(crontab === undefined ? [] : [{ kind: "crontab" as const, account: name, path: crontab }]),
    ...(jobs.length > 0 ? [{ kind: "at-jobs" as const, account: name, paths: jobs }] : []),
  ];
}

/** The paths of the jobs that at(1) keeps for a user. */
export function findAtJobs(uid: number, files: Files): string[] {
  return atJobs.flatMap((folder) =>
    (orUndefined(files.names(folder)) ?? [])
      .filter((job) => !job.startsWith("."))
      .map((job) => `${folder}/${job}`)
      .filter((path) => orUndefined(files.facts(path))?.uid === uid),
  );
}
