import { formatEndpoint } from "../../src/domain/address.ts";
import type { Session, SessionReport } from "../../src/domain/session.ts";

/** What is known of a recorded host from elsewhere: from the clients, or from whoever wrote the recording. */
export interface ExpectedHost {
  /** The ports on which the servers listen, as far as their sockets were seen. */
  listeners: { server: string; ports: number[] }[];
  sessions: ExpectedSession[];
}

/** What identifies a session. Null is what nobody can know. */
export interface ExpectedSession {
  server: string;
  phase: string;
  user: string | null;
  kind: string | null;
  ttys: readonly string[];
  /** "192.0.2.1:50000", "[2001:db8::1]:50000" */
  peer: string | null;
  local: string | null;
}

/** A report, reduced to the same facts in the same order. */
export function reduce({ listeners, sessions }: SessionReport): ExpectedHost {
  return inOrder({
    listeners: listeners.map(({ server, addresses }) => ({
      server,
      ports: [...new Set(addresses.map(({ port }) => port))],
    })),
    sessions: sessions.map(reduceSession),
  });
}

function reduceSession({ server, phase, user, kind, ttys, peer, local }: Session): ExpectedSession {
  return {
    server,
    phase,
    user: user ?? null,
    kind: kind ?? null,
    ttys,
    peer: peer ? formatEndpoint(peer) : null,
    local: local ? formatEndpoint(local) : null,
  };
}

/** The sessions in an order that does not depend on where they were found. */
export function inOrder({ listeners, sessions }: ExpectedHost): ExpectedHost {
  const key = (session: ExpectedSession) => JSON.stringify(Object.values(session));
  return { listeners, sessions: sessions.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}
