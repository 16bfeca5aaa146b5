/** Failed logins, counted as they are read, since there may be millions of them. */
import type { AttemptLine, AttemptMessage } from "../../domain/attempt-message.ts";
import { startOf } from "./counts.ts";

export const attemptKeys = ["from", "user", "method", "hour", "day"] as const;
export type AttemptKey = (typeof attemptKeys)[number];

/** Facts that attempts are not grouped by are undefined. */
export interface AttemptCount {
  from: string | undefined;
  user: string | undefined;
  /** Whether sshd called the name invalid. */
  isInvalid: boolean;
  method: string | undefined;
  /** The start of an hour or a day, in milliseconds since the epoch. */
  startMs: number | undefined;
  attempts: number;
  /** Logins that were not in vain, of the same address, user or time. */
  logins: number;
  firstMs: number;
  lastMs: number;
  isVerified: boolean;
}

/** Whoever tries chooses the names: more kinds than this are counted together. */
const mostKinds = 50_000;

const rest = "the rest";
const nothing = { from: undefined, user: undefined, isInvalid: false, method: undefined };

/** Connections whose last line was lost are forgotten after so many others. */
const mostOpen = 20_000;

type Kind = Pick<AttemptCount, "from" | "user" | "isInvalid" | "method">;

type Told = Pick<AttemptLine, "timeMs" | "isVerified">;

interface Tried {
  /** Undefined where no line has told it yet. */
  from: string | undefined;
  /** The name that was typed last. */
  user: string | undefined;
  isInvalid: boolean;
  hasTried: boolean;
  /** Its last failure was told by PAM. */
  byPam: boolean;
}

export interface AttemptQuestion {
  /** What attempts are counted by; undefined: address, user and method. */
  by: AttemptKey | undefined;
  isMeant: (from: string | undefined, user: string | undefined) => boolean;
}

/** The most frequent first; hours and days in their order. */
export function inOrder(by: AttemptKey | undefined): (a: AttemptCount, b: AttemptCount) => number {
  return by === "hour" || by === "day"
    ? (a, b) => (a.startMs ?? 0) - (b.startMs ?? 0)
    : (a, b) => b.attempts - a.attempts || a.firstMs - b.firstMs;
}

export class AttemptCounter {
  readonly #by: AttemptKey | undefined;
  readonly #isMeant: AttemptQuestion["isMeant"];
  readonly #counts = new Map<string, AttemptCount>();
  /** Of each connection that goes on. */
  readonly #tried = new Map<string, Tried>();
  readonly #logins = new Map<string, number>();
  isCutShort = false;

  constructor({ by, isMeant }: AttemptQuestion) {
    this.#by = by;
    this.#isMeant = isMeant;
  }

  add({ message, connection, timeMs, isVerified }: AttemptLine): void {
    if (message.outcome !== "accepted") {
      const process = message.pid === undefined ? connection : connection.replace(/\d+$/, String(message.pid));
      this.#attempt(message, process, { timeMs, isVerified });
      return;
    }
    this.#tried.delete(connection);
    if (isVerified) this.#countLogin(message, timeMs);
  }

  #attempt(message: AttemptMessage, process: string, told: Told): void {
    const before = this.#tried.get(process);
    const named = message.user === undefined ? (before ?? { user: undefined, isInvalid: false }) : message;
    const tried = { from: message.address ?? before?.from, user: named.user, isInvalid: named.isInvalid };
    switch (message.outcome) {
      case "refused":
        this.#count({ ...tried, method: "refused" }, told);
        return;
      case "left":
        // Keys that do not fit are not logged at the usual level: whoever has only shown some leaves without a failure.
        if (before?.hasTried !== true) this.#count({ ...tried, method: undefined }, told);
        this.#tried.delete(process);
        return;
      case "failed": {
        const isPam = message.method === "keyboard-interactive";
        // PAM's failure is told twice: by PAM's own line, and then by that of the method.
        const isTold = isPam && before?.byPam === true;
        const isTry = message.method !== "none";
        if (isTry && !isTold) this.#count({ ...tried, method: message.method }, told);
        if (this.#tried.size >= mostOpen) this.#tried.clear();
        const hasTried = before?.hasTried === true || isTry;
        this.#tried.set(process, { ...tried, hasTried, byPam: isPam && !isTold });
      }
    }
  }

  counts(): AttemptCount[] {
    const all = [...this.#counts.values()].map((count) => ({ ...count, logins: this.#loginsOf(count) }));
    return all.toSorted(inOrder(this.#by));
  }

  #count({ from, user, isInvalid, method }: Kind, { timeMs, isVerified }: Told): void {
    if (!this.#isMeant(from, user)) return;
    const by = this.#by;
    const isBy = (key: AttemptKey) => by === undefined || by === key;
    const startMs = by === "hour" || by === "day" ? startOf(timeMs, by) : undefined;
    const kind = {
      from: isBy("from") ? from : undefined,
      user: isBy("user") ? user : undefined,
      isInvalid: isBy("user") && isInvalid,
      method: isBy("method") ? method : undefined,
      startMs,
    };
    const key = JSON.stringify([kind.from, kind.user, kind.method, startMs]);
    const isOneTooMany = !this.#counts.has(key) && this.#counts.size >= mostKinds;
    this.isCutShort ||= isOneTooMany;
    const place = isOneTooMany ? rest : key;
    const known = this.#counts.get(place);
    if (known === undefined) {
      const of = isOneTooMany ? { ...nothing, startMs } : kind;
      this.#counts.set(place, { ...of, attempts: 1, logins: 0, firstMs: timeMs, lastMs: timeMs, isVerified });
      return;
    }
    known.attempts += 1;
    known.lastMs = Math.max(known.lastMs, timeMs);
    known.firstMs = Math.min(known.firstMs, timeMs);
    known.isVerified &&= isVerified;
    known.isInvalid ||= kind.isInvalid;
  }

  #countLogin({ address, user }: { address: string; user: string }, timeMs: number): void {
    const keys = [`from ${address}`, `user ${user}`, `both ${address} ${user}`];
    if (this.#by === "hour" || this.#by === "day") keys.push(`time ${String(startOf(timeMs, this.#by))}`);
    for (const key of keys) this.#logins.set(key, (this.#logins.get(key) ?? 0) + 1);
  }

  #loginsOf({ from = "", user = "", startMs }: AttemptCount): number {
    const key =
      startMs !== undefined
        ? `time ${String(startMs)}`
        : this.#by === "from"
          ? `from ${from}`
          : this.#by === "user"
            ? `user ${user}`
            : `both ${from} ${user}`;
    return this.#logins.get(key) ?? 0;
  }
}
