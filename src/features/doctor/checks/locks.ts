/** Locks that sshctl has put on accounts, and whether they hold. */
import type { Context } from "../../../cli/context.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { ForeseenError } from "../../../errors.ts";
import type { Machine } from "../../../host/host.ts";
import { findOpenLocks, type OpenLocks } from "../../lock/open-locks.ts";
import { limited, missing, ok, type Check } from "./check.ts";

const remedy = 'see "sshctl locks", and unlock or lock again';

export async function examineLocks(machine: Machine, context: Context): Promise<Check> {
  const found = await readLocks(machine, context);
  if ("broken" in found) return found.broken;
  const { locks, damaged } = found;
  const faults = locks.flatMap(({ whom, fault }) => (fault === undefined ? [] : `${whom}: ${fault}`));
  if (faults.length > 0) return missing("locks", `do not hold: ${firstFew(faults)}`, remedy);
  if (damaged.length > 0)
    return limited(
      "locks",
      `${machine.locks.path} has files that are no records of locks on this machine: ${firstFew(damaged)}`,
      "look at them, and remove them if this machine is a copy of another",
    );
  return locks.length === 0
    ? ok("locks", "no account is locked by sshctl")
    : ok("locks", `in force: ${firstFew(locks.map(({ whom, id }) => `${whom} (${id})`))}`);
}

async function readLocks(machine: Machine, context: Context): Promise<OpenLocks | { broken: Check }> {
  try {
    return await findOpenLocks(machine, context);
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    return { broken: missing("locks", error.message.replace(/\.$/, ""), error.remedy ?? remedy) };
  }
}
