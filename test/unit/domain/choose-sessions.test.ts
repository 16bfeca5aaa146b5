import { expect, test } from "vitest";
import { chooseSessions } from "../../../src/domain/choose-sessions.ts";
import { byPhase, byUser } from "../../../src/domain/selection.ts";
import { report, session, stranger } from "../../helpers/sessions.ts";

const [alice, bob] = [session({ pid: 1 }), session({ pid: 2, user: "bob", uid: 1001 })];
const boxed = session({ pid: 3, container: true });
const boxedStranger = stranger({ pid: 4, container: true });
const someone = stranger({ pid: 5 });
const everybody = report([alice, bob, boxed, boxedStranger, someone]);
const open = byPhase(["open"]);

test("containers' sessions are left out, and the open ones among them counted", () => {
  const chosen = chooseSessions(everybody, { criteria: [open], containers: false });
  expect(chosen).toEqual({ sessions: [alice, bob], undecided: [], hidden: 1, authenticating: 1 });
});

test("with containers nothing is hidden", () => {
  const chosen = chooseSessions(everybody, { criteria: [open], containers: true });
  expect(chosen).toEqual({ sessions: [alice, bob, boxed], undecided: [], hidden: 0, authenticating: 2 });
});

test("strangers are counted also when they are chosen", () => {
  const chosen = chooseSessions(everybody, { criteria: [byPhase(["authenticating"])], containers: false });
  expect(chosen).toMatchObject({ sessions: [someone], authenticating: 1 });
});

test("who cannot be decided about is told apart", () => {
  const chosen = chooseSessions(everybody, { criteria: [byUser(["bob"])], containers: false });
  expect(chosen).toMatchObject({ sessions: [bob], undecided: [someone] });
});
