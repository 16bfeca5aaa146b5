import { describe, expect, test } from "vitest";
import type { AuthMessage } from "../../../src/domain/auth.ts";
import { foreignNames, matchAuth, type AuthRecord } from "../../../src/domain/match-auth.ts";
import { now } from "../../helpers/machine-builder.ts";
import { session } from "../../helpers/sessions.ts";

const key = { type: "ED25519", fingerprint: "SHA256:real", certificate: undefined };
const ours = session({ acceptedAtMs: now - 61_000, startedAtMs: now - 60_000 });

function record(message: Partial<AuthMessage> = {}, given: Partial<AuthRecord> = {}): AuthRecord {
  return {
    message: { outcome: "accepted", method: "publickey", user: "alice", peer: ours.peer, key, ...message },
    pid: ours.identity.pid,
    timeMs: now - 60_100,
    source: "journal",
    verified: true,
    ...given,
  };
}

const found = { method: "publickey", key: { ...key, comment: undefined }, source: "journal", verified: true };

test("the line of the connection's own process, peer, user and time is the login", () => {
  expect(matchAuth(ours, [record()])).toEqual(found);
});

test("the same line twice is one login", () => {
  expect(matchAuth(ours, [record(), record()])).toEqual(found);
});

describe("a line does not belong to the session", () => {
  test.each<[string, AuthRecord]>([
    ["of another process", record({}, { pid: 1 })],
    ["of the session child, which never writes it", record({}, { pid: ours.pid })],
    ["from another address", record({ peer: { address: "203.0.113.9", port: 5000 } })],
    ["from another port: the process ID was used before", record({ peer: { address: "10.0.0.7", port: 5001 } })],
    ["without a peer", record({ peer: undefined })],
    ["of another user", record({ user: "bob" })],
    ["before the connection was accepted", record({}, { timeMs: now - 120_000 })],
    ["after the session had begun", record({}, { timeMs: now - 1000 })],
    ["that is only one of several factors", record({ outcome: "partial" })],
  ])("%s", (_, line) => {
    expect(matchAuth(ours, [line])).toBeUndefined();
  });
});

test("contradictory lines mean unknown", () => {
  expect(matchAuth(ours, [record(), record({ key: { ...key, fingerprint: "SHA256:other" } })])).toBeUndefined();
});

test("a proven line is believed, whatever files say", () => {
  const forged = record(
    { key: { ...key, fingerprint: "SHA256:forged" } },
    { source: "/var/log/auth.log", verified: false },
  );
  expect(matchAuth(ours, [forged, record()])).toEqual(found);
  expect(matchAuth(ours, [forged])).toMatchObject({ verified: false, source: "/var/log/auth.log" });
});

test("several factors are told together, with the key of the one that has one", () => {
  const factors = [record({ outcome: "partial" }), record({ method: "password", key: undefined })];
  expect(matchAuth(ours, factors)).toEqual({ ...found, method: "publickey,password" });
});

test("a single process may log in long after it was started", () => {
  const single = session({ monitorPid: undefined, acceptedAtMs: now - 600_000, startedAtMs: now - 600_000 });
  expect(matchAuth(single, [record({}, { pid: single.identity.pid })])).toEqual(found);
});

test("without known times nothing is proven", () => {
  expect(matchAuth(session({ acceptedAtMs: undefined }), [record()])).toBeUndefined();
});

test("a name that was typed otherwise is the user's, if the directory says so", () => {
  const typed = record({ user: String.raw`CORP\Alice` });
  expect(matchAuth(ours, [typed])).toBeUndefined();
  expect(foreignNames(ours, [typed, record(), record({ user: "x" }, { pid: 1 })])).toEqual([String.raw`CORP\Alice`]);
  expect(matchAuth(ours, [typed], (_, name) => name === String.raw`CORP\Alice`)).toEqual(found);
});
