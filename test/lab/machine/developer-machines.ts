import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { cachePath } from "./cache.ts";
import { Machine, type MachineRecord } from "./machine.ts";
import type { SuiteName } from "./suites.ts";

/** Boots a machine that stays until `shutDown`, or finds the one that runs already. */
export async function bringUp(name: SuiteName): Promise<Machine> {
  const running = await findRunning(name);
  if (running !== undefined) return running;
  const machine = await Machine.boot(name, { detached: true });
  await mkdir(dirname(recordPath(name)), { recursive: true });
  await writeFile(recordPath(name), JSON.stringify(machine.record));
  return machine;
}

/** The developer's machine of that suite, or undefined when none runs. */
export async function findRunning(name: SuiteName): Promise<Machine | undefined> {
  const text = await readFile(recordPath(name), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const record: MachineRecord = JSON.parse(text);
  return Machine.find(record);
}

/** Stops the developer's machine of that suite; answers whether there was one. */
export async function shutDown(name: SuiteName): Promise<boolean> {
  const machine = await findRunning(name);
  await machine?.stop();
  await rm(recordPath(name), { force: true });
  return machine !== undefined;
}

/** Each checkout has its own, because they run what it holds. */
function recordPath(name: SuiteName): string {
  const checkout = createHash("sha256")
    .update(fileURLToPath(import.meta.url))
    .digest("hex")
    .slice(0, 12);
  return cachePath("running", checkout, `${name}.json`);
}
