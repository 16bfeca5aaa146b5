import { channelAbove, companionsOf, matter, namedChannel, type Companions } from "../../../domain/companions.ts";
import type { Channel } from "../../../domain/describe-channels.ts";
import type { Forward } from "../../../domain/forwards.ts";
import type { Pid } from "../../../domain/process.ts";
import { isOnTty, type Session, type SessionReport } from "../../../domain/session.ts";
import type { Target } from "../../../domain/target.ts";
import type { Tty } from "../../../domain/tty.ts";

/** A name by which more ends than it seems to say: somebody who gives it is asked, in case it was a slip. */
export type Slip = { session: Session; companions: Companions } & (
  | { kind: "inner-terminal"; tty: Tty }
  | { kind: "inner-process"; pid: Pid; comm: string | undefined }
  /** One of several that share a connection. */
  | { kind: "shared"; channel: Channel }
  /** These of what the connection carries. */
  | { kind: "forwards"; named: readonly Forward[] }
);

/** What a selection names that may be a part of a connection only. */
export interface Parts {
  ttys: readonly Tty[];
  isForward: (forward: Forward) => boolean;
}

/** A session, and the name by which it was meant. */
export interface NamedSession {
  target: Target;
  session: Session;
}

/** Names together may mean all of what each means a part of. */
export function slipsOfNames(all: readonly NamedSession[], report: SessionReport): Slip[] {
  const channels = new Set(all.flatMap(({ target, session }) => namedChannel(target, session)?.pid ?? []));
  return all.flatMap(({ target, session }) => slipOf(target, session, report, channels) ?? []);
}

/** The same for a selection: where more ends than the terminals and forwards that it names. */
export function slipsOfParts({ ttys, isForward }: Parts, sessions: readonly Session[], report: SessionReport): Slip[] {
  return sessions.flatMap((session) => {
    const targets = ttys.filter((tty) => isOnTty(session, tty)).map((tty): Target => ({ kind: "tty", tty }));
    const channels = new Set(targets.flatMap((target) => namedChannel(target, session)?.pid ?? []));
    return [
      ...targets.flatMap((target) => slipOf(target, session, report, channels) ?? []),
      ...slipOfForwards(isForward, session),
    ];
  });
}

function slipOfForwards(isForward: Parts["isForward"], session: Session): Slip[] {
  const { channels, forwards } = companionsOf(session);
  const named = forwards.filter(isForward);
  const companions = { channels, forwards: forwards.filter((forward) => !named.includes(forward)) };
  return named.length > 0 && matter(companions) ? [{ kind: "forwards", session, named, companions }] : [];
}

/**
 * @param named - channels that are meant anyway, by their PIDs.
 * @returns undefined where the name stands for the whole session.
 */
export function slipOf(
  target: Target,
  session: Session,
  { processes }: SessionReport,
  named: ReadonlySet<Pid>,
): Slip | undefined {
  const channel = namedChannel(target, session);
  if (channel !== undefined) {
    const { channels, forwards } = companionsOf(session, channel);
    const companions = { channels: channels.filter(({ pid }) => !named.has(pid)), forwards };
    return matter(companions) ? { kind: "shared", session, channel, companions } : undefined;
  }
  if (target.kind === "tty" && !session.ttys.includes(target.tty))
    return { kind: "inner-terminal", session, tty: target.tty, companions: companionsOf(session) };
  if (target.kind !== "pid" || target.pid === session.pid || target.pid === session.identity.pid) return undefined;
  const process = processes.get(target.pid);
  if (process?.ppid === session.pid) return undefined;
  const companions = companionsOf(session, channelAbove(target.pid, session, processes));
  return { kind: "inner-process", session, pid: target.pid, comm: process?.comm, companions };
}
