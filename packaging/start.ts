/** npm start: who is connected to this machine; where no SSH server is found, the example host and what to try on it. */
import { spawnSync } from "node:child_process";
import { offeredLines } from "./offered-lines.ts";

const program = "bin/sshctl.js";
/** sudo(8) has a path of its own, on which a Node.js of this user's is not. */
const node = /^\/usr\/(?:local\/)?bin\//.test(process.execPath) ? "node" : process.execPath;
const [, , ...options] = process.argv;

/** The kernel hides everything from this user: `list` says so, and what to do. */
const permission = 4;

if (isServer()) process.exitCode = sshctl("list", ...options);
else {
  process.exitCode = sshctl("list", "--phase", "any", "--example", ...options);
  const lines = offeredLines.map(([line, purpose]) => `  ${`node ${program} ${line}`.padEnd(56)}${purpose}\n`);
  process.stderr.write(
    `\nTry on this example, without root:\n${lines.join("")}\nFor this machine: sudo ${node} ${program} list\n`,
  );
}

/** Whether there is anything of SSH on this machine that could be listed. */
function isServer(): boolean {
  const { stdout, status } = spawnSync(process.execPath, [program, "list", "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (status !== 0) return status === permission;
  const { sessions, listeners }: { sessions: unknown[]; listeners: unknown[] } = JSON.parse(stdout);
  return sessions.length > 0 || listeners.length > 0;
}

function sshctl(...args: readonly string[]): number {
  return spawnSync(process.execPath, [program, ...args], { stdio: "inherit" }).status ?? 1;
}
