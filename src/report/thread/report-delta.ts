/**
 * Reports on their way from the thread that reads the machine. A copy of a thousand sessions and of every process would cost as
 * much as half a reading, so only what is not as before is copied, and numbers travel in blocks.
 */
import type { Pid, ProcessIdentity } from "../../domain/process.ts";
import { sessionId, type Session, type SessionReport, type LiveReport } from "../../domain/session.ts";

export interface ReportDelta extends Omit<SessionReport, "processes" | "sessions"> {
  /** Those that are not as in the message before. */
  changed: readonly Session[];
  /** Of each session in turn: PID and start time of its identity. */
  sessions: Float64Array;
  /** Of each process in turn: PID and start time. */
  births: Float64Array;
}

/** At the end that reads. */
export class ReportEncoder {
  #sent: ReadonlyMap<string, Session> = new Map();

  messageOf({ processes, sessions, ...report }: SessionReport): ReportDelta {
    const before = this.#sent;
    const byId = new Map(sessions.map((session) => [sessionId(session.identity), session]));
    this.#sent = byId;
    return {
      ...report,
      changed: [...byId].flatMap(([id, session]) => (isSame(before.get(id), session) ? [] : session)),
      sessions: birthsOf(
        sessions.map(({ identity }) => identity),
        sessions.length,
      ),
      births: birthsOf(processes.values(), processes.size),
    };
  }
}

function birthsOf(identities: Iterable<ProcessIdentity>, count: number): Float64Array {
  const births = new Float64Array(count * 2);
  let index = 0;
  for (const { pid, startTicks } of identities) {
    births[index] = pid;
    births[index + 1] = startTicks;
    index += 2;
  }
  return births;
}

/** At the end that shows. */
export class ReportDecoder {
  #received: ReadonlyMap<string, Session> = new Map();

  decode({ changed, sessions: identities, births, ...report }: ReportDelta): LiveReport {
    const known = this.#received;
    const fresh = new Map(changed.map((session) => [sessionId(session.identity), session]));
    const current = new Map<string, Session>();
    for (let index = 0; index < identities.length; index += 2) {
      const id = sessionId({ pid: identities[index] ?? 0, startTicks: identities[index + 1] ?? 0 });
      const session = fresh.get(id) ?? known.get(id);
      if (session === undefined) throw new Error(`the session ${id} was never sent`);
      current.set(id, session);
    }
    this.#received = current;
    return { ...report, sessions: [...current.values()], processes: { get: (pid) => birthOf(births, pid) } };
  }
}

/** Hardly ever asked for, so nothing is prepared. */
function birthOf(births: Float64Array, pid: Pid): { startTicks: number } | undefined {
  for (let index = 0; index < births.length; index += 2)
    if (births[index] === pid) return { startTicks: births[index + 1] ?? 0 };
  return undefined;
}

/** Of plain data. For a thousand sessions node:util's isDeepStrictEqual takes several milliseconds. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => isSame(one[key], other[key]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
