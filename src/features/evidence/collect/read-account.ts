import type { Account } from "../../../system/accounts.ts";
import { findAtJobs, findPersistence } from "../../../system/persistence.ts";
import type { AccountEvidence } from "../evidence.ts";
import { evidenceLimits } from "../limits.ts";
import type { Collection } from "./read-process.ts";

/** What the account has that runs without a session. */
export function readAccountEvidence(account: Account, { keeper, places, machine }: Collection): AccountEvidence {
  const { name, uid } = account;
  const persistence = findPersistence(account, machine);
  const keep = (file: string, path: string) => ({
    path,
    kept: keeper.foreignFile(`accounts/${String(uid)}/${file}`, path, path, evidenceLimits.job, places.admit(1, path)),
  });
  const crontab = persistence.find((each) => each.kind === "crontab");
  return {
    user: name,
    uid,
    lingers: persistence.some(({ kind }) => kind === "lingers"),
    crontab: crontab === undefined ? undefined : keep("crontab", crontab.path),
    atJobs: findAtJobs(uid, machine.files)
      .slice(0, mostJobs)
      .map((path, index) => keep(`at-${String(index + 1)}`, path)),
  };
}

const mostJobs = 1000;
