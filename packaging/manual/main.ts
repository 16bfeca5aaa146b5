/** Writes what the documentation says of the commands; with --check it only tells whether that is what the commands say. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadAll } from "../../src/cli/command-table.ts";
import { version } from "../../src/cli/version.ts";
import { commands as table } from "../../src/commands.ts";
import { manPage } from "./man-page.ts";
import { optionTables } from "./option-tables.ts";

const commands = await loadAll(table);
const texts = { "docs/sshctl.8": manPage(commands, version), "docs/options.md": optionTables(commands) };
for (const [path, text] of Object.entries(texts)) {
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    process.stderr.write(`${path} differs from what the commands say: run npm run docs\n`);
    process.exitCode = 1;
  }
}
