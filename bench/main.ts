/** `npm run bench`: the promises of docs/performance.md, measured. Exits with 1 when one is not kept. */
import { parseArgs } from "node:util";
import { installHostTools, labUnavailable } from "../test/lab/machine/host.ts";
import { attacks } from "./attacks.ts";
import { histories } from "./history.ts";
import { isMet, renderResults, type Result } from "./measure.ts";
import { fleet } from "./fleet.ts";
import { fleetEnding } from "./fleet-ending.ts";
import { ending, logins, manySessions, simulatedHosts, startUp } from "./parts.ts";
import { watching } from "./watch.ts";

const parts: Readonly<Record<string, () => Promise<Result[]>>> = {
  "start-up": startUp,
  sessions: manySessions,
  simulated: simulatedHosts,
  watch: watching,
  logins,
  history: histories,
  ending,
  fleet,
  "fleet-ending": fleetEnding,
  attacks,
};

const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const reason = labUnavailable();
if (reason !== undefined) throw new Error(reason);
installHostTools();

const results: Result[] = [];
const unmeasured: string[] = [];
for (const name of values.only ?? Object.keys(parts)) {
  const part = parts[name];
  if (part === undefined) throw new Error(`there is no part "${name}", only ${Object.keys(parts).join(", ")}`);
  console.error(`measuring ${name}`);
  try {
    results.push(...(await part()));
  } catch (error) {
    // What has been measured so far took its time.
    unmeasured.push(`${name} was not measured: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.stdout.write(renderResults(results));
for (const line of unmeasured) console.error(line);
process.exitCode = results.every(isMet) && unmeasured.length === 0 ? 0 : 1;
