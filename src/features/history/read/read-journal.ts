/** What the journal tells of the connections of a span of time: the lines of that time, and what belongs to them before and after it. */
import type { LogEvent } from "../../../domain/log-event.ts";
import { sameEndpoint } from "../../../domain/address.ts";
import type { Session, SessionReport } from "../../../domain/session.ts";
import { isOfUserHere } from "../../../domain/session.ts";
import { isNobodyHidden } from "../../../domain/warnings.ts";
import type { Facts } from "../../../host/host.ts";
import {
  firstOfJournal,
  lastOfBoot,
  readBootEvents,
  readConnectionEvents,
  readServerEvents,
  readSessionEvents,
  type JournalPart,
} from "../../../system/logs/journal-events.ts";
import { Boots } from "../join/boots.ts";
import type { Connection } from "../join/connection.ts";
import { ConnectionLog, type Spoken } from "../join/connection-log.ts";
import { joinOpen, joinSpoken, type Around } from "../join/join.ts";
import { LogindSessions } from "../join/logind-sessions.ts";

/** The journal of this machine, or a folder of journal files of any machine. */
export interface Journal {
  programLines: Facts["programLines"];
  folder: string | undefined;
  /** The boot that goes on; undefined where the files are those of another machine. */
  currentBoot: string | undefined;
}

/** Both ends included, milliseconds since the epoch. */
export interface Span {
  fromMs: number;
  toMs: number;
}

export interface JournalHistory {
  connections: readonly Connection[];
  /** How far back it reaches, in milliseconds since the epoch; undefined where it cannot be read. */
  sinceMs: number | undefined;
  /** Lines that journald has dropped, by unit. */
  suppressed: ReadonlyMap<string, number>;
}

/**
 * @param report - of the sessions that are open; undefined where they are those of another machine, or cannot be seen.
 * @param onEvent - is told of every line, so that somebody can say how far it is.
 */
export async function readJournalHistory(
  journal: Journal,
  span: Span,
  nowMs: number,
  report: SessionReport | undefined,
  onEvent: (event: LogEvent) => void,
): Promise<JournalHistory> {
  const sinceMs = await firstOfJournal(journal, journal);
  const open = (report?.sessions ?? []).filter(isOfUserHere);
  if (sinceMs === undefined) {
    const connections = open.map((session) => joinOpen(session, undefined, nowMs));
    return { connections, sinceMs, suppressed: new Map() };
  }
  const reading = new Reading(journal, onEvent);
  await readBootEvents(journal, journal, (event) => {
    reading.boots.add(event);
  });
  const fromMs = beginOf(span, nowMs, reading.boots);
  await reading.readSpan({ fromMs, toMs: span.toMs });
  if (sinceMs < fromMs) await reading.readBefore(fromMs, open);
  if (span.toMs < nowMs) await reading.readAfter(span.toMs);
  const connections = await reading.join(open, report, nowMs);
  return { connections, sinceMs, suppressed: reading.suppressed };
}

/**
 * Where reading has to begin. Who was on before the span is told by the ends of connections within it, and by what is open now. Where
 * neither is there to tell, it is everything since the machine was started: no connection outlives that.
 */
function beginOf({ fromMs, toMs }: Span, nowMs: number, boots: Boots): number {
  const boot = boots.at(fromMs);
  if (boot === undefined) return fromMs;
  return toMs < nowMs || boots.isCrashed(boot.id) ? Math.min(fromMs, boot.start.timeMs) : fromMs;
}

/** What has been read so far. */
class Reading {
  readonly log = new ConnectionLog();
  readonly logind = new LogindSessions();
  readonly suppressed = new Map<string, number>();
  readonly boots: Boots;
  readonly #kills: Extract<LogEvent, { kind: "killed" }>[] = [];
  readonly #journal: Journal;
  readonly #onEvent: (event: LogEvent) => void;

  constructor(journal: Journal, onEvent: (event: LogEvent) => void) {
    this.#journal = journal;
    this.#onEvent = onEvent;
    this.boots = new Boots(journal.currentBoot);
  }

