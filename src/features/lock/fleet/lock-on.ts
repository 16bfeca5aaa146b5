/** `lock --on` and `unlock --on`: by the sshctl of each host. */
import type { Command, GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { firstFew } from "../../../domain/first-few.ts";
import { DeclinedError, UsageError, type ExitCode } from "../../../errors.ts";
import { machineOf, type Machine } from "../../../host/host.ts";
import { isId } from "../../../domain/accounts.ts";
import { findAccount } from "../../../system/accounts.ts";
import { readCaller } from "../../../system/caller.ts";
import { findProtection, protectedError } from "../../../system/protected/read-protected.ts";
import { actThroughSshctl } from "../../sessions/fleet/through/act-through-sshctl.ts";
import { parseActLayout } from "../../sessions/fleet/through/layout.ts";
import type { LockOptions } from "../plan.ts";
import { expireAccounts } from "./expire-accounts.ts";
import { lockDeed } from "./lock-deed.ts";
import { unlockDeed } from "./unlock-deed.ts";

const onlyHere =
  "everyone group except-user message until everything probe stop-services stop-crontab stop-at exempt".split(" ");

type Called = Pick<Command, "name" | "options">;

export async function lockOn(
  command: Called,
  options: LockOptions,
  given: GivenOptions,
  context: Context,
): Promise<ExitCode> {
  rejectOptions(given, onlyHere);
  const users = [...new Set(given.words)];
  if (users.length === 0) throw new UsageError("lock needs an account.", "Give the names of accounts.");
  await rejectHere(users, given, await machineOf(await context.host()));
  const who = firstFew(users);
  return actThroughSshctl(
    {
      command,
      mode: "keeping-out",
      deed: lockDeed(users, options),
      doing: options.kill ? `lock ${who} and end the sessions` : `lock ${who}`,
      title: "ACCOUNT",
      undone: "NOT LOCKED",
      okIfNone: false,
      substitute: expireAccounts(users),
      layout: parseActLayout(given, context),
    },
    given,
    context,
  );
}

export async function unlockOn(
  command: Called,
  forSeconds: number | undefined,
  given: GivenOptions,
  context: Context,
): Promise<ExitCode> {
  rejectOptions(given, ["everyone", "due"]);
  const words = [...new Set(given.words)];
  if (words.length === 0) throw new UsageError("unlock needs an account.", "Give the names of accounts.");
  return actThroughSshctl(
    {
      command,
      mode: "ending",
      deed: unlockDeed(words, forSeconds),
      doing: `unlock ${firstFew(words)}`,
      title: "ACCOUNT",
      undone: "NOT UNLOCKED",
      okIfNone: false,
      layout: parseActLayout(given, context),
    },
    given,
    context,
  );
}

/** @throws UsageError for what is only done on one machine. */
function rejectOptions(given: GivenOptions, names: readonly string[]): void {
  const stray = names.find((name) => given.flag(name) || given.texts(name).length > 0);
  if (stray !== undefined)
    throw new UsageError(`--${stray} does not go with --on.`, "Name the accounts, or run it on each host.");
}

/**
 * Names are all that is known before hosts are asked. What each host protects, its own sshctl respects.
 *
 * @throws DeclinedError
 */
async function rejectHere(users: readonly string[], given: GivenOptions, machine: Machine): Promise<void> {
  const protection = findProtection(given.texts("even-protected"), machine);
  const { name, login } = readCaller(machine.files);
  for (const user of users) {
    if (user === name || user === login?.name)
      throw new DeclinedError(`Nothing was done: ${user} is your own account.`);
    const account = (await findAccount(user, machine)) ?? { name: user, uid: isId(user) ? Number(user) : Number.NaN };
    const by = await protection.ofAccount(account);
    if (by !== undefined) throw protectedError(user, "lock the account", by);
  }
}
