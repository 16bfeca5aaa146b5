import { isRootsServer } from "./believed-servers.ts";
import { inherited, type Pid, type Process, type ProcessTable } from "./process.ts";
import type { HeldByProcess, ServerProcess } from "./snapshot.ts";
import type { Tty } from "./tty.ts";

/**
 * Terminals that something inside of a session has opened: sudo, script, a client of a terminal multiplexer.
 *
 * @param isProven - whether the terminal that a process names is one of the machine's own.
 * @returns them by the nearest server's process above them.
 */
export function findInnerTerminals(
  processes: ProcessTable,
  servers: ReadonlyMap<Pid, ServerProcess>,
  isProven: (process: Process) => boolean,
): Map<Pid, HeldByProcess[]> {
  const allocated = new Set([...servers.values()].flatMap(allocatedBy));
  const serverAbove = inherited(processes, ({ pid }) => {
    const server = servers.get(pid);
    return server !== undefined && (server.container || isRootsServer(servers, server)) ? pid : undefined;
  });
  const inner = new Map<Pid, HeldByProcess[]>();
  const found = new Set<Tty>();
  const failures = new Map<Pid, number>();
  for (const process of processes.values()) {
    const { pid, tty } = process;
    if (tty === undefined || allocated.has(tty) || found.has(tty)) continue;
    const server = serverAbove(pid);
    if (server === undefined) continue;
    const tries = failures.get(server) ?? 0;
    if (tries === mostFailures) continue;
    if (!isProven(process)) {
      failures.set(server, tries + 1);
      continue;
    }
    inner.set(server, [...(inner.get(server) ?? []), { tty, pid }]);
    found.add(tty);
  }
  return inner;
}

/** Of one session: a user can have any number of processes on terminals that only look like the machine's. */
const mostFailures = 64;

/** The terminals that a server has given to those who have logged in. */
export function allocatedBy({ terminals, title }: ServerProcess): readonly Tty[] {
  return terminals ?? (title.role === "serving" ? title.ttys : []);
}
