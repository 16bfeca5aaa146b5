import { countBy, countKeys } from "../../domain/count-sessions.ts";
import { countFormats, renderCount } from "./text/count-text.ts";
import type { Command, GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import type { Source } from "../../domain/report-request.ts";
import { ForeseenError, UsageError, type ExitCode } from "../../errors.ts";
import { placeOf } from "./example-option.ts";
import { fleetOptions, meansFleet } from "./fleet/options.ts";
import { answerCode, reportNotes } from "./notes.ts";
import { oneOf, single } from "../../cli/values.ts";
import { colorOption, formatOptions, outputGroup as group, parseFormat, parseStyle } from "./output-options.ts";
import { readSessions } from "./read-sessions.ts";
import { hintFor } from "./selecting-option.ts";
import { selectionOptions } from "./selection-options.ts";
import { judge, parseThresholds, thresholdOptions, unknown, type Thresholds } from "./thresholds.ts";
import { countMeanings } from "./value-meanings.ts";
import { parseSource, sourceOptions } from "./source-options.ts";
import { withTypedKeys } from "./typed-key-options.ts";

export const count: Command = {
  name: "count",
  summary: "Count SSH sessions",
  examples: [
    ["sshctl count", "how many sessions there are"],
    ["sshctl count --by user", "how many for each user"],
    ["sshctl count --on @all --by host", "how many on each server of a group"],
    ["sshctl count --warn 50 --crit 100", "as a Nagios plugin: a line with performance data, codes 0 to 3"],
    ["sshctl count --from 192.0.2.0/24 --phase any", "connections from there, including those not yet authenticated"],
  ],
  options: {
    ...selectionOptions,
    by: {
      group,
      value: "FACT",
      offer: [...countKeys, "host"],
      describe: "one count for each value of this fact",
      values: { ...countMeanings, host: "with --on: the host" },
    },
    ...formatOptions(countFormats),
    "no-headers": { group, describe: "omit the header line" },
    ...thresholdOptions,
    ...colorOption,
    ...fleetOptions,
    ...sourceOptions,
  },
  hint: hintFor("count"),
  run: async (typed, here) => {
    const given = await withTypedKeys(typed, here);
    const thresholds = parseThresholds(given);
    if (meansFleet(given)) {
      rejectFleet(thresholds);
      return (await import("./fleet/count-on.ts")).countOn(given, here);
    }
    const key = single(given, "by", oneOf(countKeys));
    const layout = { format: parseFormat(given, countFormats), headers: !given.flag("no-headers") };
    const look = parseStyle(given, here);
    const source = parseSource(given);
    const context = await placeOf(given, here);
    if (thresholds !== undefined) return checkCount(given, context, source, thresholds);
    const { report, chosen } = await readSessions(given, context, {
      ...source,
      logins: false,
      depth: key === undefined ? "count" : "rows",
    });
    const groups = key === undefined ? undefined : { key, counts: countBy(chosen.sessions, key) };
    context.out.write(await renderCount({ report, chosen, groups }, layout, look));
    reportNotes({ report, chosen }, context, false);
    return answerCode({ report, chosen });
  },
};

/** Whoever asks for a state gets one, whatever goes wrong after the options are understood. */
async function checkCount(
  given: GivenOptions,
  context: Context,
  source: Source,
  thresholds: Thresholds,
): Promise<ExitCode> {
  const answer = await readSessions(given, context, { ...source, logins: false, depth: "rows" }).then(
    (read) => judge(read, thresholds),
    (error: unknown) => {
      if (!(error instanceof ForeseenError)) throw error;
      return unknown(error.message);
    },
  );
  context.out.write(answer.text);
  return answer.exitCode;
}

function rejectFleet(thresholds: Thresholds | undefined): void {
  if (thresholds !== undefined)
    throw new UsageError("--warn and --crit are for one host.", "Run it on each of them, as plugins are.");
}
