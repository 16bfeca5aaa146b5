/** `sshctl unlock USER...`: takes away exactly what `lock` has put there, and says whether the account gets in again. */
import type { Command, GivenOptions } from "../../cli/command.ts";
import { askConsent, consentOptions } from "../../cli/consent.ts";
import type { Context } from "../../cli/context.ts";
import { exitCodes, NothingFoundError, UsageError, type ExitCode } from "../../errors.ts";
import { machineOf } from "../../host/host.ts";
import { meantPerhaps } from "../../cli/suggest.ts";
import { sentence } from "../../text/sentence.ts";
import { isId } from "../../domain/accounts.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { exactDuration } from "../../domain/duration.ts";
import { isActId } from "../../system/acts/act-id.ts";
import { visible } from "../../text/visible.ts";
import { carryOutDue } from "./due.ts";
import { unlockEveryone } from "./everyone/carry-out.ts";
import { everyonePath } from "./everyone/file.ts";
import { readEveryone } from "../../system/locks/everyone-record.ts";
import { describeExcept } from "./everyone/text.ts";
import { renderUnlockJson } from "./text/json.ts";
import { forOption, parseFor } from "./for-option.ts";
import { rejectNoTimer } from "./timer.ts";
import { meansFleet } from "../sessions/fleet/options.ts";
import { throughSshctlOptions } from "../sessions/fleet/through/options.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import { keptLocks } from "./kept-locks.ts";
import { rejectUser } from "./plan.ts";
import type { LockRecord } from "../../system/locks/record.ts";
import { unlockRecords } from "./unlock-records.ts";

export const unlock: Command = {
  name: "unlock",
  summary: "Remove locks that sshctl has put on accounts",
  acts: true,
  examples: [
    ["sudo sshctl unlock alice", "show what will be removed, ask, and do it"],
    ["sudo sshctl unlock alice bob --yes", "both, without a question"],
    ["sudo sshctl unlock vendor --for 4h", "open, and four hours later lock again and end the sessions"],
    ["sshctl unlock alice --on @all", "on other servers, by the sshctl that is installed there"],
    ["sudo sshctl unlock 20261128T101512480-7f2c", "every account that this command has locked"],
  ],
  words: {
    name: "USER",
    offer: "accounts",
    describe: "names or uids of locked accounts, or the id of a lock",
    most: 100,
  },
  options: {
    everyone: { group: "Select", describe: "take away the lock of everyone" },
    for: forOption("open for this long, by a timer of systemd; then lock again, and end the sessions"),
    due: {
      group: "Method",
      describe: "do what is due: unlock, and lock again, whatever --for has set an end to; for the timer",
    },
    ...consentOptions,
    reason: { group: "Safety and records", value: "TEXT", describe: "reason to record in the system log" },
    ...formatOptions(textFormats),
    ...colorOption,
    ...throughSshctlOptions,
  },
  run: async (given, context) => {
    if (meansFleet(given))
      return (await import("./fleet/lock-on.ts")).unlockOn(unlock, parseFor(given), given, context);
    if (given.flag("due")) return unlockDue(given, context);
    if (given.flag("everyone")) return unlockAllOthers(given, context);
    if (given.words.length === 0)
      throw new UsageError(
        "unlock needs an account.",
        'Give the names of accounts; "sshctl locks" lists those that are locked.',
      );
    const forSeconds = parseFor(given);
    const format = parseFormat(given, textFormats);
    const machine = await machineOf(await context.host());
    rejectUser(machine);
    if (forSeconds !== undefined) rejectNoTimer(machine);
    const { records } = keptLocks(machine);
    const meant = given.words.flatMap((word) => recordsOf(word, records));
    if (new Set(meant).size < meant.length)
      throw new UsageError("An account is given twice. Nothing was done.", "Give it once.");
    const until = forSeconds === undefined ? [] : ["--for", exactDuration(forSeconds)];
    const command = ["sshctl unlock", ...given.words.map(quoteWord), ...until].join(" ");
    return unlockRecords(meant, { name: "unlock", command, forSeconds }, given, format, context);
  },
};

async function unlockAllOthers(given: GivenOptions, context: Context): Promise<ExitCode> {
  if (given.words.length > 0 || given.texts("for").length > 0)
    throw new UsageError("--everyone takes neither names nor --for. Nothing was done.");
  const isJson = parseFormat(given, textFormats) === "json";
  const machine = await machineOf(await context.host());
  rejectUser(machine);
  const record = readEveryone(machine);
  if (record === undefined || record === "damaged")
    throw new NothingFoundError("sshctl has not locked everyone. Nothing was done.", '"sshctl locks" lists locks.');
  const frame = { host: machine.hostName(), takenAtMs: machine.now() };
  const plan = `Unlock ${describeExcept(record.except)}: ${everyonePath} goes; it was locked by ${record.by}\n`;
  if (given.flag("dry-run")) {
    context.out.write(isJson ? renderUnlockJson(frame, [], undefined, { record, result: undefined }) : visible(plan));
    return exitCodes.done;
  }
  if (!given.flag("yes")) await askConsent({ plan, deed: "unlock everyone", questions: ["Unlock everyone?"] }, context);
  const result = await context.interruptible(async () =>
    unlockEveryone(record, "sshctl unlock --everyone", given.texts("reason").at(-1), machine),
  );
  const isDone = result.outcome === "unlocked" || result.outcome === "absent";
  const text = `everyone: ${isDone ? "" : "NOT UNLOCKED: "}${result.text}`;
  context.out.write(isJson ? renderUnlockJson(frame, [], [], { record, result }) : `${visible(text)}\n`);
  return isDone ? exitCodes.done : exitCodes.partial;
}

/** Without names and questions: what was asked for is in the records. */
async function unlockDue(given: GivenOptions, context: Context): Promise<ExitCode> {
  const others = ["everyone", "for", "dry-run", "reason", "output"].filter(
    (name) => given.flag(name) || given.texts(name).length > 0,
  );
  if (given.words.length > 0 || others.length > 0 || given.flag("json"))
    throw new UsageError(
      "--due takes neither names nor other options. Nothing was done.",
      "The records of the locks say what is due; sshctl locks shows them.",
    );
  const machine = await machineOf(await context.host());
  rejectUser(machine);
  const style = parseStyle(given, context);
  const results = await context.interruptible(async (interruption) =>
    carryOutDue(machine, style, context, interruption),
  );
  for (const { user, text } of results) context.out.write(visible(`${user}: ${text}`) + "\n");
  return results.every(({ isDone }) => isDone) ? exitCodes.done : exitCodes.partial;
}

/** @throws NothingFoundError */
function recordsOf(word: string, records: readonly LockRecord[]): LockRecord[] {
  const named = records.find(({ user }) => user === word);
  if (named !== undefined) return [named];
  const found = records.filter(({ uid, id }) => (isId(word) ? uid === Number(word) : isActId(word) && id === word));
  if (found.length > 0) return found;
  const names = records.map(({ user }) => user);
  throw new NothingFoundError(
    `${sentence(`sshctl has not locked ${word}${meantPerhaps(word, names)}`)} Nothing was done.`,
    '"sshctl locks" lists locks; "sshctl access" tells what else keeps somebody out.',
  );
}
