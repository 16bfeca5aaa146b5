import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";

export const mirror = process.env["SSHCTL_LAB_MIRROR"] ?? "http://deb.debian.org/debian";

/** Runs a command with its output in a log; a failure names the log and what may be behind it. */
export async function runLogged(log: string, what: string, command: readonly string[], input = ""): Promise<void> {
  await mkdir(dirname(log), { recursive: true });
  const output = createWriteStream(log, { flags: "a" });
  await once(output, "open");
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined).end(input);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const [code]: unknown[] = await once(child, "close");
  output.end();
  await once(output, "finish");
  if (code === 0) return;
  const lastLines = (await readFile(log, "utf8")).trimEnd().split("\n").slice(-8).join("\n");
  throw new Error(
    `${program} could not build ${what} from ${mirror}:\n${lastLines}\n` +
      `The whole log is in ${log}. If the suite has left the mirror, point SSHCTL_LAB_MIRROR at one that still has it; ` +
      `to do without it for now, name the other suites in SSHCTL_LAB_SUITES.`,
  );
}
