/**
 * Reports on their way from the thread that reads the machine. A copy of a thousand sessions and of every process would cost as
 * much as half a reading, so only what is not as before is copied, and numbers travel in blocks.
 */
import type { Pid, ProcessTable } from "./domain/process.ts";
import { sessionId, type Session, type SessionReport, type Sighting } from "./domain/session.ts";

export interface SightingMessage extends Omit<SessionReport, "processes" | "sessions"> {
  /** Whole, those of which more than the times since something was typed or printed is not as in the message before. */
  changed: readonly Session[];
  /** Of each session in turn: PID and start time of its identity, seconds idle, seconds quiet; NaN for what is not known. */
  sessions: Float64Array;
  /** Of each process in turn: PID and start time. */
  births: Float64Array;
}

/** At the end that reads. */
export class SightingSender {
  #sent: ReadonlyMap<string, Session> = new Map();

  messageOf({ processes, sessions, ...report }: SessionReport): SightingMessage {
    const before = this.#sent;
    const byId = new Map(sessions.map((session) => [sessionId(session.identity), session]));
    this.#sent = byId;
    const changed = [...byId].flatMap(([id, session]) => (isSameButForTimes(before.get(id), session) ? [] : session));
    return {
      ...report,
      changed,
      sessions: numbersOf(sessions),
      births: birthsOf(processes),
    };
  }
}

function numbersOf(sessions: readonly Session[]): Float64Array {
  const numbers = new Float64Array(sessions.length * 4);
  for (const [index, { identity, idleSeconds, quietSeconds }] of sessions.entries()) {
    numbers[index * 4] = identity.pid;
    numbers[index * 4 + 1] = identity.startTicks;
    numbers[index * 4 + 2] = idleSeconds ?? Number.NaN;
    numbers[index * 4 + 3] = quietSeconds ?? Number.NaN;
  }
  return numbers;
}

function birthsOf(processes: ProcessTable): Float64Array {
  const births = new Float64Array(processes.size * 2);
  let index = 0;
  for (const { pid, startTicks } of processes.values()) {
    births[index] = pid;
    births[index + 1] = startTicks;
    index += 2;
  }
  return births;
}

/** At the end that shows. */
export class SightingReceiver {
  #received: ReadonlyMap<string, Session> = new Map();

  sightingOf({ changed, sessions: numbers, births, ...report }: SightingMessage): Sighting {
    const known = this.#received;
    const fresh = new Map(changed.map((session) => [sessionId(session.identity), session]));
    const current = new Map<string, Session>();
    for (let index = 0; index < numbers.length; index += 4) {
      const id = sessionId({ pid: numbers[index] ?? 0, startTicks: numbers[index + 1] ?? 0 });
      const session = fresh.get(id) ?? known.get(id);
      if (session === undefined) throw new Error(`the session ${id} was never sent`);
      current.set(id, withTimes(session, orUnknown(numbers[index + 2]), orUnknown(numbers[index + 3])));
    }
    this.#received = current;
    return { ...report, sessions: [...current.values()], processes: { get: (pid) => birthOf(births, pid) } };
  }
}

function withTimes(session: Session, idleSeconds: number | undefined, quietSeconds: number | undefined): Session {
  return session.idleSeconds === idleSeconds && session.quietSeconds === quietSeconds
    ? session
    : { ...session, idleSeconds, quietSeconds };
}

function orUnknown(number: number | undefined): number | undefined {
  return Number.isNaN(number) ? undefined : number;
}

/** Hardly ever asked for, so nothing is prepared. */
function birthOf(births: Float64Array, pid: Pid): { startTicks: number } | undefined {
  for (let index = 0; index < births.length; index += 2)
    if (births[index] === pid) return { startTicks: births[index + 1] ?? 0 };
  return undefined;
}

const times: ReadonlySet<string> = new Set(["idleSeconds", "quietSeconds"] satisfies (keyof Session)[]);

function isSameButForTimes(before: Session | undefined, now: Session): boolean {
  return before !== undefined && isSame(before, now, times);
}

/** Of plain data. For a thousand sessions node:util's isDeepStrictEqual takes several milliseconds. */
function isSame(one: unknown, other: unknown, besides?: ReadonlySet<string>): boolean {
  if (Object.is(one, other)) return true;
  if (!isRecord(one) || !isRecord(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => besides?.has(key) === true || isSame(one[key], other[key]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
