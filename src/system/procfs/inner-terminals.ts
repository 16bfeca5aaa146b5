import { lineage, type Pid, type ProcessTable } from "../../domain/process.ts";
import type { ServerProcess } from "../../domain/snapshot.ts";
import type { Tty } from "../../domain/tty.ts";
import type { Files } from "../../host/files/files.ts";
import { allocatedBy, provenTerminal, terminalFileSystem } from "./held-terminals.ts";
import type { Home } from "./home.ts";

/**
 * The machine's terminals that something inside of a session has opened: sudo, script, a client of a terminal multiplexer. Only
 * what a process certainly has open counts, and only if it lies on the machine's own file system of them.
 *
 * @returns them by each server's process above them; undefined where file systems of terminals cannot be told apart.
 */
export function readInnerTerminals(
  files: Files,
  home: Home,
  processes: ProcessTable,
  servers: ReadonlyMap<Pid, ServerProcess>,
): Map<Pid, Tty[]> | undefined {
  const fileSystem = terminalFileSystem(files, home.terminalFolder);
  if (fileSystem === undefined) return undefined;
  const allocated = new Set([...servers.values()].flatMap(allocatedBy));
  const inner = new Map<Pid, Tty[]>();
  const found = new Set<Tty>();
  for (const process of processes.values()) {
    const { pid, tty } = process;
    if (tty === undefined || allocated.has(tty) || found.has(tty)) continue;
    const above = [...lineage(processes, pid)].filter((ancestor) => servers.has(ancestor.pid));
    if (above.length === 0 || provenTerminal(files, process)?.fileSystem !== fileSystem) continue;
    for (const server of above) inner.set(server.pid, [...(inner.get(server.pid) ?? []), tty]);
    found.add(tty);
  }
  return inner;
}
