/** Prints what a repeated reading of this machine costs, in milliseconds of CPU: the first, and the median of the later. */
import { hostname } from "node:os";
import { assembleSessions } from "../src/domain/assemble-sessions.ts";
import { block } from "../src/host/processes/clock.ts";
import { createFiles } from "../src/host/files/files.ts";
import { Memory } from "../src/system/procfs/memory.ts";
import { readSnapshot } from "../src/system/procfs/snapshot.ts";

const machine = { files: createFiles(), now: Date.now, hostName: hostname, observer: process.pid, pause: block };
const memory = process.argv.includes("--forgetful") ? undefined : new Memory();
const costs: number[] = [];
let sessions = 0;
for (let reading = 0; reading < 29; reading += 1) {
  const before = process.cpuUsage();
  sessions = assembleSessions(readSnapshot(machine, "rows", memory)).sessions.length;
  const { user, system } = process.cpuUsage(before);
  costs.push((user + system) / 1000);
}
const later = costs.slice(5).toSorted((a, b) => a - b);
process.stdout.write(JSON.stringify({ sessions, first: costs[0], later: later[Math.floor(later.length / 2)] }));
