import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { pairwise } from "../../lab/kill/pairwise.ts";

function product(...factors: readonly (readonly string[])[]): string[][] {
  return factors.reduce<string[][]>(
    (rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
}

const values = (count: number) => Array.from({ length: count }, (_, index) => String(index));
const factors = fc.array(fc.integer({ min: 1, max: 4 }).map(values), { minLength: 2, maxLength: 3 });

describe("pairwise", () => {
  test.prop([factors])("misses no pair, and makes nothing up", (each) => {
    const all = product(...each);
    const chosen = pairwise(all);
    expect(all).toEqual(expect.arrayContaining(chosen));
    for (const [i, first] of each.entries())
      for (const [j, second] of each.entries())
        for (const [a, b] of i < j ? product(first, second) : [])
          expect(chosen.some((row) => row[i] === a && row[j] === b)).toBe(true);
  });

  test("leaves most of what there is out", () => {
    expect(pairwise(product(values(4), values(3), values(12))).length).toBeLessThan(60);
  });

  test("of nothing is nothing", () => {
    expect(pairwise([])).toEqual([]);
  });
});
