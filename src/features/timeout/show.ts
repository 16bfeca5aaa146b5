import { machineOf } from "../../host/host.ts";
import { quoteWord } from "../../domain/command-line.ts";
import { isOpenHere } from "../../domain/session.ts";
import { exitCodes, PermissionError } from "../../errors.ts";
import { renderLimits, renderLimitsJson } from "./text/report-text.ts";
import { localSource } from "../../domain/report-request.ts";
import { inferInForce, reportLimits } from "./limits/report-limits.ts";
import { rulesOfUser } from "../policy/rules-of-user.ts";
import type { Command } from "../../cli/command.ts";
import { single } from "../../cli/values.ts";
import { notice } from "../sessions/notes.ts";
import { meansFleet, sshctlFleetOptions } from "../sessions/fleet/options.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import { accountOf, nameReader, userOption } from "./scope.ts";

export const timeoutShow: Command = {
  name: "timeout show",
  summary: "Show which limit applies, where it is set, and what it does not cover",
  examples: [
    ["sshctl timeout show", "mine"],
    ["sshctl timeout show --user alice", "alice's; needs root"],
    ["sshctl timeout show --ask-shell", "ask the shell itself"],
    ["sshctl timeout show --user alice --on @web", "on other servers, by the sshctl that is installed there"],
    ["sshctl timeout show -o json", "for programs"],
  ],
  options: {
    ...userOption,
    "ask-shell": {
      group: "Source",
      describe: "ask the login shell itself; runs the user's startup files, as that user, for at most 5 s",
    },
    ...formatOptions(textFormats),
    ...colorOption,
    ...sshctlFleetOptions,
  },
  hint: (word) => `sshctl timeout show --user ${quoteWord(word)}`,
  run: async (given, context) => {
    const user = single(given, "user", nameReader);
    const format = parseFormat(given, textFormats);
    const look = parseStyle(given, context);
    if (meansFleet(given)) {
      const asked = { user, asksShell: given.flag("ask-shell") };
      return (await import("./fleet/show-on.ts")).limitsOn(asked, given, { format, style: look }, context);
    }
    const host = await machineOf(await context.host());
    const account = await accountOf(user ?? String(host.uid), host);
    if (host.uid !== 0 && host.uid !== account.uid)
      throw new PermissionError(
        `Only ${account.name} and root can read the files of ${account.name}.`,
        "Run it with sudo.",
      );
    const limits = await reportLimits(account, given.flag("ask-shell"), host);
    const reports = await context.reports();
    const rules = await rulesOfUser(account, host, reports);
    const report = await reports.read({ ...localSource, logins: false, depth: "rows" });
    const open = report.sessions.filter((session) => session.uid === account.uid && isOpenHere(session));
    const sessions = inferInForce(open, limits, host);
    context.out.write(
      format === "json"
        ? renderLimitsJson(limits, rules, sessions, report.host)
        : renderLimits(limits, rules, sessions, look),
    );
    if (limits.silence === undefined) return exitCodes.done;
    notice(`${limits.silence}. The limit shown is what its startup files set.`, context.err);
    return exitCodes.partial;
  },
};
