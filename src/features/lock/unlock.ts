/** `sshctl unlock USER...`: takes away exactly what `lock` has put there, and says whether the account gets in again. */
import type { Command } from "../../cli/command.ts";
import { askConsent, consentOptions } from "../../cli/consent.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import { exitCodes, NothingFoundError, UsageError } from "../../errors.ts";
import { machineOf } from "../../host/host.ts";
import { meantPerhaps } from "../../cli/suggest.ts";
import { sentence } from "../../text/sentence.ts";
import { isId } from "../../domain/accounts.ts";
import { colorOption, formatOptions, parseFormat, textFormats } from "../sessions/output-options.ts";
import { keptLocks } from "./kept-locks.ts";
import { rejectUser } from "./plan.ts";
import type { LockRecord } from "./record.ts";
import { unlockAll } from "./take-off.ts";
import { renderUnlockJson } from "./text/json.ts";
import { renderUnlock, renderUnlockPlan } from "./text/text.ts";

export const unlock: Command = {
  name: "unlock",
  summary: "Take away locks that sshctl has put on accounts",
  acts: true,
  examples: [
    ["sudo sshctl unlock alice", "show what is taken away, ask, and do it"],
    ["sudo sshctl unlock alice bob --yes", "both, without a question"],
  ],
  words: { name: "USER", offer: "accounts", describe: "names or uids of locked accounts", most: 100 },
  options: { ...consentOptions, ...formatOptions(textFormats), ...colorOption },
  run: async (given, context) => {
    if (given.words.length === 0)
      throw new UsageError(
        "unlock needs to know whom.",
        'Give the names of accounts; "sshctl locks" lists those that are locked.',
      );
    const format = parseFormat(given, textFormats);
    const machine = await machineOf(await context.host());
    rejectUser(machine);
    const { records } = keptLocks(machine);
    const meant = given.words.map((word) => recordOf(word, records));
    if (new Set(meant).size < meant.length)
      throw new UsageError("An account is given twice. Nothing was done.", "Give it once.");
    const frame = { host: machine.hostName(), takenAtMs: machine.now() };
    if (given.flag("dry-run")) {
      context.out.write(
        format === "json" ? renderUnlockJson(frame, meant, undefined) : renderUnlockPlan(meant, widthOf(context.out)),
      );
      return exitCodes.done;
    }
    if (!given.flag("yes")) await ask(meant, context);
    const results = await context.interruptible(async () => unlockAll(meant, machine, context));
    context.out.write(
      format === "json" ? renderUnlockJson(frame, meant, results) : renderUnlock(results, widthOf(context.out)),
    );
    return results.every(({ outcome }) => outcome === "unlocked" || outcome === "absent")
      ? exitCodes.done
      : exitCodes.partial;
  },
};

/** @throws NothingFoundError */
function recordOf(word: string, records: readonly LockRecord[]): LockRecord {
  const record =
    records.find(({ user }) => user === word) ??
    (isId(word) ? records.find(({ uid }) => uid === Number(word)) : undefined);
  if (record !== undefined) return record;
  const names = records.map(({ user }) => user);
  throw new NothingFoundError(
    `${sentence(`sshctl has not locked ${word}${meantPerhaps(word, names)}`)} Nothing was done.`,
    '"sshctl locks" lists locks; "sshctl access" tells what else keeps somebody out.',
  );
}

async function ask(records: readonly LockRecord[], context: Context): Promise<void> {
  const names = records.map(({ user }) => user).join(", ");
  await askConsent(
    { plan: renderUnlockPlan(records, widthOf(context.err)), deed: `unlock ${names}`, questions: [`Unlock ${names}?`] },
    context,
  );
}
