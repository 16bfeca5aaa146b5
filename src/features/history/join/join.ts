/**
 * This room turns events of logs, in their order, into connections. Everything in it is pure. connection-log.ts collects what SSH servers
 * say, logind-sessions.ts and boots.ts what logind and systemd say; this file joins them and decides how each connection ended.
 */
import type { AuthRecord } from "../../../domain/match-auth.ts";
import type { KillRecord, Moment } from "../../../domain/log-event.ts";
import type { Session } from "../../../domain/session.ts";
import type { Boots } from "./boots.ts";
import type { Connection, Ending, Killer } from "./connection.ts";
import type { Spoken } from "./connection-log.ts";
import type { KnownAuths } from "./known-texts.ts";
import type { LogindSession, LogindSessions } from "./logind-sessions.ts";

/** What is known beside the words of one connection. */
export interface Around {
  logind: LogindSessions;
  boots: Boots;
  auths: KnownAuths;
  /** The last line of a boot that has ended without telling so, in milliseconds since the epoch. */
  lastOf: (boot: string) => number | undefined;
  /** When it was seen which connections are open, all of them; undefined where it was not. */
  seenMs: number | undefined;
}

/** A connection that is not open any more, or of which that is not known. */
export function joinSpoken(spoken: Spoken, around: Around): Connection {
  const { boot, pid, server, uid, factors, login } = spoken;
  const logind = around.logind.of(boot, pid, login, spoken.closed);
  const end = endOf(spoken, logind);
  const how = howEnded(spoken, logind, end, around);
  return {
    pid,
    boot: spoken.file === undefined ? boot : undefined,
    server,
    uid,
    auth: around.auths.of(factors),
    identity: undefined,
    user: spoken.user,
    peer: factors.at(-1)?.message.peer,
    local: undefined,
    ttys: undefined,
    logindSession: logind?.id,
    loginMs: login?.timeMs,
    endMs: end?.timeMs,
    endedByMs: end === undefined ? latestEndOf(spoken, around) : undefined,
    durationMs: login === undefined || end === undefined ? undefined : durationOf(login, end),
    ending: how.ending,
    killedBy: how.killedBy,
    isEndingVerified: how.isEndingVerified && spoken.file === undefined,
    signal: spoken.reaped?.signal,
    sources: sourcesOf(spoken, logind, how),
  };
}

/**
 * A session of a list is open, whatever logs say.
 *
 * @param said - what they say of its connection.
 */
export function joinOpen(session: Session, said: Connection | undefined, nowMs: number): Connection {
  const { identity, server, user, uid, peer, local, ttys, logindSession, startedAtMs } = session;
  const loginMs = said?.loginMs ?? startedAtMs;
  return {
    pid: identity.pid,
    identity,
    server,
    user,
    uid,
    peer,
    local,
    ttys,
    loginMs,
    boot: said?.boot,
    auth: said?.auth ?? session.auth,
    logindSession: logindSession ?? said?.logindSession,
    endMs: undefined,
    endedByMs: undefined,
    durationMs: loginMs === undefined ? undefined : Math.max(0, nowMs - loginMs),
    ending: "open",
    isEndingVerified: true,
    signal: undefined,
    killedBy: undefined,
    sources: [...(said?.sources ?? []), "processes"],
  };
}

/** The first that anybody but the user may tell of; what the user may have written only where there is nothing else. */
function endOf(spoken: Spoken, logind: LogindSession | undefined): Moment | undefined {
  const { closed, reaped, killed, parted } = spoken;
  const within = (moment: Moment | undefined) => (moment && isWithin(moment, spoken) ? moment : undefined);
  const [ours, theirs] = [within(closed), within(logind?.end)];
  if (ours !== undefined && theirs !== undefined) return theirs.sinceBootUs < ours.sinceBootUs ? theirs : ours;
  return ours ?? theirs ?? within(reaped) ?? within(killed) ?? within(logind?.stop) ?? within(parted);
}

/** After its login, and before another connection has its process ID. */
function isWithin({ sinceBootUs }: Moment, { login, reused }: Spoken): boolean {
  return sinceBootUs >= (login?.sinceBootUs ?? 0) && sinceBootUs <= (reused?.sinceBootUs ?? Number.POSITIVE_INFINITY);
}

type How = Pick<Connection, "ending" | "isEndingVerified" | "killedBy">;

function howEnded(
  { boot, killed, reaped, parted, file }: Spoken,
  logind: LogindSession | undefined,
  end: Moment | undefined,
  { boots }: Around,
): How {
  if (killed !== undefined) return proven("killed", killerOf(killed));
  if (end === undefined) return proven(file === undefined ? endingOfBoot(boot, boots) : "unknown");
  if (parted?.parting !== "client" && isInShutdown(end, boots)) return proven("shutdown");
  if (logind?.wasIdle === true) return proven("timeout", bySystemd);
  if (logind?.stop !== undefined) return proven("killed", bySystemd);
  if (reaped !== undefined) return proven("killed");
  if (parted === undefined) return proven("unknown");
  return { ending: parted.parting, isEndingVerified: parted.isVerified, killedBy: undefined };
}

function proven(ending: Ending, killedBy?: How["killedBy"]): How {
  return { ending, isEndingVerified: true, killedBy };
}

const bySystemd: Killer = { caller: "systemd", signal: undefined, reason: undefined, act: undefined };

function killerOf({ caller, signal, reason, act }: KillRecord): Killer {
  return { caller, signal, reason, act };
}

/** What becomes of a connection of which nothing tells an end. */
function endingOfBoot(boot: string, boots: Boots): Ending {
  if (boots.isOver(boot) !== true) return "unknown";
  return boots.isCrashed(boot) ? "lost" : "shutdown";
}

/** Sessions are told to stop at the same moment as the target that they belong to. */
const beforeShutdownUs = 2_000_000;

function isInShutdown({ boot, sinceBootUs }: Moment, boots: Boots): boolean {
  const shutdown = boots.get(boot)?.shutdown;
  return shutdown !== undefined && sinceBootUs >= shutdown.sinceBootUs - beforeShutdownUs;
}

function latestEndOf({ boot, reused, file }: Spoken, { boots, lastOf, seenMs }: Around): number | undefined {
  if (reused !== undefined) return reused.timeMs;
  return file === undefined && boots.isOver(boot) === true ? (boots.get(boot)?.stop?.timeMs ?? lastOf(boot)) : seenMs;
}

/** By the clock that nobody sets, where both are of one boot. */
function durationOf(login: Moment, end: Moment): number {
  return Math.max(0, Math.round((end.sinceBootUs - login.sinceBootUs) / 1000));
}

function sourcesOf(
  { killed, factors, file }: Spoken,
  logind: LogindSession | undefined,
  { killedBy }: How,
): readonly string[] {
  if (file === undefined && killed === undefined && killedBy === undefined && factors.every(isOfJournal))
    return logind === undefined ? onlySshd : sshdAndLogind;
  const files = factors.flatMap((factor) => (isOfJournal(factor) ? [] : factor.source));
  return [
    ...new Set([
      ...files,
      ...(file === undefined ? onlySshd : [file]),
      ...(logind === undefined ? [] : ["logind"]),
      ...(killedBy === bySystemd ? ["systemd"] : []),
      ...(killed === undefined ? [] : ["sshctl"]),
    ]),
  ];
}

/** Of nearly all connections, however many there are. */
const onlySshd: readonly string[] = ["sshd"];
const sshdAndLogind: readonly string[] = ["sshd", "logind"];

function isOfJournal({ source }: AuthRecord): boolean {
  return source === "journal";
}
