/**
 * This room turns --on, --not-on and --inventory into a list of hosts. It expands node sets itself, asks ClusterShell for groups and Ansible
 * for inventories, and folds names again for messages (fold-names.ts).
 */
import { UsageError } from "../../errors.ts";
import type { CallerPrograms } from "../../host/programs/as-caller.ts";
import { expandByClusterShell } from "./clustershell.ts";
import type { FleetHost } from "./fleet-host.ts";
import { byName } from "./fold-names.ts";
import { expandInInventory, hostIn, readInventory, type Inventory } from "./inventory.ts";
import { expandNodeSet, isForClusterShell, rejectTooMany } from "./node-set.ts";

export interface NamedHosts {
  on: readonly string[];
  notOn: readonly string[];
  /** A file or folder, as the caller has given it. */
  inventory: string | undefined;
}

/**
 * @returns each host once, web2 before web10.
 * @throws UsageError
 */
export async function resolveHosts(
  { on, notOn, inventory: file }: NamedHosts,
  ports: { callerPrograms: CallerPrograms },
): Promise<FleetHost[]> {
  const inventory = file === undefined ? undefined : await readInventory(file, ports);
  const without = new Set(await expandAll(notOn, inventory, ports));
  const names = new Set(await expandAll(on, inventory, ports));
  rejectTooMany(names.size, on.join(" "));
  const left = [...names].filter((name) => !without.has(name)).toSorted(byName);
  if (left.length === 0) throw new UsageError("--not-on leaves out every host that --on names.");
  return left.map((name) => (inventory === undefined ? { name, sshArgs: [] } : hostIn(inventory, name)));
}

async function expandAll(
  texts: readonly string[],
  inventory: Inventory | undefined,
  ports: { callerPrograms: CallerPrograms },
): Promise<string[]> {
  const names: string[] = [];
  for (const text of texts) {
    if (inventory !== undefined) names.push(...expandInInventory(text, inventory));
    else names.push(...(isForClusterShell(text) ? await expandByClusterShell(text, ports) : expandNodeSet(text)));
  }
  return names;
}
