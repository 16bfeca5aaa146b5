/** Names that nobody has: an empty answer would be believed, and who is to be spared would not be. */
import { didYouMean, meantPerhaps } from "../../cli/suggest.ts";
import { isId } from "../../domain/accounts.ts";
import { isFingerprint, keyMatches } from "../../domain/auth.ts";
import { portsOf } from "../../domain/forwards.ts";
import { isOnTty, isOpenHere, type Session, type Warning } from "../../domain/session.ts";
import { NothingFoundError, UsageError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { localSource, type Source } from "../../domain/report-request.ts";
import type { GivenOptions } from "../../cli/command.ts";
import type { Tty } from "../../domain/tty.ts";
import { sentence } from "../../text/sentence.ts";
import { plural } from "../../text/words.ts";
import type { Reports } from "../../report/reports.ts";
import { parseForwardPorts, parseKeys, parsePeers, parsePorts, parseTtys, parseUsers } from "./selection-options.ts";

/** Which of the names that sessions were chosen by belong to no account, to nobody's key, and to no forward that can be seen. */
export async function unknownNames(
  given: GivenOptions,
  { root }: Source,
  sessions: readonly Session[],
  reports: UserNames,
): Promise<Warning[]> {
  const notes = [
    // A recorded host has accounts of its own.
    ...(root === undefined ? await unknownUsers(given, sessions, reports) : []),
    ...parseKeys(given)
      .filter((name) => !isHeld(name, sessions))
      .map((name) => `no session is known to use the key ${name}; "sshctl keys show" shows whether it exists`),
    ...parseForwardPorts(given)
      .filter((port) => !sessions.some(({ forwards = [] }) => forwards.flatMap(portsOf).includes(port)))
      .map((port) => describePort(port, sessions)),
    ...unknownEnds(given, sessions),
  ];
  return notes.map((message) => ({ code: "unknown-name", message }));
}

/** Addresses and ports that no connection has; nothing where those of some cannot be seen. */
function unknownEnds(given: GivenOptions, sessions: readonly Session[]): string[] {
  const ends = sessions.flatMap(({ peer, local }) =>
    peer === undefined || local === undefined ? [] : { peer, local },
  );
  if (ends.length < sessions.length) return [];
  return [
    ...parsePeers(given)
      // A network is a question, and an address means somebody.
      .filter(({ text, network }) => !text.includes("/") && !ends.some(({ peer }) => network.includes(peer.address)))
      .map(({ text }) => `no session comes from ${text}`),
    ...parsePorts(given, "peer-port")
      .filter((port) => !ends.some(({ peer }) => peer.port === port))
      .map((port) => `no session comes from the remote port ${String(port)}`),
    ...parsePorts(given, "local-port")
      .filter((port) => !ends.some(({ local }) => local.port === port))
      .map((port) => `no session was accepted on port ${String(port)}`),
  ];
}

/** To ask who is meant by a name, and who may be. */
type UserNames = Pick<Reports, "findUser" | "accountNames">;

function isHeld(key: string, sessions: readonly Session[]): boolean {
  return sessions.some(({ auth }) => auth !== undefined && keyMatches(auth, key));
}

/** Channels of ssh -L and -D are opened here for each connection alone: nothing listens for them on this side. */
function describePort(port: number, sessions: readonly Session[]): string {
  const unseen = sessions.filter((session) => isOpenHere(session) && session.forwards === undefined).length;
  if (unseen > 0)
    return `whether a session holds port ${String(port)} is not known: the forwards of ${plural(unseen, "session")} cannot be seen`;
  const listener = `"ss -ltnp 'sport = :${String(port)}'" shows what else listens there`;
  return `no forward of a session is seen on port ${String(port)}, and one of ssh -L or -D is seen only while a connection runs through it; ${listener}`;
}

function unusedTtys(given: GivenOptions, sessions: readonly Session[]): Tty[] {
  return parseTtys(given).filter((tty) => !sessions.some((session) => isOnTty(session, tty)));
}

/**
 * Who waits until nobody is left would take a name that is nobody's for an answer, and go on.
 *
 * @throws UsageError where a user that is given has neither an account nor a session, or no session has the terminal.
 */
export async function rejectUnknownAwaited(
  given: GivenOptions,
  sessions: readonly Session[],
  reports: UserNames,
): Promise<void> {
  const [user] = await unknownUsers(given, sessions, reports);
  if (user !== undefined)
    throw new UsageError(
      sentence(`Nobody is meant: ${user}`),
      'Nothing was waited for; "getent passwd" lists the users.',
    );
  const [tty] = unusedTtys(given, sessions);
  if (tty !== undefined)
    throw new UsageError(
      `No session has the terminal ${tty}.`,
      'Nothing was waited for; "sshctl list" shows the terminals.',
    );
}

/** The names of users behind --user and --not-user that nobody here has. */
export async function unknownUsers(
  given: GivenOptions,
  sessions: readonly Session[],
  reports: UserNames,
): Promise<string[]> {
  const here = new Set(sessions.flatMap(({ user }) => user ?? []));
  const names = [...parseUsers(given, "user"), ...parseUsers(given, "not-user")].filter((name) => !here.has(name));
  const unknown = await unknownOf(names, reports);
  const known = unknown.length === 0 ? [] : [...here, ...(await reports.accountNames())];
  return unknown.map((name) => `there is no user ${name}${rootOption(name) ?? meantPerhaps(name, known)}`);
}

/** The table's mark behind the name of a user in whose session root runs something. */
function rootOption(name: string): string | undefined {
  const user = /^(.+)\+root$/.exec(name)?.[1];
  return user && `; for sessions of ${user} in which root runs something: --user ${user} --root-inside`;
}

/** @throws NothingFoundError where somebody who is to be spared does not exist. */
export async function rejectUnknownSpared(given: GivenOptions, context: Context): Promise<void> {
  const reports = await context.reports();
  const unknown = await unknownOf(parseUsers(given, "not-user"), reports);
  if (unknown.length === 0) return;
  // Somebody whose account was deleted may still be logged in.
  const { sessions } = await reports.read({ ...localSource, logins: false, depth: "rows" });
  const name = unknown.find((each) => sessions.every(({ user }) => user !== each));
  if (name !== undefined)
    throw new NothingFoundError(
      `${sentence(`There is no user ${name}, so --not-user would spare nobody${meantPerhaps(name, await reports.accountNames())}`)} Nothing was done.`,
      '"getent passwd" lists them; a uid is taken as it is.',
    );
}

async function unknownOf(names: readonly string[], { findUser }: Pick<Reports, "findUser">): Promise<string[]> {
  const unknown: string[] = [];
  for (const name of names) if (!isId(name) && (await findUser(name)).kind === "nobody") unknown.push(name);
  return unknown;
}

/**
 * A word that is the name of no key would choose nobody, and be taken for an answer.
 *
 * @throws NothingFoundError where it is no fingerprint, no comment of an authorized key, and nobody is logged in with such a key.
 */
export async function rejectUnknownKeys(
  keys: readonly string[],
  sessions: readonly Session[],
  { keyNames }: Pick<Reports, "keyNames">,
): Promise<void> {
  const unknown = keys.filter((name) => !isFingerprint(name) && !isHeld(name, sessions));
  const names = unknown.length === 0 ? undefined : await keyNames();
  if (names === undefined || names.hasAuthorities) return;
  const name = unknown.find((each) => !names.comments.has(each));
  if (name === undefined) return;
  const prefixed = `SHA256:${name}`;
  const meant = isHeld(prefixed, sessions) ? prefixed : didYouMean(name, [...names.comments]);
  throw new NothingFoundError(
    `No key here is called "${name}": it is no fingerprint, and no comment in the files of keys of local accounts.`,
    meant === undefined ? '"sshctl keys" lists them.' : `Did you mean ${meant}?`,
  );
}
