/**
 * What a user may name a single session by: `903`, `pts/2`, `10.0.2.52:43474`, `[2001:db8::1]:22`, `session:c2`, and the
 * identity that output gives it, `902:1952403`.
 */
import { canonicalAddress, formatEndpoint, sameEndpoint, type Endpoint } from "./address.ts";
import { inherited, lineage, type Pid, type ProcessTable } from "./process.ts";
import { isOnTty, sessionId, type Session } from "./session.ts";
import { parseTty, type Tty } from "./tty.ts";

export type Target =
  | { kind: "pid"; pid: Pid }
  | { kind: "tty"; tty: Tty }
  | { kind: "peer"; peer: Endpoint }
  | { kind: "logind"; session: string }
  | { kind: "identity"; id: string };

/** What targets look like, for messages. */
export const targetForms =
  "a PID, a terminal such as pts/2, ADDRESS:PORT or [IPv6]:PORT of the other side, session:ID, or an identity such as 137:710877";

/** @returns undefined when the text is none of them. */
export function parseTarget(text: string): Target | undefined {
  if (/^\d+$/.test(text)) return pidTarget(text);
  const tty = parseTty(text);
  if (tty !== undefined) return { kind: "tty", tty };
  if (/^\d{1,10}:\d{1,20}$/.test(text)) return { kind: "identity", id: text };
  // Where the kernel audits nothing, logind numbers sessions itself: c1, c2 (method_create_session in logind-dbus.c).
  const session = /^(?:session:([\w-]{1,64})|(c\d{1,10}))$/.exec(text)?.slice(1).find(Boolean);
  if (session !== undefined) return { kind: "logind", session };
  return peerTarget(text);
}

/** The kernel's largest PID is 2^22, proc(5). */
function pidTarget(text: string): Target | undefined {
  const pid = Number(text);
  return pid >= 1 && pid <= 2 ** 22 ? { kind: "pid", pid } : undefined;
}

/** An IPv6 address needs brackets: in "::1:22" the port cannot be told from the address. */
function peerTarget(text: string): Target | undefined {
  const [, bracketed, plain, port = ""] = /^(?:\[([^[\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = canonicalAddress(bracketed ?? plain ?? "");
  const number = Number(port);
  return address !== undefined && number >= 1 && number <= 65_535
    ? { kind: "peer", peer: { address, port: number } }
    : undefined;
}

export function formatTarget(target: Target): string {
  switch (target.kind) {
    case "pid":
      return String(target.pid);
    case "tty":
      return target.tty;
    case "peer":
      return formatEndpoint(target.peer);
    case "logind":
      return `session:${target.session}`;
    case "identity":
      return target.id;
  }
}

/** The terminal that a target names. */
export function ttyIn(target: Target): Tty | undefined {
  return target.kind === "tty" ? target.tty : undefined;
}

/**
 * The sessions that a target means: exactly one, if all is well. A PID deep inside a session means that session, and so does a
 * terminal that something in it has opened: sudo, script, a terminal multiplexer's client.
 */
export function findTarget(target: Target, sessions: readonly Session[], processes: ProcessTable): Session[] {
  switch (target.kind) {
    case "pid":
      return sessionsOfPid(target.pid, sessions, processes);
    case "tty":
      return sessions.filter((session) => !session.container && isOnTty(session, target.tty));
    case "peer":
      return sessions.filter(({ peer }) => peer !== undefined && sameEndpoint(peer, target.peer));
    case "logind":
      return sessions.filter(({ logindSession, container }) => !container && logindSession === target.session);
    case "identity":
      return sessions.filter(({ identity }) => sessionId(identity) === target.id);
  }
}

/**
 * Around which of a session's own terminals another one was opened that lies inside it: sudo, script, a multiplexer's client.
 *
 * @returns undefined where the server has allocated it, and where it was opened by what runs without one.
 */
export function outerTty(
  tty: Tty,
  { pid, ttys }: Pick<Session, "pid" | "ttys">,
  processes: ProcessTable,
): Tty | undefined {
  if (ttys.includes(tty)) return undefined;
  const outerOf = inherited(processes, (process) =>
    process.tty !== undefined && ttys.includes(process.tty) ? process : undefined,
  );
  const isInside = inherited(processes, (process) => (process.pid === pid ? true : undefined));
  for (const process of processes.values()) {
    if (process.tty !== tty || isInside(process.pid) !== true) continue;
    const outer = outerOf(process.pid);
    if (outer !== undefined && isInside(outer.pid) === true) return outer.tty;
  }
  return undefined;
}

function sessionsOfPid(pid: Pid, sessions: readonly Session[], processes: ProcessTable): Session[] {
  const left = sessions.filter(({ leftPids }) => leftPids?.includes(pid) === true);
  if (left.length > 0) return left;
  for (const ancestor of lineage(processes, pid)) {
    const found = sessions.filter((session) => session.pid === ancestor.pid || session.identity.pid === ancestor.pid);
    if (found.length > 0) return found;
  }
  return [];
}
