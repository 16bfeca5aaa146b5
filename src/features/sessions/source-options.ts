/** The options that say which machine is looked at, and how. Only for commands that change nothing. */
import { sourceSets, type Source } from "../../domain/report-request.ts";
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { oneOf, single } from "../../cli/values.ts";
import { UsageError } from "../../errors.ts";
import { exampleOption } from "./example-option.ts";

const group = "Source";
const folder = { read: (text: string) => text, allowed: "folders that hold a recorded host" };

export const sourceOptions = {
  ...exampleOption,
  root: { group, value: "DIR", offer: "folders", describe: "read a recorded host instead of this machine" },
  source: {
    group,
    value: "SET",
    offer: sourceSets,
    describe: "procfs (the default); tools: run ps and ss, for comparison",
  },
} satisfies OptionTable;

/** @throws UsageError */
export function parseSource(given: GivenOptions): Source {
  const source: Source = {
    root: single(given, "root", folder),
    set: single(given, "source", oneOf(sourceSets)) ?? "procfs",
  };
  if (given.flag("example")) rejectBesideExample(source);
  return source;
}

function rejectBesideExample({ root, set }: Source): void {
  if (root !== undefined) throw new UsageError("--example and --root name two hosts.", "Give one of them.");
  if (set === "tools") throw new UsageError("The example host holds no outputs of ps and ss.", "Leave out --source.");
}
