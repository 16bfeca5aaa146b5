/** The options by which every command chooses sessions: one grammar, --NAME and --not-NAME. */
import type { NamedUser } from "../../domain/accounts.ts";
import { parseNetwork, type Network } from "../../domain/address.ts";
import { parseKeyName } from "../../domain/auth.ts";
import type { Choice } from "../../domain/choose-sessions.ts";
import { durationForm, parseDuration } from "../../domain/duration.ts";
import { forwardKinds } from "../../domain/forwards.ts";
import * as criteria from "../../domain/selection.ts";
import { connectionPhases, phases, sessionKinds, type Phase } from "../../domain/session.ts";
import { parseTty, type Tty } from "../../domain/tty.ts";
import type { GivenOptions, OptionSpec, OptionTable } from "../../cli/command.ts";
import { list, oneOf, single, type Reader } from "../../cli/values.ts";
import { forwardMeanings, kindMeanings, phaseMeanings } from "./value-meanings.ts";

export const name = { read: (text: string) => text, allowed: "names or uids" };
export const network = {
  read: parseNetwork,
  allowed: "addresses and networks such as 10.0.0.7, 10.0.0.0/8, 2001:db8::/32 (sshctl show takes ADDRESS:PORT)",
};
export const key = {
  read: parseKeyName,
  allowed:
    "fingerprints and their beginnings (SHA256:wcPF), files and lines of public keys, comments of keys, ids of certificates",
};
export const tty = { read: parseTty, allowed: "terminals such as pts/2" };
export const port = { read: parsePort, allowed: "port numbers from 1 to 65535" };
const kind: Reader<criteria.ShownKind> = {
  read: (text) => {
    const found = sessionKinds.find((each) => each === text.replace(/\+fwd$/, ""));
    return found && { kind: found, carriesPorts: text !== found };
  },
  allowed: `${sessionKinds.join(", ")}; with +fwd those that carry ports: shell+fwd`,
};
const duration = { read: parseDuration, allowed: durationForm };
const phase = oneOf<Phase | "any">([...phases, "any"]);

/** Whom the names of users mean; undefined where that cannot be asked. */
export type UserMeanings = (name: string) => NamedUser | undefined;

/** An option, and the question it asks about a session. */
interface Asking extends Omit<OptionSpec, "group"> {
  /** @returns undefined when the option was not given. */
  criterion: (given: GivenOptions, option: string, users: UserMeanings) => criteria.Criterion | undefined;
}

const asking: Readonly<Record<string, Asking>> = {
  user: {
    alias: "u",
    value: "NAME",
    offer: "users",
    describe: "of these users",
    criterion: (given, option, users) => anyOf(name, (names) => criteria.byUser(names, users))(given, option, users),
  },
  from: {
    value: "ADDRESS",
    offer: "peers",
    describe: "from these addresses or networks (CIDR)",
    criterion: anyOf(network, criteria.byPeer),
  },
  tty: {
    alias: "t",
    value: "TTY",
    offer: "terminals",
    describe: "on these terminals",
    criterion: anyOf(tty, criteria.byTty),
  },
  kind: {
    value: "KIND",
    offer: sessionKinds,
    describe: "of these kinds",
    values: kindMeanings,
    criterion: anyOf(kind, criteria.byKind),
  },
  phase: {
    value: "PHASE",
    offer: [...phases, "any"],
    describe: "in these phases",
    values: phaseMeanings,
    // Which phases take part is no question about one session: parsePhases().
    criterion: () => undefined,
  },
  "local-port": {
    value: "PORT",
    describe: "accepted on these local ports",
    criterion: anyOf(port, criteria.byLocalPort),
  },
  "peer-port": {
    value: "PORT",
    describe: "from these remote ports",
    criterion: anyOf(port, criteria.byPeerPort),
  },
  idle: {
    value: "TIME",
    describe: "without input for at least 90, 30m, 1h30m …",
    criterion: atLeast(criteria.idleFor),
  },
  "older-than": { value: "TIME", describe: "logged in at least this long ago", criterion: atLeast(criteria.olderThan) },
  key: {
    value: "KEY",
    offer: "keys",
    describe: "by this key: fingerprint or its beginning, .pub file, comment; ID or CA of a certificate",
    criterion: anyOf(key, criteria.byKey),
  },
  forward: {
    value: "KIND",
    offer: forwardKinds,
    describe: "with forwards of these kinds",
    values: forwardMeanings,
    criterion: anyOf(oneOf(forwardKinds), criteria.byForward),
  },
  "forward-port": {
    value: "PORT",
    describe: "with a forward that listens on or leads to these ports",
    criterion: anyOf(port, criteria.byForwardPort),
  },
  "root-inside": {
    describe: "in which root runs something, though its user is not root (sudo, su)",
    criterion: isGiven(criteria.hasRootInside),
  },
  busy: { describe: "running a command: the shell is not at its prompt", criterion: isGiven(criteria.isBusy) },
};

