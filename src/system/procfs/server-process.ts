import type { Process } from "../../domain/process.ts";
import type { ServerProcess } from "../../domain/snapshot.ts";

/** What a server's process has beside what every process has. */
export type ServerFacts = Omit<ServerProcess, keyof Process>;

/**
 * The two in one, named field by field: to spread objects of that size takes V8 thirty microseconds, and a thousand sessions are
 * two thousand of them.
 */
export function serverProcess(process: Process, facts: ServerFacts): ServerProcess {
  return {
    pid: process.pid,
    startTicks: process.startTicks,
    ppid: process.ppid,
    pgid: process.pgid,
    sid: process.sid,
    comm: process.comm,
    tty: process.tty,
    foregroundGroup: process.foregroundGroup,
    server: facts.server,
    uid: facts.uid,
    title: facts.title,
    catchesTerm: facts.catchesTerm,
    sockets: facts.sockets,
    pipes: facts.pipes,
    terminals: facts.terminals,
    logindSession: facts.logindSession,
    network: facts.network,
    container: facts.container,
  };
}
