import type { UnixListener } from "../../domain/snapshot.ts";
import { isPresent, type Files } from "../../host/files/files.ts";
import { limits } from "../../host/files/limits.ts";
import type { Home } from "./home.ts";

/** The table of this machine, or the beginning of it. */
export function readUnixTable(files: Files, { networkFolder }: Home): string {
  const start = files.start(`${networkFolder}/unix`, limits.socketTable, longestRow);
  return isPresent(start) ? start.text : "";
}

/** The longest row, in bytes: a path has 108 at most, unix(7). */
const longestRow = 256;

/**
 * Reads the listening sockets with a path from /proc/net/unix, proc(5). Fields: Num RefCount Protocol Flags Type St Inode
 * Path; the flag 0x10000 (__SO_ACCEPTCON) marks those that listen.
 *
 * The kernel prints paths as they are: one with a newline can make up a whole row. What is made up there repeats the inode of
 * a socket that has a row of its own, so an inode with two rows is left out.
 */
export function parseUnixListeners(text: string): UnixListener[] {
  const rows = new Map<number, number>();
  const listeners: UnixListener[] = [];
  for (const line of text.split("\n")) {
    const inode = inodeOf(line);
    rows.set(inode, (rows.get(inode) ?? 0) + 1);
    const path = line.includes(" 00010000 ") ? listening.exec(line)?.[1] : undefined;
    if (path !== undefined) listeners.push({ inode, path });
  }
  return listeners.filter(({ inode }) => rows.get(inode) === 1);
}

/** Of all sockets that have a row, made up or not. */
export function parseUnixInodes(text: string): Set<number> {
  return new Set(text.split("\n").map(inodeOf));
}

/** "Num: RefCount Protocol Flags Type St" all have their widths; an expression for every row would take too long. */
function inodeOf(line: string): number {
  return Number.parseInt(line.slice(line.indexOf(":") + 36), 10);
}

const listening = /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} 00010000 [0-9A-F]{4} [0-9A-F]{2} +\d+ (\/.*)$/i;
