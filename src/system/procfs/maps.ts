/** A piece of a process's memory: a line of /proc/PID/maps, proc_pid_maps(5). */
export interface MemoryRegion {
  /** Addresses; the last is the first one behind it. */
  start: number;
  end: number;
  /** "rw-p" */
  permissions: string;
  /** Of the file behind it, "8:1"; "0:0" without one. */
  device: string;
  inode: number;
  /** "/usr/bin/bash", "[heap]"; empty where it has none. */
  name: string;
}

/** Addresses beyond 2^53 are the kernel's own ([vsyscall]) and are left out. */
export function parseMaps(text: string): MemoryRegion[] {
  return [...text.matchAll(row)].flatMap(([, start, end, permissions = "", major, minor, inode, name = ""]) => {
    const region = {
      start: hexadecimal(start),
      end: hexadecimal(end),
      permissions,
      device: `${String(hexadecimal(major))}:${String(hexadecimal(minor))}`,
      inode: Number(inode),
      name,
    };
    return Number.isSafeInteger(region.end) && region.start < region.end ? [region] : [];
  });
}

const row = /^([\da-f]+)-([\da-f]+) (\S{4}) [\da-f]+ ([\da-f]+):([\da-f]+) (\d+) *(.*)$/gm;

function hexadecimal(digits = ""): number {
  return Number.parseInt(digits, 16);
}
