import { firstFew } from "./first-few.ts";
import type { ServerRoles } from "./find-connections.ts";
import { otherLogins } from "./other-logins.ts";
import { unexplainedCode, warnOfUnexplained } from "./unexplained-connections.ts";
import { plural } from "../text/words.ts";
import { isOpenHere, type Session, type Warning } from "./session.ts";
import type { Blindness, Snapshot } from "./snapshot.ts";

/** What could not be seen or decided, so that nobody takes the list for more than it is. */
export function warningsOf(snapshot: Snapshot, roles: ServerRoles, sessions: readonly Session[]): Warning[] {
  return [
    ...(snapshot.blindness === undefined ? withoutRoot(roles, sessions) : blind(snapshot.blindness, roles)),
    ...cutTables(snapshot),
    ...warnOfUnexplained(snapshot),
    ...undecidedOwn(snapshot, sessions),
    ...untrusted(roles, snapshot),
    ...otherLogins(snapshot.processes),
    ...unknownTimes(snapshot, sessions),
  ];
}

/** That what was not found may be there all the same. */
export const blindCodes: ReadonlySet<string> = new Set(["no-ptrace", "user-namespace", "pid-namespace", "sockets-cut"]);

/** The first reason, in words, why nothing can be concluded from what is not seen. */
export function whyBlind(warnings: readonly Warning[]): string | undefined {
  return warnings.find(({ code }) => blindCodes.has(code))?.message;
}

/** Whether what was not found is certainly not there. */
export function isNobodyHidden(warnings: readonly Warning[]): boolean {
  return whyBlind(warnings) === undefined && warnings.every(({ code }) => code !== unexplainedCode);
}

function blind(blindness: Blindness, { connections, listeners }: ServerRoles): Warning[] {
  // Who sees a server looks from inside of the machine that it belongs to.
  const isInside = blindness === "pid-namespace" && connections.length + listeners.length > 0;
  return isInside ? [] : [{ code: blindness, message: blindReasons[blindness] }];
}

const byNamesOnly = "servers are recognised by name only, addresses are unknown, and sessions may be missing";

export const blindReasons: Readonly<Record<Blindness, string>> = {
  "no-ptrace": `root is not allowed to inspect processes here (no CAP_SYS_PTRACE): ${byNamesOnly}`,
  "user-namespace": `this user namespace has no power over the machine: users are known by process titles only, ${byNamesOnly}`,
  "pid-namespace": "only the processes of this PID namespace are visible, and no SSH server is among them",
};

function cutTables({ areSocketsCut }: Snapshot): Warning[] {
  if (areSocketsCut !== true) return [];
  const message = "there are more sockets than sshctl reads: addresses of sessions and forwards may be missing";
  return [{ code: "sockets-cut", message }];
}

function withoutRoot({ connections }: ServerRoles, sessions: readonly Session[]): Warning[] {
  if (connections.every(({ process }) => process.sockets !== undefined)) return [];
  const count = countUnseenPeers(sessions);
  const unseen = count === 0 ? "" : `the addresses of ${plural(count, "session")} cannot be seen, and `;
  const message = `without root, ${unseen}servers are recognised by name only; run sshctl as root`;
  return [{ code: needsRootCode, message }];
}

export function countUnseenPeers(sessions: readonly Session[]): number {
  return sessions.filter((session) => session.peer === undefined && isOpenHere(session)).length;
}

/** That nobody but root sees everything. */
export const needsRootCode = "needs-root";

/** Sessions that may be among the chosen ones: what was asked for is not known of them. */
export function leftOut(undecided: readonly Session[], warnings: readonly Warning[]): Warning[] {
  if (undecided.length === 0) return [];
  const pids = firstFew(undecided.map(({ pid }) => String(pid)));
  const remedy = warnings.some(({ code }) => code === needsRootCode) ? "; run it as root, with sudo" : "";
  const message = `${plural(undecided.length, "session")} left out: the selection cannot be decided for PID ${pids}${remedy}`;
  return [{ code: "undecided-sessions", message }];
}

export const journalUnreadableCode = "journal-unreadable";
export const authUnverifiedCode = "auth-unverified";
export const commentsNotRecordedCode = "key-comments-not-recorded";
/** About how users logged in: of no weight where nobody asks for that. */
export const loginCodes: ReadonlySet<string> = new Set([
  journalUnreadableCode,
  authUnverifiedCode,
  commentsNotRecordedCode,
]);

function undecidedOwn({ own }: Snapshot, sessions: readonly Session[]): Warning[] {
  if (own.doubt === undefined || sessions.length === 0) return [];
  const which = sessions.some(({ self }) => self === true) ? "which other sessions are" : "which session is";
  return [{ code: "own-session-undecided", message: `sshctl cannot tell ${which} your own: ${own.doubt}` }];
}

/** Whom the kernel does not tell apart may be root. */
function untrusted({ untrusted: all }: ServerRoles, { unmappedUid }: Snapshot): Warning[] {
  const servers = all.filter(({ uid }) => uid !== unmappedUid);
  if (servers.length === 0) return [];
  const named = servers.map(({ pid, uid }) => `PID ${String(pid)} of uid ${String(uid)}`);
  return [
    {
      code: "untrusted-server",
      message:
        `not shown: ${plural(servers.length, "process")} of ordinary users posing as SSH servers: ` + firstFew(named),
    },
  ];
}

function unknownTimes({ bootedAtMs }: Snapshot, sessions: readonly Session[]): Warning[] {
  if (bootedAtMs !== undefined || sessions.length === 0) return [];
  return [
    {
      code: "login-times-unknown",
      message: "login times are unknown: /proc/uptime does not say when the machine was started",
    },
  ];
}
