import { writeFileSync, existsSync } from "node:fs";
import { Machine } from "../test/lab/machine/machine.ts";
import { openSessions } from "./many-sessions.ts";
const [, , count = "1000", marker = "/tmp/perf/hold"] = process.argv;
const machine = await Machine.boot("trixie");
const start = Date.now();
try {
await openSessions(machine, Number(count));
console.log("open", Date.now() - start, "ms init", machine.record.init.pid);
writeFileSync(marker, JSON.stringify(machine.record));
while (existsSync(marker)) await new Promise((r) => setTimeout(r, 500));
} finally { await machine.stop(); }
