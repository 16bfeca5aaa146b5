/** Which sessions lead to root: the last of them is never ended, since who repairs the machine needs it. */
import { isOpenHere, sessionId, type Session } from "../../../domain/session.ts";
import { maySudo } from "../../../system/sudo.ts";
import type { PolicyMachine } from "./machine.ts";

/** The identities of the open sessions that can become root. */
export async function sessionsToRoot(sessions: readonly Session[], machine: PolicyMachine): Promise<Set<string>> {
  const answers = new Map<string, Promise<boolean>>();
  const found = new Set<string>();
  for (const session of sessions.filter(isOpenHere)) {
    const { user, uid, rootInside = [] } = session;
    const asked = user === undefined ? undefined : (answers.get(user) ?? maySudo({ name: user }, machine));
    if (user !== undefined && asked !== undefined) answers.set(user, asked);
    if (uid === 0 || rootInside.length > 0 || (await asked) === true) found.add(sessionId(session.identity));
  }
  return found;
}
