/** Facts of a terminal belong to that terminal: a connection may have several, each with a user's program of its own. */
import type { Program } from "./describe-channels.ts";
import { isOnTty, type Session } from "./session.ts";
import type { TerminalActivity, Tty } from "./tty.ts";

export interface TerminalUse {
  tty: Tty;
  /** In the foreground there; undefined where nothing runs any more, and where that is not certain. */
  program: Program | undefined;
  /** Undefined where it is not known, as inside of a session. */
  busy: boolean | undefined;
  activity: TerminalActivity | undefined;
}

/** @returns undefined for a terminal that is not one of the session's. */
export function terminalUse(session: Session, tty: Tty): TerminalUse | undefined {
  if (!isOnTty(session, tty)) return undefined;
  const channel = session.channels.find((each) => each.tty === tty);
  const inner = session.innerTerminals?.find((each) => each.tty === tty);
  const { program, activity } = channel ?? inner ?? { program: undefined, activity: undefined };
  return { tty, program, busy: channel?.busy, activity };
}

/** The session as it is on these of its terminals alone: for rows and lines about them. */
export function onTerminals(session: Session, ttys: readonly Tty[]): Session {
  const uses = ttys.flatMap((tty) => terminalUse(session, tty) ?? []);
  if (uses.length === 0 || (uses.length === 1 && session.ttys.length + (session.innerTerminals ?? []).length === 1))
    return session;
  const front = uses.find(({ busy }) => busy === true) ?? uses[0];
  const seen = uses.flatMap(({ activity }) => activity ?? []);
  return {
    ...session,
    ttys: uses.map(({ tty }) => tty),
    command: front?.program?.name,
    commandLine: front?.program?.line,
    commandStartedAtMs: front?.program?.startedAtMs,
    busy: front?.busy,
    lastInputMs: latestOf(seen.map(({ lastInputMs }) => lastInputMs)),
    lastOutputMs: latestOf(seen.map(({ lastOutputMs }) => lastOutputMs)),
  };
}

function latestOf(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.max(...times);
}
