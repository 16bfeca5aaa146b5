/** What connections have carried so far, from what their processes and their sockets have moved. */
import type { PayloadCount, PayloadReading } from "../domain/payload.ts";
import { isOpenHere, sessionId, type Session } from "../domain/session.ts";
import type { Facts } from "../host/host.ts";
import { readProcessIo, type ProcessIo } from "../system/procfs/io.ts";
import { readTcpBytes, type TcpBytes } from "../system/tools/tcp-bytes.ts";

/** A session that moves something in each of them moves something all the time. */
const attempts = 3;

/**
 * Reads the open sessions among these; all others count as unknown. Processes are read before and after their sockets, and those
 * that have moved something in between once more, so that both numbers are of one moment.
 *
 * @returns undefined where there is no ss(8).
 */
export async function readPayload(
  sessions: readonly Session[],
  { files, programs, now }: Pick<Facts, "files" | "programs" | "now">,
): Promise<PayloadReading | undefined> {
  const counts = new Map<string, PayloadCount | undefined>(
    sessions.map(({ identity }) => [sessionId(identity), undefined]),
  );
  let left = sessions.filter((session) => isOpenHere(session) && session.socketInode !== undefined);
  let before = readAll(left, files);
  const takenAtMs = now();
  for (let attempt = 1; attempt <= attempts && left.length > 0; attempt += 1) {
    const sockets = await readTcpBytes(programs, portsOf(left));
    if (sockets === undefined) return undefined;
    const after = readAll(left, files);
    for (const session of left) {
      const socket = sockets.get(session.socketInode ?? 0);
      counts.set(sessionId(session.identity), countOf(before.get(session), after.get(session), socket));
    }
    const isStill = (session: Session) => isSame(before.get(session), after.get(session));
    left = left.filter((session) => !isStill(session));
    before = after;
  }
  return { takenAtMs, counts };
}

function readAll(sessions: readonly Session[], files: Facts["files"]): Map<Session, ProcessIo | undefined> {
  return new Map(sessions.map((session) => [session, readProcessIo(files, session.pid)]));
}

function portsOf(sessions: readonly Session[]): number[] {
  return [...new Set(sessions.flatMap(({ local }) => local?.port ?? []))];
}

function isSame(one: ProcessIo | undefined, other: ProcessIo | undefined): boolean {
  return one?.read === other?.read && one?.written === other?.written;
}

/** @param before - what the process had moved before its socket was read, and what it had after that. */
function countOf(
  before: ProcessIo | undefined,
  after: ProcessIo | undefined,
  socket: TcpBytes | undefined,
): PayloadCount | undefined {
  if (before === undefined || after === undefined || socket === undefined) return undefined;
  return {
    fromClient: after.written - socket.given,
    toClient: after.read - socket.taken,
    slack: Math.max(after.written - before.written, after.read - before.read),
  };
}
