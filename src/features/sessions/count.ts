import { countBy, countKeys } from "../../domain/count-sessions.ts";
import { countFormats, renderCount } from "./text/count-text.ts";
import type { Command } from "../../cli/command.ts";
import { placeOf } from "./example-option.ts";
import { fleetOptions, meansFleet } from "./fleet/options.ts";
import { answerCode, reportNotes } from "./notes.ts";
import { oneOf, single } from "../../cli/values.ts";
import { colorOption, formatOptions, outputGroup as group, parseFormat, parseStyle } from "./output-options.ts";
import { readSessions } from "./read-sessions.ts";
import { hintFor } from "./selecting-option.ts";
import { selectionOptions } from "./selection-options.ts";
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
    ...colorOption,
    ...fleetOptions,
    ...sourceOptions,
  },
  hint: hintFor("count"),
  run: async (typed, here) => {
    const given = await withTypedKeys(typed, here);
    if (meansFleet(given)) return (await import("./fleet/count-on.ts")).countOn(given, here);
    const key = single(given, "by", oneOf(countKeys));
    const layout = { format: parseFormat(given, countFormats), headers: !given.flag("no-headers") };
    const look = parseStyle(given, here);
    const source = parseSource(given);
    const context = await placeOf(given, here);
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
