/** Writes what follows from the commands and the schemas; with --check it only tells whether it is up to date. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadAll } from "../../src/cli/command-table.ts";
import { version } from "../../src/cli/version.ts";
import { commands as table } from "../../src/commands.ts";
import { contractTypes } from "./contract-types.ts";
import { manPage } from "./man-page.ts";
import { optionTables } from "./option-tables.ts";

const commands = await loadAll(table);
const texts = {
  "docs/sshctl.8": manPage(commands, version),
  "docs/options.md": optionTables(commands),
  "src/text/json-contract.ts": await contractTypes(),
};
for (const [path, text] of Object.entries(texts)) {
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    process.stderr.write(`${path} is not what the commands and schemas say: run npm run docs\n`);
    process.exitCode = 1;
  }
}
