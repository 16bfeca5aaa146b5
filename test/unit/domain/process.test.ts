import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { childrenOf, inherited, lineage, type Process } from "../../../src/domain/process.ts";

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

test("what is inherited is asked once of each process, however long a chain somebody makes", () => {
  const length = 20_000;
  const chain = table(Object.fromEntries(Array.from({ length }, (_, index) => [index + 1, index])));
  let asked = 0;
  const owner = inherited(chain, ({ pid }) => {
    asked += 1;
    return pid === 2 || pid === 10_000 ? pid : undefined;
  });
  const owners = Array.from({ length }, (_, index) => owner(index + 1));
  expect([owners[0], owners[1], owners[9998], owners[9999], owners.at(-1)]).toEqual([undefined, 2, 2, 10_000, 10_000]);
  expect(asked).toBe(length);
});

test.prop([fc.array(fc.nat(30), { minLength: 30, maxLength: 30 }), fc.integer({ min: 1, max: 30 }), fc.nat(30)])(
  "what is inherited is what the nearest of the line has, also where processes are each other's parents",
  (parents, pid, modulus) => {
    const processes = table(Object.fromEntries(parents.map((ppid, index) => [index + 1, ppid])));
    const ownOf = (process: Process) => (process.pid % 7 === modulus % 7 ? process.pid : undefined);
    const nearest = [...lineage(processes, pid)].map(ownOf).find((own) => own !== undefined);
    expect(inherited(processes, ownOf)(pid)).toBe(nearest);
  },
);
