import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { NamedUser } from "../../../src/domain/accounts.ts";
import { parseNetwork } from "../../../src/domain/address.ts";
import {
  byKind,
  byLocalPort,
  byPeer,
  byPeerPort,
  byTty,
  byUser,
  idleFor,
  isBusy,
  not,
  olderThan,
  select,
  type Criterion,
} from "../../../src/domain/selection.ts";
import type { Forward } from "../../../src/domain/forwards.ts";
import { hasNoTerminal, type Session, type SessionKind } from "../../../src/domain/session.ts";
import { anySession } from "../../helpers/arbitraries.ts";
import { now } from "../../helpers/machine-builder.ts";
import { session } from "../../helpers/sessions.ts";

const networks = [parseNetwork("10.0.0.0/8") ?? []].flat();

const plain = (kind: SessionKind) => ({ kind, carriesPorts: false });
const withPorts = { kind: "shell" as const, carriesPorts: true };
const port: Forward = { kind: "remote-listener", listen: { address: "127.0.0.1", port: 9902 } };

const criteria: Readonly<Record<string, Criterion>> = {
  user: byUser(["alice", "0"]),
  from: byPeer(networks),
  tty: byTty(["pts/1"]),
  kind: byKind([plain("shell"), plain("tunnel")]),
  "local-port": byLocalPort([22]),
  "peer-port": byPeerPort([5000]),
  idle: idleFor(60),
  "older-than": olderThan(3600),
  busy: isBusy,
};

function meansBob(name: string): NamedUser {
  if (name === "42") return { kind: "account", uid: 7000, name: "42", others: [] };
  if (name === "??") return { kind: "unknown" };
  return name === "7" ? { kind: "nobody" } : { kind: "account", uid: 7, name: "bob", others: ["bobby"] };
}

const anyCriterion = fc.constantFrom(...Object.values(criteria));
const anySessions = fc.array(anySession, { maxLength: 6 });

describe("one question", () => {
  test.each<[string, Criterion, Partial<Session>, boolean | undefined]>([
    ["a name", byUser(["bob", "alice"]), { user: "alice" }, true],
    ["another name", byUser(["bob"]), { user: "alice" }, false],
    ["a name is not a part of one", byUser(["ali"]), { user: "alice" }, false],
    ["a uid", byUser(["1000"]), { user: "alice", uid: 1000 }, true],
    ["a uid without a name", byUser(["1000"]), { user: undefined, uid: 1000 }, true],
    ["a name of which only the uid is known", byUser(["alice"]), { user: undefined, uid: 1000 }, undefined],
    ["a user called like a number", byUser(["42"]), { user: "42", uid: 1000 }, true],
    ["nobody", byUser(["alice"]), { user: undefined, uid: undefined }, undefined],
    ["a name that means a uid", byUser(["Bob"], meansBob), { user: "bob", uid: 7 }, true],
    ["the same by the name alone", byUser(["Bob"], meansBob), { user: "bob", uid: undefined }, true],
    ["the same where only the title has named the user", byUser(["Bob"], meansBob), { user: "BOB", uid: 7 }, true],
    ["and not somebody else", byUser(["Bob"], meansBob), { user: "alice", uid: 8 }, false],
    ["and not another account of that uid", byUser(["Bob"], meansBob), { user: "bobby", uid: 7 }, false],
    ["and nobody whose uid has that number", byUser(["7"], meansBob), { user: "x", uid: 7 }, true],
    ["and not somebody with the name and another uid", byUser(["bob"], meansBob), { user: "bob", uid: 9 }, false],
    ["a number that is a name", byUser(["42"], meansBob), { user: "x", uid: 42 }, false],
    ["the user of that name", byUser(["42"], meansBob), { user: "42", uid: 7000 }, true],
    ["a name of which nobody can tell", byUser(["??"], meansBob), { user: "bob", uid: 7 }, undefined],
    ["the same where it is the user's own", byUser(["??"], meansBob), { user: "??", uid: 7 }, true],
    ["an address", byPeer(networks), { peer: { address: "10.9.9.9", port: 1 } }, true],
    ["another address", byPeer(networks), { peer: { address: "11.0.0.1", port: 1 } }, false],
    ["another family", byPeer(networks), { peer: { address: "::1", port: 1 } }, false],
    ["no address", byPeer(networks), { peer: undefined }, undefined],
    ["one of two terminals", byTty(["pts/3"]), { ttys: ["pts/1", "pts/3"] }, true],
    ["a longer number", byTty(["pts/1"]), { ttys: ["pts/11"] }, false],
    ["no terminal", byTty(["pts/1"]), { ttys: [] }, false],
    ["a kind", byKind([plain("sftp")]), { kind: "sftp" }, true],
    ["another kind", byKind([plain("sftp")]), { kind: "shell" }, false],
    ["a kind with ports", byKind([withPorts]), { kind: "shell", forwards: [port] }, true],
    ["a kind without ports", byKind([withPorts]), { kind: "shell", forwards: [] }, false],
    ["another kind with ports", byKind([withPorts]), { kind: "sftp", forwards: [port] }, false],
    ["a kind, with ports or not", byKind([withPorts]), { kind: "shell", forwards: undefined }, undefined],
    ["a kind, both ways", byKind([withPorts, plain("shell")]), { kind: "shell", forwards: undefined }, true],
    ["no kind", byKind([plain("sftp")]), { kind: undefined }, undefined],
    ["a port", byLocalPort([2222]), { local: { address: "::", port: 2222 } }, true],
    ["no port", byLocalPort([2222]), { local: undefined }, undefined],
    ["a port of the peer", byPeerPort([5000]), { peer: { address: "::", port: 5001 } }, false],
    ["idle to the second", idleFor(90), { lastInputMs: now - 90_000 }, true],
    ["idle a second less", idleFor(91), { lastInputMs: now - 90_000 }, false],
    ["idle nobody knows how long", idleFor(0), { lastInputMs: undefined }, undefined],
    ["old to the millisecond", olderThan(60), { startedAtMs: now - 60_000 }, true],
    ["a millisecond too young", olderThan(60), { startedAtMs: now - 59_999 }, false],
    ["of unknown age", olderThan(0), { startedAtMs: undefined }, undefined],
    ["busy", isBusy, { busy: true }, true],
    ["busy or not, who knows", isBusy, { busy: undefined }, undefined],
  ])("%s", (_, criterion, given, answer) => {
    expect(criterion(session(given), now)).toBe(answer);
  });
});

