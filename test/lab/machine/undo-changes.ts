/** A program for the lab: undoes what the records list, the latest first, and prints what became of each as JSON. */
import { activator } from "../../../src/changes/activate.ts";
import { readChanges } from "../../../src/changes/read-changes.ts";
import { undoChange } from "../../../src/changes/undo-change.ts";
import { machineOf } from "../../../src/host/host.ts";
import { thisHost } from "../../../src/host/this-host.ts";

const machine = await machineOf(thisHost(process.pid));
const { changes, damaged } = readChanges(machine.state);
const undone: object[] = [];
for (const { id, state } of changes.filter((each) => each.state !== "undone").toReversed()) {
  const { kind } = await undoChange(id, async (activation) => activator(activation, machine)(), machine);
  undone.push({ state, kind });
}
console.log(JSON.stringify({ undone, damaged }));
