import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { isSettled, outcomeKinds, worstOf, type OutcomeKind } from "../../../../src/fleet/act/host-outcome.ts";
import { runInSteps } from "../../../../src/fleet/act/run-in-steps.ts";
import { stepsOf, type StepRules } from "../../../../src/fleet/act/steps.ts";

const named = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `web${String(index + 1)}` }));

const ending: StepRules = { mode: "ending", inSteps: true, keepGoing: false };

test.each([
  [0, []],
  [1, [1]],
  [2, [1, 1]],
  [11, [1, 10]],
  [12, [1, 10, 1]],
  [300, [1, 10, 289]],
])("%i hosts are tried in steps of %j", (count, sizes) => {
  expect(stepsOf(named(count), ending).map(({ length }) => length)).toEqual(sizes);
  expect(stepsOf(named(count), ending).flat()).toEqual(named(count));
  expect(stepsOf(named(count), { inSteps: false })).toHaveLength(Math.min(1, count));
});

interface Course {
  kinds?: Readonly<Record<string, OutcomeKind>>;
  rules?: Partial<StepRules>;
  fanOut?: number;
  /** After this one somebody presses Ctrl-C. */
  interruptedAt?: string;
}

async function run(count: number, { kinds = {}, rules = {}, fanOut = 4, interruptedAt }: Course = {}) {
  const interruption = new AbortController();
  const tried: string[] = [];
  const steps: number[] = [];
  let [running, most] = [0, 0];
  const results = await runInSteps({
    targets: named(count),
    rules: { ...ending, ...rules },
    fanOut,
    interruption: interruption.signal,
    act: async ({ name }) => {
      tried.push(name);
      running += 1;
      most = Math.max(most, running);
      if (name === interruptedAt) interruption.abort();
      await new Promise(setImmediate);
      running -= 1;
      return { kind: kinds[name] ?? "proven", text: "", items: [] };
    },
    onStep: (targets) => steps.push(targets.length),
    onResult: () => undefined,
  });
  return { results, tried, steps, most };
}

const kindsOf = (results: readonly { kind: OutcomeKind }[]) => results.map(({ kind }) => kind);

describe("hosts are tried step by step", () => {
  test("all of them, each once, so many at once", async () => {
    const { results, tried, steps, most } = await run(30);
    expect(new Set(kindsOf(results))).toEqual(new Set(["proven"]));
    expect(tried).toEqual(named(30).map(({ name }) => name));
    expect(steps).toEqual([1, 10, 19]);
    expect(most).toBe(4);
  });

  test.each(["not-done", "undecided", "lost", "refused"] as const)(
    "an ending stops at the first host that is %s, and names the others",
    async (kind) => {
      const { results, tried } = await run(30, { kinds: { web1: kind } });
      expect(tried).toEqual(["web1"]);
      expect(kindsOf(results)).toEqual([kind, ...named(29).map(() => "not-tried")]);
      expect(results[29]?.text).toBe("not tried, because of web1");
    },
  );

  test("also in the middle of a step: what runs is awaited, and nothing new is started", async () => {
    const { tried, results } = await run(300, { kinds: { web20: "undecided" }, fanOut: 8 });
    expect(tried.length).toBeGreaterThanOrEqual(20);
    expect(tried.length).toBeLessThan(40);
    expect(results.filter(({ kind }) => kind === "not-tried")).toHaveLength(300 - tried.length);
  });

  test.each([{ keepGoing: true }, { mode: "keeping-out" }] as const)("goes on with %j", async (rules) => {
    const { tried, results } = await run(30, { kinds: { web1: "not-done", web5: "lost" }, rules });
    expect(tried).toHaveLength(30);
    expect(kindsOf(results).filter((kind) => kind !== "proven")).toEqual(["not-done", "lost"]);
  });

  test("a host with nothing to do is no reason to stop", async () => {
    expect((await run(30, { kinds: { web1: "nothing" } })).tried).toHaveLength(30);
  });

  test("after Ctrl-C what runs is awaited, and the rest is named", async () => {
    const { tried, results } = await run(30, { interruptedAt: "web1", rules: { mode: "keeping-out" } });
    expect(tried).toEqual(["web1"]);
    expect(results[0]?.kind).toBe("proven");
    expect(results[1]).toMatchObject({ kind: "not-tried", text: "not tried: interrupted" });
  });

  test("a defect leaves its host undecided, and what was done is told", async () => {
    const results = await runInSteps({
      targets: named(2),
      rules: ending,
      fanOut: 1,
      interruption: new AbortController().signal,
      act: async () => Promise.reject(new Error("oh")),
      onStep: () => undefined,
      onResult: () => undefined,
    });
    expect(results).toMatchObject([{ kind: "undecided" }, { kind: "not-tried" }]);
  });

  test.prop([
    fc.array(fc.constantFrom(...outcomeKinds), { maxLength: 40 }),
    fc.boolean(),
    fc.boolean(),
    fc.integer({ min: 1, max: 8 }),
  ])("each host has one outcome, its own or that it was not tried", async (fates, inSteps, keepGoing, fanOut) => {
    const kinds = Object.fromEntries(fates.map((kind, index) => [`web${String(index + 1)}`, kind]));
    const { results, tried } = await run(fates.length, { kinds, rules: { inSteps, keepGoing }, fanOut });
    expect(results.map(({ name }) => name)).toEqual(named(fates.length).map(({ name }) => name));
    expect(
      results.map(({ name, kind }) => (tried.includes(name) ? kind === kinds[name] : kind === "not-tried")),
    ).toEqual(fates.map(() => true));
    if (keepGoing || fates.every((kind) => isSettled({ kind }))) expect(tried).toHaveLength(fates.length);
  });
});

test.each([
  [[], "nothing"],
  [["proven", "nothing"], "proven"],
  [["proven", "refused"], "refused"],
  [["not-done", "undecided", "proven"], "undecided"],
] as const)("a host where things fare as %j counts as %s", (kinds, worst) => {
  expect(worstOf(kinds.map((kind) => ({ kind })))).toBe(worst);
});
