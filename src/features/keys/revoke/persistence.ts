/** What an account has that outlives its sessions, and may bring a key back. */
import type { Account } from "../../../system/accounts.ts";
import { isPresent, orUndefined } from "../../../host/files/files.ts";
import type { KeysHost } from "../machine.ts";

/** Debian's places and Red Hat's: crontab(1), at(1). */
const crontabs = ["/var/spool/cron/crontabs", "/var/spool/cron"];
const atJobs = ["/var/spool/cron/atjobs", "/var/spool/at"];

export type Persistence =
  /** Its services run without a login. */
  | { kind: "lingers"; account: string }
  | { kind: "crontab"; account: string; path: string }
  | { kind: "at-jobs"; account: string; jobs: readonly string[] };

export function findPersistence({ name, uid }: Account, { files }: Pick<KeysHost, "files">): Persistence[] {
  const lingers = isPresent(files.facts(`/var/lib/systemd/linger/${name}`));
  const crontab = crontabs.map((folder) => `${folder}/${name}`).find((path) => isPresent(files.facts(path)));
  const jobs = atJobs.flatMap((folder) =>
    (orUndefined(files.names(folder)) ?? []).filter(
      (job) => !job.startsWith(".") && orUndefined(files.facts(`${folder}/${job}`))?.uid === uid,
    ),
  );
  return [
    ...(lingers ? [{ kind: "lingers" as const, account: name }] : []),
    ...(crontab === undefined ? [] : [{ kind: "crontab" as const, account: name, path: crontab }]),
    ...(jobs.length > 0 ? [{ kind: "at-jobs" as const, account: name, jobs }] : []),
  ];
}
