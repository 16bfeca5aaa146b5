/** Puts together what SSH servers say of their connections, line by line, in the order in which they said it. */
import { formatEndpoint } from "../../../domain/address.ts";
import type { AuthRecord } from "../../../domain/match-auth.ts";
import { momentOf, type KillRecord, type LogEvent, type Moment, type Parting } from "../../../domain/log-event.ts";
import type { Pid } from "../../../domain/process.ts";
import type { ServerKind } from "../../../domain/ssh-server.ts";
import { InBoots } from "./in-boots.ts";
import { KnownTexts } from "./known-texts.ts";

/** What has been said of one connection. */
export interface Spoken {
  boot: string;
  pid: Pid;
  server: ServerKind | undefined;
  /** The name that was typed. */
  user: string | undefined;
  uid: number | undefined;
  /** One for each factor of the login. */
  factors: readonly AuthRecord[];
  /** Undefined: before all that was read. */
  login: Moment | undefined;
  closed: Moment | undefined;
  /** The signal that ended the session child. */
  reaped: (Moment & { signal: string }) | undefined;
  /** How the other side left. */
  parted: (Moment & { parting: Parting; isVerified: boolean }) | undefined;
  /** Another connection has the same process ID from then on. */
  reused: Moment | undefined;
  killed: (Moment & KillRecord) | undefined;
  /** The log file that tells of it, to which everybody can write; undefined for the journal. */
  file: string | undefined;
}

type Of<Kind extends LogEvent["kind"]> = Extract<LogEvent, { kind: Kind }>;

export class ConnectionLog {
  #all: Spoken[] = [];
  /** Those of each process ID, in their order. */
  readonly #byPid = new InBoots<Pid, Spoken[]>();
  readonly #byPeer = new InBoots<string, Spoken>();
  /** What was said of processes before it was clear that somebody logs in. */
  readonly #factors = new InBoots<Pid, AuthRecord[]>();
  readonly #known = new KnownTexts();
  /** Whose lines come next; undefined for the journal. */
  file: string | undefined;

  add(event: LogEvent): void {
    if (event.kind === "accepted") this.#accepted(event);
    else if (event.kind === "opened") this.#opened(event);
    else if (event.kind === "closed") this.#closed(event);
    else if (event.kind === "reaped") this.#reaped(event);
    else if (event.kind === "parted") this.#parted(event);
  }

  /** In the order of their logins; those of which only the end has been told stand where they ended. */
  all(): readonly Spoken[] {
    return this.#all;
  }

  /** Those of which no end has been told. */
  open(): Spoken[] {
    return this.#all.filter(({ closed, reused }) => closed === undefined && reused === undefined);
  }

  /** Those of which no login has been told: it was before all that was read. */
  begunBefore(): Spoken[] {
    return this.#all.filter(({ login }) => login === undefined);
  }

  /** The last one of a process ID. */
  last(boot: string, pid: Pid): Spoken | undefined {
    return this.#byPid.get(boot, pid)?.at(-1);
  }

  /** @param records - of ended sessions; each is of the last connection that had begun by then. */
  addKills(records: readonly Of<"killed">[]): void {
    for (const record of records) {
      const spoken = this.#byPid
        .get(record.boot, record.pid)
        ?.findLast(({ login }) => login === undefined || login.sinceBootUs <= record.sinceBootUs);
      if (spoken !== undefined) spoken.killed ??= record;
    }
  }

  /**
   * Takes in what an earlier part of the log tells of connections that were still open at its end.
   *
   * @param earlier - of that part only.
   */
  adopt(earlier: readonly Spoken[]): void {
    const orphans = new InBoots<Pid, Spoken>();
    for (const spoken of this.begunBefore()) orphans.set(spoken.boot, spoken.pid, spoken);
    const adopted = earlier.map((start) => {
      const { boot, pid } = start;
      const orphan = orphans.get(boot, pid);
      if (orphan !== undefined) return Object.assign(orphan, withoutEnd(start));
      this.#byPid.set(boot, pid, [start, ...(this.#byPid.get(boot, pid) ?? [])]);
      return start;
    });
    const known = new Set(adopted);
    this.#all = [...adopted, ...this.#all.filter((spoken) => !known.has(spoken))];
  }

