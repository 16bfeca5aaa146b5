import { targetForms, ttyIn, type Target } from "../../domain/target.ts";
import { exitCodes, UsageError } from "../../errors.ts";
import { renderDetailsAs } from "./text/details-text.ts";
import type { Command } from "../../cli/command.ts";
import { placeOf } from "./example-option.ts";
import { fleetOptions, meansFleet } from "./fleet/options.ts";
import { onlySession, parseSessionName, readNamed } from "./find-session.ts";
import { rejectKept } from "./kept-terminals.ts";
import {
  colorOption,
  formatOptions,
  outputGroup as group,
  parseFormat,
  parseStyle,
  textFormats,
} from "./output-options.ts";
import { parseSource, sourceOptions } from "./source-options.ts";

export const show: Command = {
  name: "show",
  summary: "Show everything about one session",
  examples: [
    ["sshctl show 903", "the session that this PID belongs to"],
    ["sshctl show pts/2", "the session on this terminal"],
    ["sshctl show 10.0.2.52:43474", "the session from this address and port"],
    ["sshctl show --on web3 pts/2", "the session on this terminal of another host"],
    ["sshctl show session:c2 -o json", "the session with this logind ID, for programs"],
  ],
  words: { name: "SESSION", offer: "sessions", describe: targetForms, most: 1 },
  options: {
    ...formatOptions(textFormats),
    "full-command": { group, describe: "show commands with their arguments, which may contain secrets" },
    ...colorOption,
    ...fleetOptions,
    ...sourceOptions,
  },
  run: async (given, here) => {
    const target = parseOnlyTarget(given.words);
    if (meansFleet(given)) return (await import("./fleet/show-on.ts")).showOn(target, given, here);
    const source = parseSource(given);
    const context = await placeOf(given, here);
    const format = parseFormat(given, textFormats);
    const look = parseStyle(given, here);
    const reports = await context.reports();
    const report = await readNamed([target], reports.read, { ...source, logins: true });
    await rejectKept([target], report, "show", async (tty) => reports.keeperOf(tty, report, source));
    const session = onlySession(target, report);
    const details = await reports.details(session, report, source);
    const shown = { fullCommand: given.flag("full-command"), tty: ttyIn(target) };
    context.out.write(renderDetailsAs(format, details, report, shown, look));
    return exitCodes.done;
  },
};

function parseOnlyTarget([word]: readonly string[]): Target {
  if (word === undefined) throw new UsageError("show needs a session.", `Give ${targetForms}.`);
  return parseSessionName(word, "show");
}
