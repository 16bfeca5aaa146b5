/**
 * Logins that came and went between two looks, told by the journal. Looks are the truth about what lives; the journal only adds
 * what no look can show, once it is certain that none ever will. So nothing is told twice, whichever origin is the faster.
 */
import { sameEndpoint } from "./address.ts";
import { unused } from "./assemble-sessions.ts";
import { groupBy } from "./group-by.ts";
import type { AuthRecord } from "./match-auth.ts";
import type { Pid } from "./process.ts";
import type { Session, LiveReport } from "./session.ts";
import type { ServerKind } from "./ssh-server.ts";

/** A line of the journal, proven to be an SSH server's own. */
export type JournalNotice =
  | { kind: "login"; login: JournalLogin }
  /** The connection process has closed a login: of PAM or, for dropbear, its own word. */
  | { kind: "logout"; pid: Pid; timeMs: number };

export interface JournalLogin {
  record: AuthRecord;
  server: ServerKind;
  /** Clock ticks between boot and the login. */
  ticks: number;
}

export interface ShortLogin {
  session: Session;
  endedAtMs: number;
}

interface Pending extends JournalLogin {
  /** The start of the process of that PID, once a look has shown one. */
  startTicks: number | undefined;
}

/** Against a journal that tells of logins whose ends nobody can see. */
const mostRemembered = 10_000;

/** journalctl may be slow: what has ended is remembered, in case its line is still to come. */
const rememberedMs = 60_000;

export class ShortLogins {
  readonly #sinceMs: number;
  #pending: readonly Pending[] = [];
  #ended: readonly Ended[] = [];
  readonly #logouts = new Map<Pid, number>();

  /** @param sinceMs - of the first look: what was before it is no news. */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  /** Whether there are logins of which it is not yet decided whether they live. */
  get isUndecided(): boolean {
    return this.#pending.length > 0;
  }

  notice(notice: JournalNotice): void {
    if (notice.kind === "logout") this.#logouts.set(notice.pid, notice.timeMs);
    else if (notice.login.record.timeMs >= this.#sinceMs)
      this.#pending = [...this.#pending, { ...notice.login, startTicks: undefined }].slice(-mostRemembered);
  }

  /** When a connection has ended, if the journal told: more exact than the look that misses it. */
  endOf({ identity, startedAtMs = 0 }: Session): number | undefined {
    const timeMs = this.#logouts.get(identity.pid);
    return timeMs !== undefined && timeMs >= startedAtMs ? timeMs : undefined;
  }

  /**
   * @param ended - sessions that were told of, or seen to be open, and are not there any more.
   * @returns logins that have ended without ever having been seen.
   */
  settle(report: LiveReport, ended: readonly Session[]): ShortLogin[] {
    const { takenAtMs } = report;
    this.#ended = [...this.#ended, ...ended.map((session) => ({ session, missedAtMs: takenAtMs }))]
      .filter(({ missedAtMs }) => takenAtMs - missedAtMs < rememberedMs)
      .slice(-mostRemembered);
    const open = report.sessions.filter(({ phase }) => phase === "open");
    const shown = groupBy([...open, ...this.#ended.map(({ session }) => session)], ({ identity }) => identity.pid);
    const unseen = this.#pending.filter(({ record }) => !shown.get(record.pid)?.some((one) => isOf(one, record)));
    const over = unseen.filter((login) => isOver(login, report));
    this.#pending = unseen.filter((login) => !over.includes(login)).map((login) => withStart(login, report));
    const short = over.map((login) => this.#shortLogin(login, takenAtMs));
    for (const [pid, timeMs] of this.#logouts) if (takenAtMs - timeMs > logoutMs) this.#logouts.delete(pid);
    return short;
  }

  #shortLogin(login: Pending, missedAtMs: number): ShortLogin {
    const session = sessionOf(login);
    return { session, endedAtMs: this.endOf(session) ?? missedAtMs };
  }
}

interface Ended {
  session: Session;
  missedAtMs: number;
}

/** A process may take that long to end after it has closed its login. */
const logoutMs = 30_000;

function isOf({ peer, acceptedAtMs = 0 }: Session, { message, timeMs }: AuthRecord): boolean {
  // The time of boot is known in whole seconds, so that of a start may be later than it was.
  if (timeMs < acceptedAtMs - 2000) return false;
  return peer === undefined || message.peer === undefined || sameEndpoint(peer, message.peer);
}

/** A login that this look began after, and whose process it does not show. */
function isOver({ record, startTicks }: Pending, { takenAtMs, processes }: LiveReport): boolean {
  if (record.timeMs >= takenAtMs) return false;
  const process = processes.get(record.pid);
  return process === undefined || (startTicks !== undefined && process.startTicks !== startTicks);
}

function withStart(login: Pending, { takenAtMs, processes }: LiveReport): Pending {
  const startTicks = login.record.timeMs >= takenAtMs ? undefined : processes.get(login.record.pid)?.startTicks;
  return { ...login, startTicks };
}

/** What the journal tells about a session. Its identity has the time of the login: that of the start nobody knows any more. */
function sessionOf({ record: { message, pid, timeMs, source, verified }, server, ticks }: Pending): Session {
  const { user, peer, method, key } = message;
  return {
    identity: { pid, startTicks: ticks },
    pid,
    monitorPid: undefined,
    server,
    phase: "open",
    ...unused,
    user,
    peer,
    local: undefined,
    acceptedAtMs: undefined,
    startedAtMs: timeMs,
    logindSession: undefined,
    auth: { method, key: key && { ...key, comment: undefined }, source, verified },
    forwards: undefined,
    rootInside: undefined,
    container: false,
    self: false,
    selfProof: undefined,
  };
}