  #accepted(event: Of<"accepted">): void {
    const { boot, pid, timeMs } = event;
    const source = this.file ?? "journal";
    const message = this.#known.messageOf(event.message);
    const record: AuthRecord = { message, pid, timeMs, source, verified: this.file === undefined };
    const earlier = this.#factors.get(boot, pid);
    const factors = earlier === undefined ? [record] : [...earlier, record];
    if (message.outcome === "partial") {
      this.#factors.set(boot, pid, factors);
      return;
    }
    const spoken = this.#begin(event, message.user);
    spoken.server = event.server;
    spoken.factors = factors;
    this.#factors.delete(boot, pid);
    if (message.peer !== undefined) this.#byPeer.set(boot, formatEndpoint(message.peer), spoken);
  }

  /** Usually after "accepted", of which the line may have been dropped. */
  #opened(event: Of<"opened">): void {
    const spoken = this.#openOf(event) ?? this.#begin(event, event.user);
    spoken.uid ??= event.uid;
  }

  #closed(event: Of<"closed">): void {
    const spoken = this.#openOf(event) ?? this.#beganBefore(event);
    spoken.closed = momentOf(event);
    spoken.user ??= event.user;
    if (event.parting !== undefined) spoken.parted = partedAt(event, event.parting, true);
  }

  /** Children die before a login, too: that is nothing of a connection's. */
  #reaped(event: Of<"reaped">): void {
    const spoken = this.#openOf(event);
    if (spoken !== undefined) spoken.reaped ??= event;
  }

  /** The session child has another process ID, so the address and port tell whose word it is. */
  #parted(event: Of<"parted">): void {
    const spoken = this.#byPeer.get(event.boot, formatEndpoint(event.peer));
    if (spoken === undefined || !mayTellOf(event, spoken)) return;
    const isVerified = event.uid === 0;
    if (spoken.parted === undefined || (isVerified && !spoken.parted.isVerified))
      spoken.parted = partedAt(event, event.parting, isVerified);
  }

  #begin(event: Moment & { pid: Pid }, user: string): Spoken {
    const before = this.#openOf(event);
    if (before !== undefined) before.reused = momentOf(event);
    const spoken = nothingSpoken(event, this.file);
    spoken.user = user;
    spoken.login = momentOf(event);
    return this.#add(spoken);
  }

  #beganBefore(event: Moment & { pid: Pid }): Spoken {
    return this.#add(nothingSpoken(event, this.file));
  }

  #add(spoken: Spoken): Spoken {
    const { boot, pid } = spoken;
    const others = this.#byPid.get(boot, pid);
    if (others === undefined) this.#byPid.set(boot, pid, [spoken]);
    else others.push(spoken);
    this.#all.push(spoken);
    return spoken;
  }

  #openOf(event: Moment & { pid: Pid }): Spoken | undefined {
    const spoken = this.last(event.boot, event.pid);
    return spoken?.closed === undefined ? spoken : undefined;
  }
}

/** A child may be late with its last word. */
const lateUs = 10_000_000;

/** Of another user's processes nobody believes anything; the user's own may say what they like of their connection. */
function mayTellOf({ uid, sinceBootUs }: Of<"parted">, { uid: own, closed }: Spoken): boolean {
  const isTheirs = uid === 0 || own === undefined || uid === own;
  return isTheirs && (closed === undefined || sinceBootUs - closed.sinceBootUs < lateUs);
}

function partedAt({ boot, timeMs, sinceBootUs }: Moment, parting: Parting, isVerified: boolean): Spoken["parted"] {
  return { boot, timeMs, sinceBootUs, parting, isVerified };
}

function nothingSpoken({ boot, pid }: { boot: string; pid: Pid }, file: string | undefined): Spoken {
  return {
    boot,
    pid,
    server: undefined,
    user: undefined,
    uid: undefined,
    factors: none,
    login: undefined,
    closed: undefined,
    reaped: undefined,
    parted: undefined,
    reused: undefined,
    killed: undefined,
    file,
  };
}

const none: readonly AuthRecord[] = [];

function withoutEnd({ server, user, uid, factors, login }: Spoken): Partial<Spoken> {
  return { server, user, uid, factors, login };
}
