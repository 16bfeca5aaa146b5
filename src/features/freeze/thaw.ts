/** `sshctl thaw SESSION`: lets a session go on that `freeze` has stopped. */
import type { Command } from "../../cli/command.ts";
import { localSource } from "../../domain/report-request.ts";
import { sessionId } from "../../domain/session.ts";
import { findTarget, targetForms } from "../../domain/target.ts";
import { UsageError } from "../../errors.ts";
import { isActId } from "../../system/acts/act-id.ts";
import type { FreezeRecord } from "../../system/frozen/record.ts";
import { parseSessionName } from "../sessions/find-session.ts";
import { parseFormat, textFormats } from "../sessions/output-options.ts";
import { thawOptions } from "./options.ts";
import { thawSession } from "./thaw-session.ts";

export const thaw: Command = {
  name: "thaw",
  summary: "Let a frozen session go on",
  acts: true,
  examples: [
    ["sudo sshctl thaw pts/4", "the session goes on as if nothing had been"],
    ["sudo sshctl thaw 20261128T101512480-7f2c", "what this freeze has stopped"],
  ],
  words: { name: "SESSION", offer: "sessions", describe: `${targetForms}, or the id of a freeze`, most: 1 },
  options: thawOptions,
  run: async (given, context) => {
    const [word] = given.words;
    if (word === undefined)
      throw new UsageError("thaw needs a session.", `Give ${targetForms}, or the id of a freeze.`);
    const format = parseFormat(given, textFormats);
    const others = {
      name: word,
      reason: given.texts("reason").at(-1),
      dryRun: given.flag("dry-run"),
      format,
    };
    if (isActId(word)) return thawSession({ ...others, isMeant: ({ id }) => id === word }, context);
    const target = parseSessionName(word, "thaw");
    const { sessions, processes } = await (await context.reports()).read({ ...localSource, logins: false });
    const named = new Set(findTarget(target, sessions, processes).map(({ identity }) => sessionId(identity)));
    const isMeant = ({ session, pid }: FreezeRecord) =>
      named.has(session) || (named.size === 0 && target.kind === "pid" && target.pid === pid);
    return thawSession({ ...others, isMeant }, context);
  },
};
