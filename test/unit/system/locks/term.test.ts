import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import { isOver, termOf, type ClockFacts } from "../../../../src/system/locks/term.ts";

const start: ClockFacts = { nowMs: 1_000_000_000_400, bootId: "a", uptimeSeconds: 500, isSynchronised: true };
const hour = termOf(3600, start);
const at = (given: Partial<ClockFacts>) => ({ ...start, ...given });

test.each<[string, Partial<ClockFacts>, boolean]>([
  ["at once", {}, false],
  ["a moment too early", { uptimeSeconds: 4099.9 }, false],
  ["on time", { uptimeSeconds: 4100 }, true],
  ["on time, whatever the clock says", { uptimeSeconds: 4100, nowMs: 0, isSynchronised: false }, true],
  ["the clock was put forward", { nowMs: start.nowMs + 86_400_000 }, false],
  ["after a reboot, too early", { bootId: "b", uptimeSeconds: 9999, nowMs: hour.untilMs - 1 }, false],
  ["after a reboot, on time", { bootId: "b", uptimeSeconds: 1, nowMs: hour.untilMs }, true],
  [
    "after a reboot, with a clock that may be wrong",
    { bootId: "b", uptimeSeconds: 1, nowMs: hour.untilMs + 1e9, isSynchronised: false },
    false,
  ],
])("%s: %j", (_, given, isDue) => {
  expect(isOver(hour, at(given))).toBe(isDue);
});

property.prop([
  fc.integer({ min: 1, max: 1e6 }),
  fc.nat(2e6),
  fc.boolean(),
  fc.boolean(),
  fc.integer({ min: -1e9, max: 1e9 }),
])("never early, as far as the clock is right", (forSeconds, passed, isSameBoot, isSynchronised, errorMs) => {
  const term = termOf(forSeconds, start);
  const clock = at({
    bootId: isSameBoot ? "a" : "b",
    uptimeSeconds: isSameBoot ? start.uptimeSeconds + passed : 10,
    nowMs: start.nowMs + passed * 1000 + (isSynchronised ? 0 : errorMs),
    isSynchronised,
  });
  if (isOver(term, clock)) expect(passed).toBeGreaterThanOrEqual(forSeconds);
});
