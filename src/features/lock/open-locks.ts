/** The door of this room, for `doctor`: every lock that sshctl has put on, proven again. */
import type { Context } from "../../cli/context.ts";
import type { Machine } from "../../host/host.ts";
import { proveEveryone } from "./everyone/prove.ts";
import { proveAll } from "./prove.ts";

export interface OpenLock {
  /** "alice", or "everyone". */
  whom: string;
  id: string;
  /** What is wrong with it; undefined where it holds, or the account is open for a while. */
  fault: string | undefined;
}

export interface OpenLocks {
  locks: readonly OpenLock[];
  /** Names of files that hold no record of this machine. */
  damaged: readonly string[];
}

/** @throws ForeseenError where the records cannot be read. */
export async function findOpenLocks(machine: Machine, context: Context): Promise<OpenLocks> {
  const { locks, damaged } = await proveAll(machine, context);
  const everyone = await proveEveryone(machine, context);
  const own = locks.flatMap(({ user, state, record, text }): OpenLock[] =>
    record === undefined ? [] : [{ whom: user, id: record.id, fault: faultOf(state, text) }],
  );
  if (everyone === "damaged") return { locks: own, damaged: [...damaged, "everyone"] };
  if (everyone === undefined) return { locks: own, damaged };
  const { record, state, text } = everyone;
  return { locks: [...own, { whom: "everyone", id: record.id, fault: faultOf(state, text) }], damaged };
}

function faultOf(state: string, text: string): string | undefined {
  return state === "broken" || state === "interrupted" ? text : undefined;
}
