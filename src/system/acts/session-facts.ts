import { formatEndpoint } from "../../domain/address.ts";
import { sessionId, type Session } from "../../domain/session.ts";
import type { ActFacts } from "./act-record.ts";

/** Which session it was: what every record of an act upon one tells. A key is told where the log proves it. */
export function sessionFacts({ identity, pid, logindSession, user, uid, peer, auth }: Session): ActFacts {
  return {
    session: sessionId(identity),
    pid: String(pid),
    logind_session: logindSession,
    user,
    uid: uid === undefined ? undefined : String(uid),
    peer: peer && formatEndpoint(peer),
    key: auth?.verified === true ? auth.key?.fingerprint : undefined,
  };
}
