/** `keys revoke --on`: by the sshctl of each host. */
import type { Command, GivenOptions } from "../../../../cli/command.ts";
import type { Context } from "../../../../cli/context.ts";
import { isFingerprint } from "../../../../domain/auth.ts";
import { DeclinedError, UsageError, type ExitCode } from "../../../../errors.ts";
import { machineOf, type Machine } from "../../../../host/host.ts";
import { findAccount } from "../../../../system/accounts.ts";
import { findProtection, protectedError, type Protection } from "../../../../system/protected/read-protected.ts";
import { actThroughSshctl } from "../../../sessions/fleet/through/act-through-sshctl.ts";
import { parseActLayout } from "../../../sessions/fleet/through/layout.ts";
import { rejectSeveral } from "../../show.ts";
import { parseSought } from "../choose-keys.ts";
import { endOnly } from "./end-only.ts";
import { revokeDeed, type PlannedRevocation } from "./revoke-deed.ts";

/** Options that each host gets as they were given. */
const switches = ["delete", "revoked-keys", "force", "network-homes"] as const;

/** @param key - as {@link parseSought} takes it; undefined where all keys of --user are meant. */
export async function revokeOn(
  command: Pick<Command, "name" | "options">,
  { key, users }: { key: string | undefined; users: readonly string[] },
  given: GivenOptions,
  context: Context,
): Promise<ExitCode> {
  parseSought(key, users);
  if (given.flag("include-self"))
    throw new UsageError(
      "--include-self does not go with --on: it would end the connection by which it is done.",
      "Leave it out.",
    );
  if (key !== undefined && !isFingerprint(key) && given.flag("yes"))
    throw new DeclinedError(
      "Nothing was done: the comment of a key is what a user wrote, so --yes does not go with it.",
      'Give its fingerprint: "sshctl keys --on" shows it.',
    );
  const kill = given.flag("kill");
  const machine = await machineOf(await context.host());
  const protection = findProtection(given.texts("even-protected"), machine);
  const these = key === undefined ? `all keys of ${users.join(", ")}` : "this key";
  return actThroughSshctl(
    {
      command,
      mode: "keeping-out",
      deed: revokeDeed({ key, users, kill, switches: switches.filter((name) => given.flag(name)) }),
      doing: kill ? `revoke ${these} and end the sessions` : `revoke ${these}`,
      title: "KEY",
      undone: "NOT LOCKED",
      okIfNone: false,
      ...(kill ? { substitute: endOnly({ key, protection }, context) } : {}),
      check: async (things) => rejectHere(key, things, protection, machine),
      layout: parseActLayout(given, context),
    },
    given,
    context,
  );
}

/**
 * What each host protects, its own sshctl respects.
 *
 * @throws UsageError where one key is meant, and hosts have several; DeclinedError.
 */
async function rejectHere(
  key: string | undefined,
  things: readonly PlannedRevocation[],
  protection: Protection,
  machine: Machine,
): Promise<void> {
  const fingerprints = [...new Set(things.flatMap((thing) => thing.fingerprints))];
  if (key !== undefined) rejectSeveral(key, fingerprints);
  const byKey = protection.ofKey(fingerprints);
  if (byKey !== undefined) throw protectedError("the key", "revoke it", byKey);
  for (const name of new Set(things.flatMap(({ users }) => users))) {
    const by = await protection.ofAccount((await findAccount(name, machine)) ?? { name, uid: Number.NaN });
    if (by !== undefined) throw protectedError(`a key of ${name}`, "revoke it", by);
  }
}
