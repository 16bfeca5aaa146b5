/**
 * What a connection carries for its user: what programs on this machine print, what files and forwards give, keys that are typed. What
 * keeps a connection alive, and what encryption adds, is none of it.
 *
 * The process that serves the user reads two kinds of things: encrypted bytes from its connection, and what goes to the client from this
 * machine. The kernel counts all that it reads, and all that it has taken from the connection; the difference is what goes to the client.
 * The same holds of what it writes. Only the growth from one reading to the next means anything, because a login itself reads files.
 */

/** What one connection has carried when it was read. Both numbers have an origin of their own: only differences count. */
export interface PayloadCount {
  /** Bytes from the client into this machine. */
  fromClient: number;
  /** Bytes from this machine to the client. */
  toClient: number;
  /** By so many bytes either may be too large: something moved while they were read. 0 where both sources are of one moment. */
  slack: number;
}

export interface PayloadReading {
  /** Milliseconds since the epoch. */
  takenAtMs: number;
  /** All connections by their identity; undefined where it could not be read. */
  counts: ReadonlyMap<string, PayloadCount | undefined>;
}

/** What is known of one connection after two readings or more. */
export interface Payload {
  /** Milliseconds since the epoch: nothing has moved since this reading, as far as anybody has looked. */
  quietSinceMs: number;
  /** Between the last two readings; undefined where nothing has moved. */
  latest: MovedPayload | undefined;
}

/** Bytes that have moved. */
export interface MovedPayload {
  fromClient: number;
  toClient: number;
  /** The time that it took: above 0. */
  seconds: number;
}

/** What to remember of a connection from one reading to the next. */
export interface PayloadTrack {
  count: PayloadCount;
  /** When that was read; milliseconds since the epoch. */
  countedAtMs: number;
  /** Undefined after the first reading. */
  payload: Payload | undefined;
}

/** By identity; no larger than the machine. */
export type PayloadHistory = ReadonlyMap<string, PayloadTrack>;

/**
 * Takes in one more reading. Connections that it does not name are gone; of those that could not be read what was known stays, and
 * the next count is compared with the last one.
 */
export function trackPayload(before: PayloadHistory, { takenAtMs, counts }: PayloadReading): PayloadHistory {
  const after = new Map<string, PayloadTrack>();
  for (const [id, count] of counts) {
    const known = before.get(id);
    const track = count === undefined ? known : nextTrack(known, count, takenAtMs);
    if (track !== undefined) after.set(id, track);
  }
  return after;
}

/** Of a count that may well be the last one nothing follows: the next reading is compared with that again. */
function nextTrack(known: PayloadTrack | undefined, count: PayloadCount, nowMs: number): PayloadTrack {
  if (known !== undefined && count.slack > 0 && known.count.slack === 0 && mayBeSame(known.count, count)) return known;
  return { count, countedAtMs: nowMs, payload: known && payloadBetween(known, count, nowMs) };
}

function mayBeSame(exact: PayloadCount, { fromClient, toClient, slack }: PayloadCount): boolean {
  return [fromClient - exact.fromClient, toClient - exact.toClient].every((grown) => grown >= 0 && grown <= slack);
}

/** Only exact numbers that are the same prove that nothing has moved. */
function payloadBetween(
  { count: first, countedAtMs, payload }: PayloadTrack,
  count: PayloadCount,
  nowMs: number,
): Payload {
  const fromClient = count.fromClient - first.fromClient;
  const toClient = count.toClient - first.toClient;
  const isQuiet = fromClient === 0 && toClient === 0 && count.slack === 0 && first.slack === 0;
  if (isQuiet) return { quietSinceMs: payload?.quietSinceMs ?? countedAtMs, latest: undefined };
  return {
    quietSinceMs: nowMs,
    latest: {
      fromClient: Math.max(0, fromClient),
      toClient: Math.max(0, toClient),
      // The clock may have been set.
      seconds: Math.max(0.001, (nowMs - countedAtMs) / 1000),
    },
  };
}
