import { expect, test } from "vitest";
import { exitCodeOf } from "../../../../src/features/kill/exit-code.ts";
import type { KillPlan, KillReport } from "../../../../src/features/kill/plan/kill-plan.ts";
import { noRecords } from "../../../../src/features/kill/plan/login-records.ts";
import { notTried, type KillOutcome } from "../../../../src/features/kill/plan/outcome.ts";
import { renderKillJson } from "../../../../src/features/kill/text/json.ts";
import { violationsOf } from "../../../helpers/schemas.ts";
import { report, session } from "../../../helpers/sessions.ts";

function reportOf(outcomes: readonly KillOutcome[], given: Partial<KillReport> = {}): KillReport {
  const results = outcomes.map((outcome) => {
    const termination = { session: session(), targets: [], monitor: undefined };
    const end = { termination, sessionProcesses: [], dangers: [], isPermitted: true };
    return { end, outcome, leftovers: [], records: noRecords, rest: undefined };
  });
  const plan: KillPlan = {
    report: report([]),
    ends: results.map(({ end }) => end),
    spared: [],
    undecided: [],
    commands: [],
    sessionProcesses: new Map(),
    listeners: { listenersToStop: [], restart: [], notes: [] },
  };
  return {
    id: "20261125T101512480-7f2c",
    plan,
    results,
    appeared: [],
    notes: [],
    problems: [],
    isInterrupted: false,
    wasEverythingEnded: true,
    ...given,
  };
}

const ended: KillOutcome = { kind: "ended", signal: "TERM", seconds: 0.1 };

test.each<[KillOutcome, number]>([
  [ended, 0],
  [{ kind: "already-gone" }, 0],
  [{ kind: "identity-changed" }, 0],
  [{ kind: "not-permitted" }, 5],
  [{ kind: "survived", why: { kind: "connection-held" } }, 5],
  [{ kind: "undecided", why: "not-waited-for" }, 5],
])("%j alone, and beside one that ended", (outcome, code) => {
  expect(exitCodeOf(reportOf([outcome]))).toBe(code);
  expect(exitCodeOf(reportOf([ended, outcome]))).toBe(code);
  const { plan, results, ...rest } = reportOf([outcome]);
  const asked = { signal: "TERM", backend: "kill", everything: false, fullCommand: false } as const;
  const document = { ...rest, ...asked, plan, results, evidence: undefined };
  expect(violationsOf("kill-1", JSON.parse(renderKillJson(document)))).toEqual([]);
});

test("is 130 if it was interrupted before anything was signalled, and partial after that", () => {
  const problems = [{ kind: "interrupted" }] as const;
  expect(exitCodeOf(reportOf([notTried], { isInterrupted: true, problems }))).toBe(130);
  expect(exitCodeOf(reportOf([], { isInterrupted: true, problems }))).toBe(130);
  expect(exitCodeOf(reportOf([ended, notTried], { isInterrupted: true, problems }))).toBe(5);
  expect(exitCodeOf(reportOf([ended], { isInterrupted: true, problems }))).toBe(5);
});

test.each<[string, Partial<KillReport>]>([
  ["somebody has come meanwhile", { appeared: [session()] }],
  ["something went wrong beside the sessions", { problems: [{ kind: "not-recorded", log: "system" }] }],
  ["something was left that was to end", { wasEverythingEnded: false }],
])("is partial where %s", (_, given) => {
  expect(exitCodeOf(reportOf([ended], given))).toBe(5);
});
