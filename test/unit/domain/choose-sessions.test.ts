import { expect, test } from "vitest";
import { chooseSessions } from "../../../src/domain/choose-sessions.ts";
import { byUser } from "../../../src/domain/selection.ts";
import { phases } from "../../../src/domain/session.ts";
import { report, session, stranger } from "../../helpers/sessions.ts";

const [alice, bob] = [session({ pid: 1 }), session({ pid: 2, user: "bob", uid: 1001 })];
const boxed = session({ pid: 3, container: true });
const boxedStranger = stranger({ pid: 4, container: true });
const someone = stranger({ pid: 5 });
const everybody = report([alice, bob, boxed, boxedStranger, someone]);
const open = { criteria: [], phases: ["open"] } as const;

test("containers' sessions are left out, and the open ones among them counted", () => {
  const chosen = chooseSessions(everybody, { ...open, containers: false });
  expect(chosen).toEqual({
    sessions: [alice, bob],
    undecided: [],
    hidden: 1,
    authenticating: 1,
    opening: 0,
    closing: 0,
  });
});

test("with containers nothing is hidden", () => {
  const chosen = chooseSessions(everybody, { ...open, containers: true });
  expect(chosen).toEqual({
    sessions: [alice, bob, boxed],
    undecided: [],
    hidden: 0,
    authenticating: 2,
    opening: 0,
    closing: 0,
  });
});

test("strangers are counted also when they are chosen", () => {
  const chosen = chooseSessions(everybody, { criteria: [], phases: ["authenticating"], containers: false });
  expect(chosen).toMatchObject({ sessions: [someone], authenticating: 1, opening: 0, closing: 0 });
});

test("who cannot be decided about is told apart", () => {
  const chosen = chooseSessions(everybody, { criteria: [byUser(["bob"])], phases, containers: false });
  expect(chosen).toMatchObject({ sessions: [bob], undecided: [someone] });
});

test("logins that PAM opens or closes are counted apart", () => {
  const opening = session({ pid: 6, phase: "opening" });
  const closing = session({ pid: 7, phase: "closing" });
  const all = report([alice, opening, closing, session({ pid: 8, phase: "closing", container: true })]);
  expect(chooseSessions(all, { ...open, containers: false })).toMatchObject({
    sessions: [alice],
    authenticating: 0,
    opening: 1,
    closing: 1,
  });
  expect(chooseSessions(all, { criteria: [], phases: ["opening", "open"], containers: false }).sessions).toEqual([
    alice,
    opening,
  ]);
});
