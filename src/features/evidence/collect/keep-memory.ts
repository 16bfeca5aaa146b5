import type { Pid } from "../../../domain/process.ts";
import { isUnread } from "../../../host/files/foreign-files.ts";
import { isPresent } from "../../../host/files/files.ts";
import { isLocalType } from "../../../system/mounts.ts";
import { parseMaps, type MemoryRegion } from "../../../system/procfs/maps.ts";
import type { Kept } from "../evidence.ts";
import { evidenceLimits } from "../limits.ts";
import type { Collection } from "./read-process.ts";

/** A region, and where it begins in the file that is kept. */
interface KeptRegion extends MemoryRegion {
  offset: number;
  bytes: number;
}

/** What a process has in its own memory, and a table of where each piece was. Program code is in its executable. */
export function keepMemory(pid: Pid, { keeper, places, machine }: Collection): [string, Kept][] {
  const what = `the memory of process ${String(pid)}`;
  const regions = worthKeeping(pid, { places, machine });
  const size = Math.min(
    regions.reduce((sum, { start, end }) => sum + end - start, 0),
    evidenceLimits.memory,
  );
  if (size === 0 || !keeper.hasRoom(size, what)) return [];
  const table: KeptRegion[] = [];
  const kept = machine.foreignFiles.memory(`/proc/${String(pid)}/mem`, (read) =>
    keeper.pieces(`processes/${String(pid)}/memory`, size, pieces(regions, size, read, table)),
  );
  if (isUnread(kept)) {
    keeper.miss(`${what} was not read: ${kept.unread}`);
    return [];
  }
  const whole = regions.reduce((sum, { start, end }) => sum + end - start, 0);
  if (whole > size) keeper.miss(`${what} has ${String(whole)} bytes, of which the first ${String(size)} were kept`);
  return [
    ["memory", kept],
    ["memory regions", keeper.text(`processes/${String(pid)}/memory.tsv`, tableText(table))],
  ];
}

/** Bytes that may be kept of it. */
export function memorySize(pid: Pid, collection: Pick<Collection, "places" | "machine">): number {
  const regions = worthKeeping(pid, collection);
  return Math.min(
    regions.reduce((sum, { start, end }) => sum + end - start, 0),
    evidenceLimits.memory,
  );
}

/** Its own pages: those of no file, and those that it can change. Those of a file system that may never answer are left alone. */
function worthKeeping(pid: Pid, { places, machine }: Pick<Collection, "places" | "machine">): MemoryRegion[] {
  const start = machine.files.start(`/proc/${String(pid)}/maps`, evidenceLimits.text);
  const mounts = places.mountsOf(pid);
  return parseMaps(isPresent(start) ? start.text : "").filter(({ permissions, inode, device, name }) => {
    if (!permissions.startsWith("r") || name.startsWith("[v")) return false;
    return inode === 0 || (permissions === "rw-p" && isLocalType(mounts.typeOnDevice(device) ?? ""));
  });
}

/** What cannot be read of a region ends it, and the next one follows. */
function* pieces(
  regions: readonly MemoryRegion[],
  size: number,
  read: (start: number, end: number) => Iterable<Buffer>,
  table: KeptRegion[],
): Generator<Buffer> {
  let offset = 0;
  for (const region of regions) {
    const begin = offset;
    for (const chunk of read(region.start, Math.min(region.end, region.start + size - begin))) {
      offset += chunk.length;
      yield chunk;
    }
    if (offset > begin) table.push({ ...region, offset: begin, bytes: offset - begin });
    if (offset >= size) return;
  }
}

/** Names are the last, so that no tab in them moves another column. */
function tableText(table: readonly KeptRegion[]): string {
  const rows = table.map(({ start, bytes, offset, permissions, name }) =>
    [start.toString(16), bytes, offset, permissions, name].join("\t"),
  );
  return ["address\tbytes\toffset\tpermissions\tname", ...rows, ""].join("\n");
}