export const selectionOptions: OptionTable = {
  ...Object.fromEntries(Object.entries(asking).flatMap(([option, spec]) => bothWays(option, spec))),
  containers: { group: "More detail", describe: "include sessions of containers" },
};

function bothWays(option: string, { alias, value, offer, values, describe }: Asking): [string, OptionSpec][] {
  const spec: OptionSpec = {
    group: "Select",
    describe,
    ...(value === undefined ? {} : { value }),
    ...(offer === undefined ? {} : { offer }),
    ...(values === undefined ? {} : { values }),
  };
  return [
    [option, alias === undefined ? spec : { ...spec, alias }],
    [`not-${option}`, { ...spec, hidden: "negation" }],
  ];
}

/** The phases that take part where nobody says a word on them. */
export const usualPhases: readonly Phase[] = ["open"];

/** What the given options choose. */
export function parseChoice(given: GivenOptions, users: UserMeanings, usual: readonly Phase[]): Choice {
  const chosen = Object.entries(asking).flatMap(([option, { criterion }]) => {
    const excluded = criterion(given, `not-${option}`, users);
    return [criterion(given, option, users) ?? [], excluded === undefined ? [] : criteria.not(excluded)].flat();
  });
  return { criteria: chosen, phases: parsePhases(given, usual), containers: given.flag("containers") };
}

/** Who only excludes some means all other connections. What is none any more has to be named. */
function parsePhases(given: GivenOptions, usual: readonly Phase[]): Phase[] {
  const [meant, excluded] = [list(given, "phase", phase), list(given, "not-phase", phase)].map(phasesOf);
  const named = meant ?? (excluded === undefined ? usual : connectionPhases);
  return named.filter((each) => excluded?.includes(each) !== true);
}

function phasesOf(words: readonly (Phase | "any")[]): readonly Phase[] | undefined {
  if (words.length === 0) return undefined;
  return words.flatMap((word) => (word === "any" ? connectionPhases : word));
}

/** The keys that were asked for: they must be looked up in the logs first. */
export function parseKeys(given: GivenOptions): string[] {
  return [...list(given, "key", key), ...list(given, "not-key", key)];
}

/** Whether somebody was asked for who may not be there: a user, whoever holds a key, a port or a terminal. */
export function namesSomebody(given: GivenOptions): boolean {
  return ["user", "not-user", "key", "not-key", "forward-port", "tty", "from", "peer-port", "local-port"].some(
    (option) => given.texts(option).length > 0,
  );
}

/** The terminals behind --tty. */
export function parseTtys(given: GivenOptions): Tty[] {
  return list(given, "tty", tty);
}

/** The addresses and networks behind --from, as they were given. */
export function parsePeers(given: GivenOptions): { text: string; network: Network }[] {
  const texts = given.texts("from").flatMap((text) => text.split(","));
  return list(given, "from", network).map((each, index) => ({ text: texts[index] ?? "", network: each }));
}

/** The ports behind --peer-port or --local-port. */
export function parsePorts(given: GivenOptions, option: "peer-port" | "local-port"): number[] {
  return list(given, option, port);
}

/** The ports behind --forward-port. */
export function parseForwardPorts(given: GivenOptions): number[] {
  return list(given, "forward-port", port);
}

/** The names and uids behind --user or --not-user. */
export function parseUsers(given: GivenOptions, option: "user" | "not-user"): string[] {
  return list(given, option, name);
}

function anyOf<T>(reader: Reader<T>, by: (values: readonly T[]) => criteria.Criterion): Asking["criterion"] {
  return (given, option) => {
    const values = list(given, option, reader);
    return values.length === 0 ? undefined : by(values);
  };
}

function atLeast(by: (seconds: number) => criteria.Criterion): Asking["criterion"] {
  return (given, option) => {
    const seconds = single(given, option, duration);
    return seconds === undefined ? undefined : by(seconds);
  };
}

function isGiven(criterion: criteria.Criterion): Asking["criterion"] {
  return (given, option) => (given.flag(option) ? criterion : undefined);
}

function parsePort(text: string): number | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 65_535 ? number : undefined;
}
