import { formatEndpoint } from "../../../domain/address.ts";
import type { SessionEvent } from "../../../domain/session-event.ts";
import { sessionId, type Session } from "../../../domain/session.ts";
import { isoTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";

/** Longer ones would use up the room that a program has for its environment: execve(2). */
const longest = 4096;

/** The main facts of an event for a program that does not read JSON. Harmless to print; unknown facts are left out. */
export function hookVariables(event: SessionEvent, host: string, fullCommand: boolean): Record<string, string> {
  const facts = {
    EVENT: event.kind,
    HOST: host,
    TIME: isoTime(event.timeMs),
    ...("session" in event ? factsOf(event.session, fullCommand) : {}),
    DURATION_SECONDS: event.kind === "closed" ? event.durationSeconds : undefined,
    SESSIONS: event.kind === "snapshot" ? event.sessions.length : undefined,
    WARNING: event.kind === "warning" ? event.warning.message : undefined,
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[`SSHCTL_${name}`, visible(String(value)).slice(0, longest)]],
    ),
  );
}

function factsOf(session: Session, fullCommand: boolean): Record<string, string | number | undefined> {
  const { identity, pid, user, uid, kind, phase, ttys, peer, auth, startedAtMs } = session;
  return {
    ID: sessionId(identity),
    PID: pid,
    USER: user,
    UID: uid,
    KIND: kind,
    PHASE: phase,
    TTY: ttys.join(","),
    FROM: peer && formatEndpoint(peer),
    FROM_ADDRESS: peer?.address,
    LOGIN: startedAtMs === undefined ? undefined : isoTime(startedAtMs),
    AUTH: auth?.method,
    KEY: auth?.key?.fingerprint,
    COMMAND: fullCommand ? session.commandLine : session.command,
  };
}
