import { describe, expect, test } from "vitest";
import { fc, test as property } from "@fast-check/vitest";
import { givenBetween, readBirths, type Births } from "../../../../src/system/procfs/births.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";

const texts = {
  "/proc/stat": "cpu  1 2 3\nctxt 5\nbtime 1700000000\nprocesses 900\nprocs_running 1\n",
  "/proc/sys/kernel/ns_last_pid": "812\n",
  "/proc/sys/kernel/pid_max": "32768\n",
  "/proc/self/status": "Name:\tnode\nNSpid:\t77\nNSpgid:\t77\n",
};

describe("how far the kernel has come", () => {
  test("is read", () => {
    expect(readBirths(memoryFiles({ texts }))).toEqual({ last: 812, forks: 900, turn: 32_768 });
  });

  test.each<[string, Record<string, string>]>([
    ["no last PID", { "/proc/sys/kernel/ns_last_pid": "" }],
    ["no number of forks", { "/proc/stat": "cpu  1 2 3\n" }],
    ["no end of the PIDs", { "/proc/sys/kernel/pid_max": "?\n" }],
    ["/proc of another PID namespace", { "/proc/self/status": "Name:\tnode\nNSpid:\t77\t5\n" }],
    ["no PID namespaces", { "/proc/self/status": "Name:\tnode\n" }],
  ])("is not known with %s", (_, other) => {
    expect(readBirths(memoryFiles({ texts: { ...texts, ...other } }))).toBeUndefined();
  });
});

const at = (last: number, forks: number): Births => ({ last, forks, turn: 1000 });

test.each<[string, Births | undefined, Births | undefined, number[]]>([
  ["nothing", at(500, 10), at(500, 10), []],
  ["some", at(500, 10), at(502, 12), [501, 502]],
  ["some, from the beginning again", at(998, 10), at(2, 14), [1, 2, 999, 1000]],
  ["perhaps all, after half a turn", at(500, 10), at(502, 511), [1, 2, 500, 501, 502, 503, 998, 999, 1000]],
  ["perhaps all, where it was not known", undefined, at(502, 12), [1, 2, 500, 501, 502, 503, 998, 999, 1000]],
  ["perhaps all, where it is not known", at(502, 12), undefined, [1, 2, 500, 501, 502, 503, 998, 999, 1000]],
])("%s was given", (_, before, now, given) => {
  const pids = [1, 2, 500, 501, 502, 503, 998, 999, 1000];
  expect(pids.filter(givenBetween(before, now))).toEqual(given);
});

property.prop([fc.integer({ min: 1, max: 1000 }), fc.array(fc.boolean(), { maxLength: 400 })])(
  "no PID that was given is left out, wherever the turn begins again",
  (start, steps) => {
    let last = start;
    const given = steps.map((skips) => {
      last = ((last + (skips ? 1 : 0)) % 1000) + 1;
      return last;
    });
    const mayBeNew = givenBetween(at(start, 0), at(last, steps.length));
    const distance = (last - start + 1000) % 1000;
    // More than a whole turn in so few births cannot be: PIDs that are in use are skipped, and nobody has that many.
    fc.pre(given.length === 0 || distance >= given.length);
    expect(given.filter((pid) => !mayBeNew(pid))).toEqual([]);
  },
);
