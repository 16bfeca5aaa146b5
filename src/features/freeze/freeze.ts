/** `sshctl freeze SESSION`: stops all processes of a session without ending it, until somebody has looked, or its time is up. */
import type { Command } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { localSource } from "../../domain/report-request.ts";
import { parseTarget, targetForms } from "../../domain/target.ts";
import { UsageError } from "../../errors.ts";
import { findAccount } from "../../system/accounts.ts";
import { firstFew } from "../../domain/first-few.ts";
import { onlySession, parseSessionName, readNamed } from "../sessions/find-session.ts";
import { rejectKept } from "../sessions/kept-terminals.ts";
import { parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import { freezeSession } from "./freeze-session.ts";
import { freezeOptions, parseWishes } from "./options.ts";

export const freeze: Command = {
  name: "freeze",
  summary: "Stop everything in a session without ending it, for a while",
  acts: true,
  examples: [
    ["sudo sshctl freeze pts/4", "show what will stand still, ask, and freeze it for 10 minutes"],
    ["sudo sshctl freeze pts/4 --for 1h --then kill", "an hour to look; then a timer ends it, whatever becomes of you"],
    ["sudo sshctl freeze pts/4 --dry-run", "what would stand still, and what would not"],
    ["sudo sshctl lock alice --no-kill", "first, if alice is not to come in again"],
  ],
  words: { name: "SESSION", offer: "sessions", describe: targetForms, most: 1 },
  options: freezeOptions,
  run: async (given, context) => {
    const [word] = given.words;
    if (word === undefined) throw new UsageError("freeze needs a session.", `Give ${targetForms}.`);
    if (parseTarget(word) === undefined) await rejectUser(word, context);
    const target = parseSessionName(word, "freeze");
    const wishes = parseWishes(given);
    const format = parseFormat(given, textFormats);
    const look = parseStyle(given, context);
    const reports = await context.reports();
    const report = await readNamed([target], reports.read, { ...localSource, logins: true });
    await rejectKept([target], report, "freeze", async (tty) => reports.keeperOf(tty, report, localSource));
    return freezeSession({ session: onlySession(target, report), report, wishes, format, look }, context);
  },
};

/** @throws UsageError where the word is the name of an account. */
async function rejectUser(word: string, context: Context): Promise<void> {
  const { facts } = await context.host();
  const account = await findAccount(word, facts);
  if (account === undefined) return;
  const { sessions } = await (await context.reports()).read({ ...localSource, logins: false });
  const own = sessions.filter(({ uid, phase }) => uid === account.uid && phase === "open").map(describeSession);
  throw new UsageError(
    `freeze stops one session, and ${word} is a user. Nothing was done.`,
    `"sshctl lock ${quoteWord(word)}" keeps ${word} out. ${own.length === 0 ? `${word} has no open session.` : `Sessions of ${word}: ${firstFew(own)}.`}`,
  );
}
