/** Writes the manual page; with --check it only tells whether the page is what the commands say. */
import { readFileSync, writeFileSync } from "node:fs";
import { loadCommands } from "../cli.ts";
import { version } from "../version.ts";
import { manPage } from "./man-page.ts";

const path = "docs/sshctl.8";
const page = manPage(await loadCommands([]), version);
if (!process.argv.includes("--check")) writeFileSync(path, page);
else if (readFileSync(path, "utf8") !== page) {
  process.stderr.write(`${path} differs from what the commands say: run npm run docs\n`);
  process.exitCode = 1;
}
