/** What the journal tells of the connections of a span of time: the lines of that time, and what belongs to them before and after it. */
import type { LogEvent, Moment } from "../../../domain/log-event.ts";
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
import { KnownAuths } from "../join/known-texts.ts";
import { LogindSessions } from "../join/logind-sessions.ts";
import type { FileHistory } from "./read-files.ts";

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
  /** It ends with the moment of the report, which is a bit later than what was known when it was asked for. */
  endsNow: boolean;
}

export interface JournalHistory {
  connections: readonly Connection[];
  /** How far back it reaches, in milliseconds since the epoch; undefined where it cannot be read. */
  sinceMs: number | undefined;
  /** Lines that journald has dropped, by unit. */
  suppressed: ReadonlyMap<string, number>;
  /** How far back each log file reaches that tells of the time before. */
  fileReaches: ReadonlyMap<string, number>;
}

/**
 * @param report - of the sessions that are open; undefined where they are those of another machine, or cannot be seen.
 * @param readFiles - reads what files tell of the time before the journal.
 * @param onEvent - is told of every line, so that somebody can say how far it is.
 */
export async function readJournalHistory(
  journal: Journal,
  span: Span,
  nowMs: number,
  report: SessionReport | undefined,
  readFiles: (untilMs: number) => Promise<FileHistory | undefined>,
  onEvent: (event: LogEvent) => void,
): Promise<JournalHistory> {
  const sinceMs = await firstOfJournal(journal, journal);
  const open = (report?.sessions ?? []).filter(isOfUserHere);
  const reading = new Reading(journal, onEvent);
  if (sinceMs !== undefined) {
    await readBootEvents(journal, journal, (event) => {
      reading.boots.add(event);
    });
    const fromMs = beginOf(span, reading.boots);
    await reading.readSpan({ ...span, fromMs });
    if (sinceMs < fromMs) await reading.readBefore(fromMs, open);
    if (!span.endsNow) await reading.readAfter(span.toMs);
  }
  const isEarlier = sinceMs === undefined || span.fromMs < sinceMs;
  const files = isEarlier ? await readFiles(sinceMs ?? Number.POSITIVE_INFINITY) : undefined;
  if (files !== undefined) reading.adoptFiles(files.spoken, open);
  const connections = await reading.join(open, report, nowMs);
  return { connections, sinceMs, suppressed: reading.suppressed, fileReaches: files?.reaches ?? new Map() };
}

/**
 * Where reading has to begin. Who was on before the span is told by the ends of connections within it, and by what is open now. Where
 * neither is there to tell, it is everything since the machine was started: no connection outlives that.
 */
function beginOf({ fromMs, endsNow }: Span, boots: Boots): number {
  const boot = boots.at(fromMs);
  const isUntold = !endsNow || (boot !== undefined && boots.isCrashed(boot.id));
  // The journal may have forgotten how the machine was started.
  return isUntold ? Math.min(fromMs, boot?.start.timeMs ?? 0) : fromMs;
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

  async readSpan({ fromMs, toMs, endsNow }: Span): Promise<void> {
    const untilMs = endsNow ? undefined : toMs;
    const part: JournalPart = { folder: this.#journal.folder, sinceMs: fromMs, untilMs };
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

  /** What began before the journal, in its boot as far as the journal, or the list, tells of the same connection. */
  adoptFiles(spoken: readonly Spoken[], open: readonly Session[]): void {
    const ends = new Map(this.log.begunBefore().map((each) => [`${String(each.pid)} ${each.user ?? ""}`, each]));
    const { currentBoot } = this.#journal;
    for (const each of spoken) {
      if (each.closed !== undefined || each.reused !== undefined || each.login === undefined) continue;
      const end = ends.get(`${String(each.pid)} ${each.user ?? ""}`);
      const peer = each.factors.at(-1)?.message.peer;
      const session = open.find(
        (one) => one.identity.pid === each.pid && one.peer !== undefined && peer && sameEndpoint(one.peer, peer),
      );
      const boot = end?.boot ?? (session === undefined ? undefined : currentBoot);
      if (boot === undefined) continue;
      each.boot = boot;
      each.login = loginInBoot(each.login, boot, end?.closed);
    }
    this.log.adopt(spoken);
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
      auths: new KnownAuths(),
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

/** Files tell no time since boot: it follows from that of the end, as if nobody had set the clock in between. */
function loginInBoot({ timeMs }: Moment, boot: string, end: Moment | undefined): Moment {
  const sinceBootUs = end === undefined ? 0 : end.sinceBootUs - (end.timeMs - timeMs) * 1000;
  return { boot, timeMs, sinceBootUs: Math.max(0, sinceBootUs) };
}

/** sshd gives a login two minutes: LoginGraceTime in sshd_config(5). Only its process is known to have begun then. */
const loginTakesMs = 150_000;

function pidsByBoot(processes: readonly { boot: string; pid: number }[]): Map<string, number[]> {
  const boots = new Map<string, Set<number>>();
  for (const { boot, pid } of processes) boots.set(boot, (boots.get(boot) ?? new Set()).add(pid));
  return new Map([...boots].map(([boot, pids]) => [boot, [...pids]]));
}
