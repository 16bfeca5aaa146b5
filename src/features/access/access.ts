/**
 * `sshctl access USER`: whether an account can log in here, how, and if not, why. It reads what sshd and PAM would read and tells
 * what they would make of it. What only they, a directory or the connection itself can tell is said to depend on that; nothing is tried.
 */
import { canonicalAddress } from "../../domain/address.ts";
import { exitCodes, PermissionError, UsageError, type ExitCode } from "../../errors.ts";
import { findAccount, type Account } from "../../system/accounts.ts";
import type { Context } from "../../cli/context.ts";
import type { Command } from "../../cli/command.ts";
import { unknownUser } from "../../cli/unknown-names.ts";
import { single, type Reader } from "../../cli/values.ts";
import { machineOf } from "../../host/host.ts";
import { meansFleet, sshctlFleetOptions } from "../sessions/fleet/options.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import type { Answer } from "./access-report.ts";
import { findLocks } from "./find-lock.ts";
import { readAccess } from "./read-access.ts";
import { renderAccessJson } from "./text/json.ts";
import { renderAccess } from "./text/text.ts";

const addressReader: Reader<string> = {
  read: canonicalAddress,
  allowed: "an address, such as 192.0.2.10 or 2001:db8::1",
};

export const access: Command = {
  name: "access",
  summary: "Tell whether an account can log in here, how, and if not, why",
  examples: [
    ["sudo sshctl access alice", "what each SSH server of this machine makes of alice"],
    ["sudo sshctl access alice --from 192.0.2.10", "the same for a connection from there"],
    ["sshctl access alice --on @all", "on which other servers she gets in, by the sshctl that is installed there"],
    ["sudo sshctl access alice -o json", "for programs; code 0 she can, 1 she cannot, 5 it depends"],
  ],
  words: { name: "USER", offer: "accounts", describe: "a name or a uid", most: 1 },
  options: {
    from: {
      group: "Select",
      value: "ADDRESS",
      describe: "where the connection comes from; this machine unless told otherwise",
    },
    ...formatOptions(textFormats),
    ...colorOption,
    ...sshctlFleetOptions,
  },
  run: async (given, context) => {
    const [word] = given.words;
    if (word === undefined) throw new UsageError("access needs an account.", "Give the name of an account.");
    const from = single(given, "from", addressReader);
    const format = parseFormat(given, textFormats);
    const style = parseStyle(given, context);
    if (meansFleet(given))
      return (await import("./fleet/access-on.ts")).accessOn({ user: word, from }, given, { format, style }, context);
    const account = await accountOf(word, context);
    const report = await readAccess(account, { from }, context);
    const locks = findLocks(account, await machineOf(await context.host()));
    context.out.write(format === "json" ? renderAccessJson(report, locks) : renderAccess(report, locks, style));
    return codeOf[report.answer];
  },
};

const codeOf: Readonly<Record<Answer, ExitCode>> = {
  yes: exitCodes.done,
  no: exitCodes.nothingMatched,
  unknown: exitCodes.partial,
};

/** @throws PermissionError, NothingFoundError */
async function accountOf(word: string, context: Context): Promise<Account> {
  const host = await machineOf(await context.host());
  if (host.uid !== 0)
    throw new PermissionError(
      "Only root may read what decides about logins: shadow, and sshd's settings.",
      "Run it with sudo.",
    );
  const account = await findAccount(word, host);
  if (account === undefined) throw await unknownUser(word, host);
  return account;
}
