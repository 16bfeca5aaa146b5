import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { durationInWords, exactDuration, formatDuration, parseDuration } from "../../../src/domain/duration.ts";

describe("the durations of sshd_config(5)", () => {
  test.each([
    ["0", 0],
    ["1", 1],
    ["90", 90],
    ["1s", 1],
    ["10m", 600],
    ["1m30", 90],
    ["1m30s", 90],
    ["1h", 3600],
    ["1h30m", 5400],
    ["1H30M", 5400],
    ["2d", 172_800],
    ["1w", 604_800],
    ["1w2d3h4m5s", 788_645],
    ["30m1h", 5400],
    ["1m1m", 120],
    ["5min", 300],
    ["5mins", 300],
    ["1minute30seconds", 90],
    ["2hours", 7200],
    ["1hour30min", 5400],
    ["2hrs", 7200],
    ["3Days", 259_200],
    ["1week", 604_800],
    ["90secs", 90],
    ["007", 7],
    ["2147483647", 2_147_483_647],
    ["3550w5d3h14m7s", 2_147_483_647],
  ])("%s", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    "",
    " ",
    "s",
    "5x",
    "m5",
    "-5",
    "+5",
    "1.5h",
    "1e3",
    "0x10",
    "1h 30m",
    " 90",
    "90\n",
    "1hh",
    "1month",
    "5minu",
    "1ho",
    "2 hours",
    "１h",
    "Infinity",
    "2147483648",
    "3550w5d3h14m8s",
    "9".repeat(400),
    "inf",
  ])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe("short for people", () => {
  test.each([
    [0, "0s"],
    [7.9, "7s"],
    [59, "59s"],
    [60, "1m"],
    [725, "12m"],
    [3599, "59m"],
    [3600, "1h00m"],
    [11_100, "3h05m"],
    [86_399, "23h59m"],
    [86_400, "1d00h"],
    [187_200, "2d04h"],
    [34_560_000, "400d00h"],
    [-5, "0s"],
  ])("%d", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test.prop([fc.nat({ max: 2_147_483_647 })])("loses less than its smallest unit when it is read again", (seconds) => {
    const text = formatDuration(seconds);
    const unit = { s: 1, m: 60, h: 3600 }[text.slice(-1)] ?? 0;
    const lost = seconds - (parseDuration(text) ?? Number.NaN);
    expect(lost).toBeGreaterThanOrEqual(0);
    expect(lost).toBeLessThan(unit);
  });
});

test.each([
  [0, "0s", "0 seconds"],
  [1, "1s", "1 second"],
  [90, "90s", "90 seconds"],
  [900, "15m", "15 minutes"],
  [3600, "1h", "1 hour"],
  [5400, "90m", "90 minutes"],
  [172_800, "2d", "2 days"],
])("%d seconds without a rest", (seconds, exact, words) => {
  expect([exactDuration(seconds), durationInWords(seconds)]).toEqual([exact, words]);
});

test.prop([fc.integer({ min: 0, max: 2 ** 31 - 1 })])("what is written exactly is read as the same", (seconds) => {
  expect(parseDuration(exactDuration(seconds))).toBe(seconds);
});
