import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { childrenOf, lineage, type Process } from "../../../src/domain/process.ts";

/** PIDs with the PID of their parent. */
function table(parents: Readonly<Record<number, number>>): Map<number, Process> {
  const processes = Object.entries(parents).map(([pid, ppid]): [number, Process] => [
    Number(pid),
    { pid: Number(pid), ppid, pgid: 1, sid: 1, comm: "sh", tty: undefined, foregroundGroup: -1, startTicks: 1 },
  ]);
  return new Map(processes);
}

const lineOf = (parents: Readonly<Record<number, number>>, pid: number) =>
  [...lineage(table(parents), pid)].map((process) => process.pid);

test.each<[string, Record<number, number>, number, number[]]>([
  ["from child to init", { 1: 0, 5: 1, 9: 5 }, 9, [9, 5, 1]],
  ["a parent that is not seen", { 9: 5 }, 9, [9]],
  ["a process that is not seen", { 1: 0 }, 9, []],
  ["its own parent", { 9: 9 }, 9, [9]],
  ["a circle, made by PIDs used again", { 5: 9, 7: 5, 9: 7 }, 9, [9, 7, 5]],
])("the lineage of %s", (_, parents, pid, line) => {
  expect(lineOf(parents, pid)).toEqual(line);
});

test.prop([fc.dictionary(fc.nat({ max: 20 }).map(String), fc.nat({ max: 20 })), fc.nat({ max: 20 })])(
  "every lineage ends, and names nobody twice",
  (parents, pid) => {
    const line = lineOf(parents, pid);
    expect(new Set(line).size).toBe(line.length);
  },
);

test("children stand with their parent, in the order of the table", () => {
  const children = childrenOf(table({ 1: 0, 5: 1, 7: 1, 9: 5 }));
  expect(children.get(1)?.map(({ pid }) => pid)).toEqual([5, 7]);
  expect(children.get(5)?.map(({ pid }) => pid)).toEqual([9]);
  expect(children.get(9)).toBeUndefined();
});
