/**
 * This room has the command `metrics`: numbers about the machine's sessions, locks and keys for Prometheus.
 * What enters: what is counted (families.ts, pure), how it is written (text/), and the file for the node exporter.
 */
import { oneOf, single } from "../../cli/values.ts";
import type { Command, GivenOptions } from "../../cli/command.ts";
import { UsageError, exitCodes } from "../../errors.ts";
import { machineOf } from "../../host/host.ts";
import { placeOf } from "../sessions/example-option.ts";
import { outputGroup as group } from "../sessions/output-options.ts";
import { parseSource, sourceOptions } from "../sessions/source-options.ts";
import { collect } from "./collect.ts";
import { renderMetrics } from "./text/open-metrics.ts";
import { publish, textfile } from "./textfile.ts";

export const metrics: Command = {
  name: "metrics",
  summary: "Count sessions, locks and key findings for Prometheus",
  examples: [
    ["sudo sshctl metrics", "OpenMetrics text"],
    ["sudo sshctl metrics --textfile /var/lib/prometheus/node-exporter/sshctl.prom", "for the node exporter"],
    ["sudo sshctl metrics --by user", "with a number for each user: think of whom it is about"],
    ["sudo sshctl metrics --findings", "what is wrong with keys, alone: it reads all homes"],
    ["sshctl metrics --example", "try it anywhere, on an example host"],
  ],
  options: {
    by: { group, value: "FACT", offer: ["user"], describe: "also count sessions by user, of at most 100 users" },
    findings: { group, describe: "count keys and what is wrong with them, and nothing else" },
    textfile: { group, value: "FILE", offer: "files", describe: "put it into this .prom file, in one step" },
    ...sourceOptions,
  },
  run: async (given, here) => {
    const byUser = single(given, "by", oneOf(["user"])) !== undefined;
    const file = single(given, "textfile", textfile);
    const source = parseSource(given);
    const isHere = isOfThisMachine(given);
    rejectContradictions(given, isHere);
    const context = await placeOf(given, here);
    const { families, failure } = await collect({ ofKeys: given.flag("findings"), byUser, isHere, source }, context);
    const text = renderMetrics(families);
    if (file === undefined) context.out.write(text);
    else publish(file, text, (await context.host().then(machineOf)).publish);
    if (failure !== undefined) throw failure;
    return exitCodes.done;
  },
};

function isOfThisMachine(given: GivenOptions): boolean {
  return !given.flag("example") && given.texts("root").length === 0;
}

function rejectContradictions(given: GivenOptions, isHere: boolean): void {
  if (!isHere && given.texts("textfile").length > 0)
    throw new UsageError("--textfile is for this machine.", "Leave it out to see the numbers of another one.");
  if (!given.flag("findings")) return;
  if (!isHere) throw new UsageError("--findings is for this machine: no recording holds keys.", "Leave it out.");
  if (given.texts("by").length > 0)
    throw new UsageError("--findings counts no sessions, so there is no --by.", "Leave one of them out.");
}
