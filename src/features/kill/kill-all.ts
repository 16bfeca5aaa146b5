import { loginCodes } from "../../domain/warnings.ts";
import { localSource } from "../../domain/report-request.ts";
import type { Command, GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { evidenceReplaces } from "../evidence/take-evidence.ts";
import { endSessions } from "./end-sessions.ts";
import { exampleOption, placeOf, rejectBackends, rejectDeeds } from "../sessions/example-option.ts";
import { meansOtherHosts, everyoneOption } from "./fleet/options.ts";
import { withProvenKeys } from "./proven-keys.ts";
import { actingFleetOptions } from "../sessions/fleet/act/options.ts";
import { killAllOptions, killOptions, parseKillAllOptions, parseKillLayout, signalHabit } from "./options.ts";
import { parseParts } from "./parts.ts";
import { slipsOfParts } from "./plan/slip.ts";
import type { Found } from "./request.ts";
import { describeSlip } from "./text/slip.ts";
import { parseStyle } from "../sessions/output-options.ts";
import { readSessions } from "../sessions/read-sessions.ts";
import { rejectBlindness } from "../sessions/blindness.ts";
import { hintFor } from "../sessions/selecting-option.ts";
import { parseKeys, selectionOptions } from "../sessions/selection-options.ts";
import { withTypedKeys } from "../sessions/typed-key-options.ts";
import { rejectUnknownSpared } from "../sessions/unknown-names.ts";

export const killAll: Command = {
  name: "kill-all",
  summary: "End all sessions that match, except your own (alias: killall)",
  acts: true,
  examples: [
    ["sshctl kill-all", "every session except your own; shows the plan and asks"],
    ["sshctl kill-all --user bob --from 10.0.0.0/8 --dry-run", "show what would be ended"],
    ["sshctl kill-all --kind shell --idle 30m --warn 2m --message 'Maintenance'", "with a warning on their terminals"],
    ["sshctl kill-all --key SHA256:wcPFP6DV --everything --evidence /root/case-17", "a laptop was stolen"],
    ["sshctl kill-all --on @all --user bob --report case.json", "on many servers, step by step, with a report"],
    ["sshctl kill-all --signal KILL --yes --until-none", "all of them, and those that come meanwhile"],
  ],
  options: {
    ...selectionOptions,
    ...killOptions,
    ...killAllOptions,
    ...actingFleetOptions,
    ...everyoneOption,
    ...exampleOption,
  },
  replaced: evidenceReplaces,
  habit: signalHabit,
  hint: hintFor("kill-all"),
  run: async (typed, here) => {
    const given = await withTypedKeys(typed, here);
    if (meansOtherHosts(given, killAll.options))
      return (await import("./fleet/kill-on.ts")).killAllOn(killAll, given, parseKillAllOptions(given), here);
    rejectBackends(given);
    rejectDeeds(given, "ended");
    const context = await placeOf(given, here);
    const options = parseKillAllOptions(given);
    const parts = parseParts(given);
    await rejectUnknownSpared(given, context);
    return endSessions(
      {
        command: "kill-all",
        options,
        find: async () => findAll(given, context),
        mustConfirm: () => true,
        reasons: ({ report, chosen }) =>
          slipsOfParts(parts, chosen.sessions, report).map((slip) => describeSlip(slip, report.processes)),
        alsoNewcomers: true,
        layout: parseKillLayout(given),
        look: parseStyle(given, context),
        planStyle: parseStyle(given, { ...context, out: context.err }),
      },
      context,
    );
  },
};

/** The rows that `list` shows for the same options, and logins that would be among them in a moment. */
async function findAll(given: GivenOptions, context: Context): Promise<Found> {
  const { report, chosen } = await readSessions(given, context, { ...localSource, logins: true }, ["opening", "open"]);
  rejectBlindness(report);
  if (parseKeys(given).length > 0) return { report, chosen: withProvenKeys(chosen) };
  // Nobody is chosen by a login then: it is only written down.
  const warnings = report.warnings.filter(({ code }) => !loginCodes.has(code));
  return { report: { ...report, warnings }, chosen };
}
