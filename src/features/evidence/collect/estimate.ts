import type { Pid, Process } from "../../../domain/process.ts";
import { isUnread } from "../../../host/files/foreign-files.ts";
import { isPresent } from "../../../host/files/files.ts";
import type { Machine } from "../../../host/host.ts";
import { evidenceLimits } from "../limits.ts";
import { memorySize } from "./keep-memory.ts";
import { Places } from "./places.ts";
import { isDeleted } from "./read-process.ts";

interface Scene {
  machine: Pick<Machine, "files" | "foreignFiles">;
  memory: boolean;
  places: Places;
  /** Files that are counted already, by the numbers of file system and inode: each is kept once. */
  counted: Set<string>;
}

/** About how many bytes it will be, so that a disk that is full is known before. What grows meanwhile is not among it. */
export function estimateBytes(processes: readonly Process[], order: Pick<Scene, "machine" | "memory">): number {
  const scene = { ...order, places: new Places(order.machine.files), counted: new Set<string>() };
  return processes.reduce((sum, { pid }) => sum + estimateOf(pid, scene), commonBytes);
}

/** For what is told of everything, and of each process. */
const commonBytes = 1 << 18;
const bytesOfProcess = 1 << 15;

function estimateOf(pid: Pid, scene: Scene): number {
  const names = scene.machine.files.names(`/proc/${String(pid)}/fd`);
  const open = isPresent(names) ? names.slice(0, evidenceLimits.openFiles).map((name) => `fd/${name}`) : [];
  const deleted = ["exe", ...open].reduce((sum, link) => sum + sizeIfDeleted(link, pid, scene), 0);
  return bytesOfProcess + deleted + (scene.memory ? memorySize(pid, scene) : 0);
}

function sizeIfDeleted(name: string, pid: Pid, { machine, places, counted }: Scene): number {
  const path = `/proc/${String(pid)}/${name}`;
  const link = machine.files.link(path);
  if (!isPresent(link) || !isDeleted(link) || places.isRemote(pid, link)) return 0;
  const size = machine.foreignFiles.read(path, 0, places.admit(pid, link), (file) => {
    const key = `${String(file.dev)}:${String(file.ino)}`;
    if (counted.has(key)) return 0;
    counted.add(key);
    return Math.min(file.size, evidenceLimits.file);
  });
  return isUnread(size) ? 0 : size;
}
