import type { Pid, ProcessTable } from "../../domain/process.ts";
import type { TcpSocket } from "../../domain/snapshot.ts";
import type { UnexplainedConnection } from "../../domain/unexplained-connections.ts";
import { orUndefined, type Files } from "../../host/files/files.ts";
import { searchBudget, searchOpenFiles, socketOf } from "./open-files.ts";

/** Root's processes come first: users can have more open files than can be looked at. */
export function findHolders(
  files: Files,
  processes: ProcessTable,
  sockets: readonly TcpSocket[],
): UnexplainedConnection[] {
  const isUsers = (pid: Pid) => Number(orUndefined(files.facts(`/proc/${String(pid)}`))?.uid !== 0);
  const pids = [...processes.keys()].map((pid) => ({ pid, rank: isUsers(pid) })).toSorted((a, b) => a.rank - b.rank);
  const wanted = new Set(sockets.map(({ inode }) => inode));
  const holders = new Map<number, Pid>();
  const budget = searchBudget();
  for (const { pid } of pids) {
    if (holders.size === wanted.size || budget.left <= 0) break;
    for (const file of searchOpenFiles(files, pid, budget) ?? []) {
      const inode = socketOf(file)?.inode;
      if (inode !== undefined && wanted.has(inode) && !holders.has(inode)) holders.set(inode, pid);
    }
  }
  return sockets.map((socket) => ({ socket, holder: holders.get(socket.inode) }));
}
