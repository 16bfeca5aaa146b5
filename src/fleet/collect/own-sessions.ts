/** Which sessions on other hosts are the caller's own: the connection that has just looked, and those from this workstation. */
import { formatEndpoint } from "../../domain/address.ts";
import { sessionId, type Session, type SessionReport } from "../../domain/session.ts";
import type { TcpSocket } from "../../domain/snapshot.ts";

/** Whether a session is the caller's own, and by what that is known. */
export type OwnMark = Pick<Session, "self" | "selfProof">;

/** This workstation's ends of connections. */
export interface OwnEnds {
  /** "192.0.2.7:43474": of the caller's own connections that are established. */
  ends: ReadonlySet<string>;
  /** All addresses of the workstation. */
  addresses: ReadonlySet<string>;
}

/** @param uids - the caller's: that of the process, and of whoever used sudo to start it. */
export function ownEndsOf(
  sockets: readonly TcpSocket[],
  addresses: ReadonlySet<string>,
  uids: ReadonlySet<number>,
): OwnEnds {
  const own = sockets.filter(({ established, uid }) => established === true && uids.has(uid));
  return { ends: new Set(own.map(({ local }) => formatEndpoint(local))), addresses };
}

/** What was seen at one moment and at another. */
export function bothEnds(one: OwnEnds, other: OwnEnds): OwnEnds {
  return {
    ends: new Set([...one.ends, ...other.ends]),
    addresses: new Set([...one.addresses, ...other.addresses]),
  };
}

/**
 * Leaves out the connection that has looked, and marks the caller's others. A recording marks what the collector itself hangs on, so
 * that is the one that has looked. Where it comes from an address of this workstation, nothing translates addresses in between, and
 * both ends of every connection are known by the same names. Otherwise sessions of that account from that address are perhaps own.
 */
export function withOwnSessions(report: SessionReport, own: OwnEnds): SessionReport {
  // Where this machine asks itself, the session that it is asked from is marked, too.
  const looked = report.sessions.find(isOnlyForLook) ?? report.sessions.find(({ self }) => self === true);
  const shown = report.sessions.filter((session) => !isOnlyForLook(session));
  const sessions = shown.map((session) => (session.self === true ? session : mark(session, looked, own)));
  return { ...report, sessions };
}

/** Of a connection that others share (ControlMaster), the rest is the caller's own work. */
function isOnlyForLook({ self, kind, ttys }: Session): boolean {
  return self === true && kind === "command" && ttys.length === 0;
}

/**
 * The machine that asks may be one of those that are asked, and it alone decides which of its sessions are own: root holds both ends of
 * connections within it, whoever's they are.
 *
 * @param marks - what it says of each session, by id; one that it does not know is nobody's own.
 */
export function withLocalSessions(report: SessionReport, marks: ReadonlyMap<string, OwnMark>): SessionReport {
  const sessions = report.sessions.map((session) => ({
    ...session,
    ...(marks.get(sessionId(session.identity)) ?? { self: false, selfProof: undefined }),
  }));
  return { ...report, sessions };
}

function mark(session: Session, looked: Session | undefined, { ends, addresses }: OwnEnds): Session {
  const { peer } = session;
  if (peer !== undefined && looked?.peer !== undefined && addresses.has(looked.peer.address)) {
    return ends.has(formatEndpoint(peer))
      ? { ...session, self: true, selfProof: "it comes from a connection that you have open" }
      : { ...session, self: false };
  }
  const isAlike = looked === undefined || looked.uid === undefined || looked.uid === session.uid;
  const isFromThere = peer === undefined || looked?.peer === undefined || peer.address === looked.peer.address;
  return isAlike && isFromThere
    ? { ...session, self: undefined, selfProof: "your own connections come from the same address" }
    : { ...session, self: false };
}
