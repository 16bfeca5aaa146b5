import { existsSync } from "node:fs";
import { readdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identify, isRunning } from "./process-identity.ts";

const prefix = "sshctl-lab";
let created = 0;

/** The host's cgroup v2 tree: the whole of /sys/fs/cgroup, or beside v1 in a folder of its own. */
export function cgroupTree(): string | undefined {
  return ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find((tree) => existsSync(join(tree, "cgroup.procs")));
}

/** Where a machine's cgroup goes. The name says which process it belongs to, unless it is to outlive this one. */
export async function newCgroupPath(detached: boolean): Promise<string> {
  const owner = await identify(process.pid);
  created += 1;
  const name = [detached ? `${prefix}-detached` : prefix, process.pid, owner?.startTime, created].join("-");
  return join(requireTree(), name);
}

/** Takes a process out of its cgroup; one with processes of its own cannot hand controllers to its children. */
export async function leaveCgroup(pid: number): Promise<void> {
  await writeFile(join(requireTree(), "cgroup.procs"), String(pid));
}

/** Removes a cgroup that no process is in any more, with all below it. */
export async function removeCgroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  await rmdir(path).catch(ignoreMissing);
}

/** Removes what machines have left behind whose owner died before it could stop them. */
export async function removeStaleCgroups(): Promise<void> {
  const tree = requireTree();
  for (const name of await readdir(tree)) {
    const [, pid, startTime] = /^sshctl-lab-(\d+)-(\d+)-\d+$/.exec(name) ?? [];
    if (pid === undefined || startTime === undefined) continue;
    if (await isRunning({ pid: Number(pid), startTime })) continue;
    // A machine dies with its owner but may still be at it: then its cgroup is busy and is left to the next start.
    await removeCgroup(join(tree, name)).catch(() => undefined);
  }
}

function requireTree(): string {
  const tree = cgroupTree();
  if (tree === undefined) throw new Error("this host has no cgroup v2 hierarchy below /sys/fs/cgroup");
  return tree;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
