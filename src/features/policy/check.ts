/** `sshctl policy check`: reads the rules as the service does, and does nothing. */
import type { Command } from "../../cli/command.ts";
import { exitCodes } from "../../errors.ts";
import { machineOf } from "../../host/host.ts";
import { notice } from "../sessions/notes.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import { judgeNow, meaningsIn, readFor, readyRules } from "./check-policy.ts";
import { knownPolicy, readDraft, readPolicy } from "./rules/read-policy.ts";
import { renderCheck, renderCheckJson } from "./text/check-text.ts";

export const policyCheck: Command = {
  name: "policy check",
  summary: "Read the rules, and say what they would do to whom now",
  examples: [
    ["sudo sshctl policy check", "the rules in words, and whom they mean at this moment"],
    ["sshctl policy check draft.toml", "the same of a file that is not in place yet"],
  ],
  words: {
    name: "FILE",
    describe: "a draft; without it /etc/sshctl/policy.toml and policy.d",
    offer: "files",
    most: 1,
  },
  options: { ...formatOptions(textFormats), ...colorOption },
  run: async (given, context) => {
    const format = parseFormat(given, textFormats);
    const style = parseStyle(given, context);
    const machine = await machineOf(await context.host());
    const [draft] = given.words;
    const policy = knownPolicy(draft === undefined ? readPolicy(machine) : readDraft(draft, machine));
    const reports = await context.reports();
    const meanings = await meaningsIn(policy.rules, reports);
    for (const [name, { kind }] of meanings)
      if (kind !== "account") notice(`a rule names ${name}, and it is not known which account that is`, context.err);
    const report = await readFor(policy.rules, reports, false, machine);
    for (const { message } of report.warnings) notice(message, context.err);
    const moment = { nowMs: report.takenAtMs, evenSinceMs: 0 };
    const judged = await judgeNow(readyRules(policy.rules, meanings), report, moment, () => undefined, machine);
    const checked = { host: report.host, takenAtMs: report.takenAtMs, policy, judged };
    context.out.write(format === "json" ? renderCheckJson(checked) : await renderCheck(checked, style));
    return exitCodes.done;
  },
};
