import { expect, test } from "vitest";
import { timeReport } from "../../time-report.ts";

const time = (file: string, seconds: number, ...generations: [suite: string, why: string][]) => ({
  file,
  seconds,
  generations: generations.map(([suite, why]) => ({ suite, why })),
});

test("tells what each folder took beside its budget, and why slow files run where they do", () => {
  const times = [
    time("keys/keys.test.ts", 30.4, ["bullseye", "parsers differ"], ["forky", "parsers differ"]),
    time("kill/scenes.test.ts", 80, ["trixie", "titles differ"], ["forky", "PAM differs"]),
    time("kill/matrix.test.ts", 21),
    time("lock/lock.test.ts", 1),
  ];
  expect(timeReport(times, { keys: 40, kill: 100 })).toEqual([
    "Time in the lab",
    "    30 s  keys: budget 40 s",
    "   101 s  kill: budget 100 s, exceeded",
    "     1 s  lock: has no budget",
    "Slowest files of the lab",
    "    80 s  kill/scenes.test.ts: trixie (titles differ); forky (PAM differs)",
    "    30 s  keys/keys.test.ts: bullseye, forky (parsers differ)",
    "    21 s  kill/matrix.test.ts",
    "     1 s  lock/lock.test.ts",
  ]);
});

test("names ten files at most, and nothing without the lab", () => {
  const files = Array.from({ length: 12 }, (_, index) => time(`kill/${String(index)}.test.ts`, index));
  const lines = timeReport(files, {});
  expect(lines.slice(lines.indexOf("Slowest files of the lab") + 1).map((line) => line.split("/")[1])).toEqual(
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((index) => `${String(index)}.test.ts`),
  );
  expect(timeReport([], {})).toEqual([]);
});
