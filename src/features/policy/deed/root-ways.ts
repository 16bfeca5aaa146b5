/** Which sessions lead to root: the last of them is never ended, since who repairs the machine needs it. */
import { isOpenHere, sessionId, type Session } from "../../../domain/session.ts";
import { maySudoFromSandbox } from "../../../system/sudo.ts";
import { lastToRoot } from "../engine/last-root.ts";
import type { PolicyMachine } from "./machine.ts";
import { remembered } from "../../../system/remembered.ts";

/**
 * The identity of the one that has to stay.
 *
 * @param goes - the identities of all that are to go.
 */
export async function findLastToRoot(
  sessions: readonly Session[],
  goes: ReadonlySet<string>,
  machine: Pick<PolicyMachine, "programs">,
): Promise<string | undefined> {
  const open = sessions.filter(isOpenHere);
  const isGoing = ({ identity }: Session) => goes.has(sessionId(identity));
  const canSudo = remembered(async (name) => maySudoFromSandbox({ name }, machine));
  const leads = async (session: Session) =>
    isRootAlready(session) || (session.user === undefined ? undefined : canSudo(session.user));
  const staying = open.filter((session) => !isGoing(session)).toSorted(rootFirst);
  // One that stays is enough, and to ask sudo takes time.
  for (const session of staying) if ((await leads(session)) === true) return undefined;
  const toRoot = new Set<string>();
  // One of which nobody knows may be the last.
  for (const session of open.filter(isGoing))
    if ((await leads(session)) !== false) toRoot.add(sessionId(session.identity));
  return lastToRoot(open, goes, toRoot);
}

function isRootAlready({ uid, rootInside = [] }: Session): boolean {
  return uid === 0 || rootInside.length > 0;
}

function rootFirst(a: Session, b: Session): number {
  return Number(isRootAlready(b)) - Number(isRootAlready(a));
}
