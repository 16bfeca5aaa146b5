import { formatEndpoint } from "../../../domain/address.ts";
import type { Session } from "../../../domain/session.ts";

/** "PID 903, alice on pts/2 from 10.0.2.52:43474": a session in a sentence. */
export function describeSession({ pid, user, uid, ttys, peer }: Session): string {
  const who = user ?? (uid === undefined ? "somebody" : `uid ${String(uid)}`);
  const where = ttys.length > 0 ? ` on ${ttys.join(",")}` : "";
  return `PID ${String(pid)}, ${who}${where}${peer === undefined ? "" : ` from ${formatEndpoint(peer)}`}`;
}