describe("--x and --not-x", () => {
  test.prop([anySessions, anyCriterion])(
    "share no session, and together with the undecided, and those without such a fact, they are all",
    (all, criterion) => {
      const yes = select(all, [criterion], now);
      const no = select(all, [not(criterion)], now);
      expect(yes.sessions.filter((each) => no.sessions.includes(each))).toEqual([]);
      expect(yes.undecided).toEqual(no.undecided);
      const without = all.filter((each) => criterion(each, now) === "absent");
      expect(new Set([...yes.sessions, ...no.sessions, ...yes.undecided, ...without])).toEqual(new Set(all));
      expect(without.every(hasNoTerminal)).toBe(true);
    },
  );

  test.prop([anySession, anyCriterion])("neither takes an unknown fact", (each, criterion) => {
    const unknown = criterion(each, now) === undefined;
    expect(not(criterion)(each, now) === undefined).toBe(unknown);
  });

  test.prop([anySession, anyCriterion])("not not is the same", (each, criterion) => {
    expect(not(not(criterion))(each, now)).toBe(criterion(each, now));
  });
});

describe("several questions", () => {
  test.prop([anySessions, anyCriterion, anyCriterion])("all must say yes", (all, first, second) => {
    const both = select(all, [first, second], now).sessions;
    const alone = select(select(all, [first], now).sessions, [second], now).sessions;
    expect(both).toEqual(alone);
  });

  test.prop([anySessions, anyCriterion, anyCriterion])("their order does not matter", (all, first, second) => {
    expect(select(all, [first, second], now)).toEqual(select(all, [second, first], now));
  });

  test("a no is a no, whatever else is unknown", () => {
    const bob = session({ user: "bob", lastInputMs: undefined });
    expect(select([bob], [byUser(["alice"]), idleFor(60)], now)).toEqual({ sessions: [], undecided: [] });
  });

  test("a yes with something unknown is undecided", () => {
    const alice = session({ lastInputMs: undefined });
    expect(select([alice], [byUser(["alice"]), idleFor(60)], now)).toEqual({ sessions: [], undecided: [alice] });
  });

  test.prop([anySessions])("without a question all are chosen", (all) => {
    expect(select(all, [], now)).toEqual({ sessions: all, undecided: [] });
  });

  test("several values of one question: one is enough", () => {
    const [alice, bob] = [session({ pid: 1 }), session({ pid: 2, user: "bob", uid: 1001 })];
    expect(select([alice, bob], [byUser(["alice", "bob"])], now).sessions).toEqual([alice, bob]);
  });
});