  async readSpan({ fromMs, toMs }: Span): Promise<void> {
    const part: JournalPart = { folder: this.#journal.folder, sinceMs: fromMs, untilMs: toMs };
    await Promise.all([
      readServerEvents(this.#journal, part, (event) => {
        this.#onEvent(event);
        this.log.add(event);
      }),
      readSessionEvents(this.#journal, part, (event) => {
        this.#takeAside(event);
      }),
    ]);
  }

  #takeAside(event: LogEvent): void {
    if (event.kind === "killed") this.#kills.push(event);
    else if (event.kind === "suppressed")
      this.suppressed.set(event.unit, (this.suppressed.get(event.unit) ?? 0) + event.count);
    else this.logind.add(event);
  }

  /** The logins of connections of which only the end has been read, or of which it is only known that they are open. */
  async readBefore(fromMs: number, open: readonly Session[]): Promise<void> {
    const { currentBoot, folder } = this.#journal;
    const unknown = [
      ...this.log.begunBefore(),
      ...this.logind.begunBefore().map(({ boot, leader: pid }) => ({ boot, pid })),
    ];
    const unseen = open.filter((session) => this.spokenOf(session) === undefined);
    const live =
      currentBoot === undefined ? [] : unseen.map(({ identity }) => ({ boot: currentBoot, pid: identity.pid }));
    for (const [boot, pids] of pidsByBoot([...unknown, ...live])) {
      const earlier = new ConnectionLog();
      await readConnectionEvents(this.#journal, { folder, untilMs: fromMs - 1 }, boot, pids, (event) => {
        this.#onEvent(event);
        earlier.add(event);
        this.logind.add(event);
      });
      this.log.adopt(earlier.open());
    }
  }

  /** The ends of connections that were open at the end of the span. */
  async readAfter(toMs: number): Promise<void> {
    const left = this.log.open();
    const part: JournalPart = { folder: this.#journal.folder, sinceMs: toMs + 1 };
    for (const [boot, pids] of pidsByBoot(left))
      await readConnectionEvents(this.#journal, part, boot, pids, (event) => {
        this.#onEvent(event);
        this.log.add(event);
        this.logind.add(event);
      });
    const lastMs = Math.max(...left.map(({ closed }) => closed?.timeMs ?? toMs));
    if (lastMs <= toMs) return;
    // How the other side left is said by processes that are not known.
    await readServerEvents(this.#journal, { ...part, untilMs: lastMs + 1000 }, (event) => {
      if (event.kind === "parted") this.log.add(event);
    });
    await readSessionEvents(this.#journal, { ...part, untilMs: lastMs + 120_000 }, (event) => {
      if (event.kind !== "suppressed") this.#takeAside(event);
    });
  }

  /** What was said of a session that is open. */
  spokenOf({ identity, peer, startedAtMs }: Session): Spoken | undefined {
    const { currentBoot } = this.#journal;
    const spoken = currentBoot === undefined ? undefined : this.log.last(currentBoot, identity.pid);
    if (spoken === undefined || spoken.closed !== undefined) return undefined;
    const said = spoken.factors.at(-1)?.message.peer;
    if (said !== undefined && peer !== undefined) return sameEndpoint(said, peer) ? spoken : undefined;
    const apartMs = Math.abs((spoken.login?.timeMs ?? Number.NaN) - (startedAtMs ?? Number.NaN));
    return apartMs < loginTakesMs ? spoken : undefined;
  }

  async join(open: readonly Session[], report: SessionReport | undefined, nowMs: number): Promise<Connection[]> {
    this.log.addKills(this.#kills);
    const lasts = await this.#lastLines();
    const around: Around = {
      logind: this.logind,
      boots: this.boots,
      lastOf: (boot) => lasts.get(boot),
      seenMs: report !== undefined && isNobodyHidden(report.warnings) ? report.takenAtMs : undefined,
    };
    const sessions = new Map(open.map((session) => [this.spokenOf(session), session]));
    const unsaid = open.filter((session) => this.spokenOf(session) === undefined);
    return [
      ...unsaid.map((session) => joinOpen(session, undefined, nowMs)),
      ...this.log.all().map((spoken) => {
        const session = sessions.get(spoken);
        const said = joinSpoken(spoken, around);
        return session === undefined ? said : joinOpen(session, said, nowMs);
      }),
    ];
  }

  /** Of each boot that broke down while somebody was on. */
  async #lastLines(): Promise<ReadonlyMap<string, number>> {
    const crashed = new Set(
      this.log
        .open()
        .map(({ boot }) => boot)
        .filter((boot) => this.boots.isCrashed(boot)),
    );
    const lasts = new Map<string, number>();
    for (const boot of crashed) {
      const lastMs = await lastOfBoot(this.#journal, { folder: this.#journal.folder }, boot);
      if (lastMs !== undefined) lasts.set(boot, lastMs);
    }
    return lasts;
  }
}

/** sshd gives a login two minutes: LoginGraceTime in sshd_config(5). Only its process is known to have begun then. */
const loginTakesMs = 150_000;

function pidsByBoot(processes: readonly { boot: string; pid: number }[]): Map<string, number[]> {
  const boots = new Map<string, Set<number>>();
  for (const { boot, pid } of processes) boots.set(boot, (boots.get(boot) ?? new Set()).add(pid));
  return new Map([...boots].map(([boot, pids]) => [boot, [...pids]]));
}
