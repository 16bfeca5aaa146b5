/**
 * One grammar of selection for every command. A criterion is a question about one fact of a session, answered yes, no or
 * unknown; all criteria must say yes. An unknown fact satisfies neither a criterion nor its opposite, and neither does one that a
 * session does not have: but of that nothing is left to be known.
 */
import type { NamedUser } from "./accounts.ts";
import type { Network } from "./address.ts";
import { keyMatches } from "./auth.ts";
import { secondsSince } from "./duration.ts";
import { isPortForward, portsOf, type ForwardKind } from "./forwards.ts";
import { hasNoTerminal, isOnTty, type Session, type SessionKind } from "./session.ts";
import type { Tty } from "./tty.ts";

/** "absent": the session certainly has no such fact. Undefined: the fact is not known. */
export type Answer = boolean | "absent" | undefined;

export type Criterion = Question<Session>;

/**
 * The same about whatever has such a fact.
 *
 * @param nowMs - the moment of the report, in milliseconds since the epoch.
 */
export type Question<Row> = (row: Row, nowMs: number) => Answer;

export interface Selected {
  sessions: readonly Session[];
  /** Sessions of which nothing speaks against, but a fact that was asked for is not known. */
  undecided: readonly Session[];
}

export function select(sessions: readonly Session[], criteria: readonly Criterion[], nowMs: number): Selected {
  const answers = sessions.map((session) => ({
    session,
    answer: allOf(criteria.map((criterion) => criterion(session, nowMs))),
  }));
  return {
    sessions: answers.filter(({ answer }) => answer === true).map(({ session }) => session),
    undecided: answers.filter(({ answer }) => answer === undefined).map(({ session }) => session),
  };
}

/** Whether all say yes; undefined where nobody says no, and somebody does not know. */
export function allOf(answers: readonly Answer[]): boolean | undefined {
  if (answers.includes(false) || answers.includes("absent")) return false;
  return answers.includes(undefined) ? undefined : true;
}

export function not<Row>(question: Question<Row>): Question<Row> {
  return (row, nowMs) => {
    const answer = question(row, nowMs);
    return typeof answer === "boolean" ? !answer : answer;
  };
}

/**
 * By name or uid. A name means the account that the machine takes it for, and the uid decides. A number is a uid unless somebody
 * is called so.
 *
 * @param meaning - undefined where nothing but the name itself is known, as of a recorded host.
 */
export function byUser(
  users: readonly string[],
  meaning: (name: string) => NamedUser | undefined = () => undefined,
): Question<Pick<Session, "user" | "uid">> {
  return (session) => {
    const answers = new Set(users.map((name) => isNamed(session, name, meaning(name))));
    if (answers.has(true)) return true;
    return answers.has(undefined) ? undefined : false;
  };
}

function isNamed(
  { user, uid }: Pick<Session, "user" | "uid">,
  name: string,
  meant: NamedUser | undefined,
): boolean | undefined {
  const isSame = user === undefined ? undefined : user === name;
  if (meant?.kind === "account") {
    if (uid === undefined) return isSame === false ? user === meant.name : isSame;
    return uid === meant.uid && (user === name || user === undefined || !meant.others.includes(user));
  }
  if (uid !== undefined && name === String(uid)) return true;
  return meant?.kind === "unknown" && isSame === false ? undefined : isSame;
}

export function byPeer(networks: readonly Network[]): Question<Pick<Session, "peer">> {
  return ({ peer }) => peer && networks.some((network) => network.includes(peer.address));
}

export function byTty(ttys: readonly Tty[]): Criterion {
  return (session) => ttys.some((tty) => isOnTty(session, tty));
}

/** A kind as the table has it: "shell", and "shell+fwd" for one whose connection carries ports. */
export interface ShownKind {
  kind: SessionKind;
  carriesPorts: boolean;
}

export function byKind(kinds: readonly ShownKind[]): Criterion {
  return ({ kind, forwards }) => {
    const fitting = kinds.filter((each) => each.kind === kind);
    if (kind === undefined || fitting.length === 0) return kind && false;
    return fitting.some(({ carriesPorts }) => !carriesPorts) || (forwards && forwards.some(isPortForward));
  };
}

export function byLocalPort(ports: readonly number[]): Question<Pick<Session, "local">> {
  return ({ local }) => local && ports.includes(local.port);
}

export function byPeerPort(ports: readonly number[]): Criterion {
  return ({ peer }) => peer && ports.includes(peer.port);
}

export function idleFor(seconds: number): Criterion {
  return (session, nowMs) => {
    const idle = secondsSince(session.lastInputMs, nowMs);
    if (idle !== undefined) return idle >= seconds;
    return hasNoTerminal(session) ? "absent" : undefined;
  };
}

export function olderThan(seconds: number): Criterion {
  return ({ startedAtMs }, nowMs) => (startedAtMs === undefined ? undefined : nowMs - startedAtMs >= seconds * 1000);
}

/** By kind of forward. */
export function byForward(kinds: readonly ForwardKind[]): Criterion {
  return ({ forwards }) => forwards && forwards.some(({ kind }) => kinds.includes(kind));
}

/** By a port that a forward occupies or reaches. */
export function byForwardPort(ports: readonly number[]): Criterion {
  return ({ forwards }) => forwards && forwards.flatMap(portsOf).some((port) => ports.includes(port));
}

/** By fingerprint, its beginning, comment or certificate of the login's key. A login without a key has none of them. */
export function byKey(names: readonly string[]): Question<Pick<Session, "auth">> {
  return ({ auth }) => auth && names.some((name) => keyMatches(auth, name));
}

/** Whether root runs something in the session of somebody else. */
export const hasRootInside: Criterion = ({ rootInside }) => rootInside && rootInside.length > 0;

export const isBusy: Criterion = ({ busy }) => busy;
