import type { UnixListener } from "../../domain/snapshot.ts";

/**
 * Reads the listening sockets with a path from /proc/net/unix, proc(5). Fields: Num RefCount Protocol Flags Type St Inode
 * Path; the flag 0x10000 (__SO_ACCEPTCON) marks those that listen.
 */
export function parseUnixListeners(text: string): UnixListener[] {
  const rows = text.matchAll(/^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} 00010000 [0-9A-F]{4} [0-9A-F]{2} +(\d+) (\/.*)$/gim);
  return [...rows].map(([, inode = "", path = ""]) => ({ inode: Number(inode), path }));
}
