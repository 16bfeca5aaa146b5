/** `npm run bench`: the promises of docs/performance.md, measured. Exits with 1 when one is not kept. */
import { parseArgs } from "node:util";
import { installHostTools, labUnavailable } from "../test/lab/machine/host.ts";
import { isMet, renderResults, type Result } from "./measure.ts";
import { ending, logins, manySessions, simulatedHosts, startUp } from "./parts.ts";

const parts: Readonly<Record<string, () => Promise<Result[]>>> = {
  "start-up": startUp,
  sessions: manySessions,
  simulated: simulatedHosts,
  logins,
  ending,
};

const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const reason = labUnavailable();
if (reason !== undefined) throw new Error(reason);
installHostTools();

const results: Result[] = [];
for (const name of values.only ?? Object.keys(parts)) {
  const part = parts[name];
  if (part === undefined) throw new Error(`there is no part "${name}", only ${Object.keys(parts).join(", ")}`);
  console.error(`measuring ${name}`);
  results.push(...(await part()));
}
process.stdout.write(renderResults(results));
process.exitCode = results.every(isMet) ? 0 : 1;
