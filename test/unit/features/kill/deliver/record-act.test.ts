import { expect, test } from "vitest";
import { recordOfSession, type SessionAct } from "../../../../../src/features/kill/deliver/record-act.ts";
import { session } from "../../../../helpers/sessions.ts";

const act: SessionAct = {
  id: "20261125T101512480-7f2c",
  act: "kill",
  isDone: true,
  caller: { uid: 0, name: "root", login: { uid: 1000, name: "alice" } },
  session: session({ pid: 903, user: "bob", peer: { address: "2001:db8::7", port: 5000 } }),
  terminal: undefined,
  signal: "TERM",
  outcome: "ended by TERM in 0.1s",
  evenProtected: [],
  reason: "laptop stolen",
};

test("a record tells of the session and of the act", () => {
  const { id, isDone, caller, reason } = act;
  expect(recordOfSession(act)).toMatchObject({
    id,
    act: "kill",
    isDone,
    caller,
    reason,
    facts: { pid: "903", user: "bob", peer: "[2001:db8::7]:5000", signal: "TERM", outcome: "ended by TERM in 0.1s" },
  });
});

test("a record names the one terminal that was to end", () => {
  expect(recordOfSession({ ...act, terminal: "pts/4" }).facts.tty).toBe("pts/4");
  expect(recordOfSession(act).facts.tty).toBeUndefined();
});

test.each([true, false])("a key is named only when it is proven: %s", (verified) => {
  const key = { type: "ED25519", fingerprint: "SHA256:abc", certificate: undefined, comment: undefined };
  const auth = { method: "publickey", key, source: "journal", verified };
  expect(recordOfSession({ ...act, session: session({ auth }) }).facts.key).toBe(verified ? "SHA256:abc" : undefined);
});
