/**
 * This room turns looks at the machine and lines of the journal into events, each reported once, and passes them on. It knows
 * nothing of the screen.
 */
import { chooseSessions, type Choice } from "../../../domain/choose-sessions.ts";
import { diffSessions, hasEnded, knownOf, type Known, type Poll } from "../../../domain/diff-sessions.ts";
import { durationUntil, type SessionEvent } from "../../../domain/session-event.ts";
import type { Session, LiveReport, Warning } from "../../../domain/session.ts";
import { isNobodyHidden } from "../../../domain/warnings.ts";
import { ShortLogins, type JournalNotice, type ShortLogin } from "../../../domain/short-logins.ts";

/** Takes in what was seen and gives back what has happened. Pure but for its own memory, which does not grow. */
export class Watcher {
  readonly #choice: Choice;
  #known: Known | undefined;
  #logins: ShortLogins | undefined;
  #warned: readonly Warning[] = [];

  constructor(choice: Choice) {
    this.#choice = choice;
  }

  /** The first report becomes a snapshot, each further one what differs from the one before. */
  see(report: LiveReport): { look: Poll; events: SessionEvent[]; isNobodyThere: boolean } {
    const look = { report, chosen: chooseSessions(report, this.#choice) };
    const events = [...this.#sessionEvents(look), ...this.#warn(report.warnings, report.takenAtMs)];
    const { sessions, undecided } = look.chosen;
    const others = sessions.filter(({ self }) => self !== true);
    const isSeen = isNobodyHidden(report.warnings);
    const isNobodyThere = isSeen && others.length + undecided.length === 0 && !this.#isSomebodyComing(report);
    return { look, events, isNobodyThere };
  }

  /** Whether there are logins that may still become sessions of those that were asked for. */
  #isSomebodyComing(report: LiveReport): boolean {
    if (this.#logins?.isUndecided === true) return true;
    if (!this.#choice.phases.includes("open")) return false;
    const { sessions, undecided } = chooseSessions(report, { ...this.#choice, phases: ["opening"] });
    return sessions.length + undecided.length > 0;
  }

  notice(notice: JournalNotice): void {
    this.#logins?.notice(notice);
  }

  #sessionEvents(look: Poll): SessionEvent[] {
    const { report, chosen } = look;
    if (this.#known === undefined || this.#logins === undefined) {
      this.#known = knownOf(look);
      this.#logins = new ShortLogins(report.takenAtMs);
      return [{ kind: "snapshot", timeMs: report.takenAtMs, sessions: chosen.sessions }];
    }
    const before = this.#known;
    const { known, events } = diffSessions(before, look);
    this.#known = known;
    // A stranger that a look has shown, and of whom nothing was told, may have logged in after that look.
    const ended = [...before].flatMap(([id, { session, selected }]) => {
      const now = known.get(id)?.session;
      const isOver = now === undefined || hasEnded(session, now);
      return isOver && (session.phase === "open" || selected) ? session : [];
    });
    const short = this.#logins.settle(report, ended);
    return [...events.map((event) => this.#withExactEnd(event)), ...this.#shortEvents(short, report)];
  }

  #withExactEnd(event: SessionEvent): SessionEvent {
    if (event.kind !== "closed") return event;
    const timeMs = this.#logins?.endOf(event.session);
    return timeMs === undefined ? event : { ...event, timeMs, durationSeconds: durationUntil(timeMs, event.session) };
  }

  /** Those that were asked for, as far as the journal tells. */
  #shortEvents(short: readonly ShortLogin[], report: LiveReport): SessionEvent[] {
    const sessions = short.map(({ session }) => session);
    const chosen = new Set<Session>(chooseSessions({ ...report, sessions }, this.#choice).sessions);
    return short
      .filter(({ session }) => chosen.has(session))
      .flatMap(({ session, endedAtMs }): SessionEvent[] => [
        { kind: "opened", timeMs: session.startedAtMs ?? endedAtMs, session, origin: "journal" },
        {
          kind: "closed",
          timeMs: endedAtMs,
          session,
          durationSeconds: durationUntil(endedAtMs, session),
          origin: "journal",
        },
      ]);
  }

  /** A warning that goes on is told once. */
  #warn(warnings: readonly Warning[], timeMs: number): SessionEvent[] {
    const news = warnings.filter(({ code }) => this.#warned.every((known) => known.code !== code));
    this.#warned = warnings;
    return news.map((warning) => ({ kind: "warning", timeMs, warning }));
  }
}
