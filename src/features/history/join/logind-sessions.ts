/** Sessions as logind has them. Its extra ones, of a user's own service manager, have a leader that is no connection. */
import { momentOf, type LogEvent, type Moment } from "../../../domain/log-event.ts";
import type { Pid } from "../../../domain/process.ts";
import { InBoots } from "./in-boots.ts";

export interface LogindSession {
  id: string;
  leader: Pid;
  /** Microseconds since boot. */
  startUs: number | undefined;
  end: Moment | undefined;
  /** When systemd was told to stop everything in it. */
  stop: Moment | undefined;
  /** It was stopped because it was idle. */
  wasIdle: boolean;
}

export class LogindSessions {
  readonly #byId = new InBoots<string, LogindSession>();
  readonly #byLeader = new InBoots<Pid, LogindSession[]>();

  add(event: LogEvent): void {
    if (event.kind === "session-new") this.#begin(event, event.session, event.leader);
    else if (event.kind === "session-over") this.#end(event, event.session, event.leader);
    else if (event.kind === "session-idle" || event.kind === "session-stop") {
      const session = this.#byId.get(event.boot, event.session);
      if (session === undefined) return;
      if (event.kind === "session-idle") session.wasIdle = true;
      else session.stop ??= momentOf(event);
    }
  }

  /** What was before is read later, so the end of a session may be known already. */
  #begin(moment: Moment, id: string, leader: Pid): void {
    const known = this.#byId.get(moment.boot, id);
    const session = known === undefined || known.startUs !== undefined ? this.#create(moment, id, leader) : known;
    session.startUs = moment.sinceBootUs;
  }

  #end(moment: Moment, id: string, leader: Pid): void {
    const session = this.#byId.get(moment.boot, id) ?? this.#create(moment, id, leader);
    session.end ??= momentOf(moment);
  }

  #create({ boot }: Moment, id: string, leader: Pid): LogindSession {
    const session: LogindSession = { id, leader, startUs: undefined, end: undefined, stop: undefined, wasIdle: false };
    this.#byId.set(boot, id, session);
    const others = this.#byLeader.get(boot, leader);
    if (others === undefined) this.#byLeader.set(boot, leader, [session]);
    else others.push(session);
    return session;
  }

  /** The session of a connection process that logged in at a moment or, where that is not known, logged out then. */
  of(boot: string, leader: Pid, login: Moment | undefined, end: Moment | undefined): LogindSession | undefined {
    const apartUs = (session: LogindSession) =>
      login === undefined || session.startUs === undefined
        ? apart(session.end?.sinceBootUs, end)
        : apart(session.startUs, login);
    const sessions = this.#byLeader.get(boot, leader) ?? none;
    const [nearest] = sessions
      .filter((session) => apartUs(session) < nearUs)
      .toSorted((a, b) => apartUs(a) - apartUs(b));
    return nearest;
  }

  /** Sessions of which only the end is known, by their leaders: they began before all that was read. */
  begunBefore(): { boot: string; leader: Pid }[] {
    return [...this.#byLeader.all()].flatMap(([boot, sessions]) => {
      const session = sessions.find(({ startUs }) => startUs === undefined);
      return session === undefined ? [] : { boot, leader: session.leader };
    });
  }
}

const none: readonly LogindSession[] = [];

/** logind hears of both a moment after sshd has written it down. */
const nearUs = 10_000_000;

function apart(us: number | undefined, moment: Moment | undefined): number {
  return us === undefined || moment === undefined ? Number.POSITIVE_INFINITY : Math.abs(us - moment.sinceBootUs);
}
