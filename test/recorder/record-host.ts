/** npm run record-host -- DIR: records this machine into DIR/recording.tsv, without what could be private. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseRecording } from "../../src/system/recorded/parse-recording.ts";
import { anonymise } from "./anonymise.ts";
import { writeRecording } from "./write-recording.ts";

const script = fileURLToPath(new URL("../../collector/collect.sh", import.meta.url));
const [folder] = process.argv.slice(2);

if (folder === undefined) {
  console.error("npm run record-host -- DIR");
  process.exitCode = 2;
} else {
  const { stdout, status } = spawnSync("sh", [script, "--with-tools"], {
    encoding: "utf8",
    maxBuffer: Infinity,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${script} ended with ${String(status)}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "recording.tsv"), writeRecording(anonymise(parseRecording(stdout))));
  console.log(`TextStyle at it before you give it away, and then: sshctl list --root ${folder}`);
}
