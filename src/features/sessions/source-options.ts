/** The options that say which machine is looked at, and how. Only for commands that change nothing. */
import { sourceSets, type Source } from "../../domain/report-request.ts";
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { oneOf, single } from "../../cli/values.ts";

const group = "Source";
const folder = { read: (text: string) => text, allowed: "folders that hold a recorded host" };

export const sourceOptions = {
  root: { group, value: "DIR", offer: "folders", describe: "read a recorded host instead of this machine" },
  source: {
    group,
    value: "SET",
    offer: sourceSets,
    describe: "procfs (the default); tools: run ps and ss, for comparison",
  },
} satisfies OptionTable;

export function parseSource(given: GivenOptions): Source {
  return {
    root: single(given, "root", folder),
    set: single(given, "source", oneOf(sourceSets)) ?? "procfs",
  };
}
