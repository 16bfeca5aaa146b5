import { afterAll, beforeAll, describe, inject } from "vitest";
import { Machine, node, type BootOptions } from "./machine.ts";
import { everySuite, oldestAndNewest, runsEverything, type Suite, type SuiteName } from "./suites.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Why the tests run on just these generations. */
    why?: string;
  }
}

/** The machine's own Node.js, where it has one. */
const ownNode = "/usr/bin/node";

/**
 * Describes behaviour that differs from one generation to the next, once for each of them.
 *
 * @param why - what differs.
 */
export function describeEverySuite(why: string, body: (suite: Suite) => void): void {
  describeEach(everySuite(), why, body);
}

/**
 * Describes behaviour of some generations.
 *
 * @param why - what only they have.
 */
export function describeSuites(isMeant: (suite: Suite) => boolean, why: string, body: (suite: Suite) => void): void {
  describeEach(everySuite().filter(isMeant), why, body);
}

/**
 * Describes behaviour that the generations between have in common with the oldest or the newest. `npm run test:all` runs it on
 * every one.
 *
 * @param why - what the two have different, or why nothing is.
 */
export function describeOldestAndNewest(why: string, body: (suite: Suite) => void): void {
  describeEach(oldestAndNewest(), why, body);
}

/**
 * Describes behaviour that hangs on the Node.js more than on the generation: once for each Node.js that a suite has of its
 * own, and on the oldest suite for the one that runs the tests. `npm run test:all` runs that one on every suite.
 *
 * @param why - what hangs on it.
 */
export function describeEveryNode(why: string, body: (suite: Suite, nodePath: string) => void): void {
  const suites = everySuite().filter((suite) => nodesOf(suite).length > 0);
  describeEach(suites, why, (suite) => {
    describe.each(nodesOf(suite))("%s", (path) => {
      body(suite, path);
    });
  });
}

function nodesOf(suite: Suite): readonly string[] {
  const testsOwn = runsEverything() || oldestAndNewest()[0] === suite;
  return [...(testsOwn ? [node] : []), ...(suite.hasOwnNode ? [ownNode] : [])];
}

function describeEach(suites: readonly Suite[], why: string, body: (suite: Suite) => void): void {
  describe.each(suites.map((suite) => [suite.name, suite] as const))("%s", { meta: { why } }, (_, suite) => {
    body(suite);
  });
}

export interface UseMachineOptions extends Pick<BootOptions, "layers"> {
  /** The Node.js that runs the project's own tool; the one of the tests unless told otherwise. */
  readonly nodePath?: string;
}

/** Boots a machine for the tests of the enclosing `describe`. Use the answer inside of tests and hooks: `lab().run(...)`. */
export function useMachine(name: SuiteName, { nodePath = node, layers = [] }: UseMachineOptions = {}): () => Machine {
  let machine: Machine | undefined;
  // The first one that needs a layer builds it.
  const bootMs = layers.length > 0 ? 400_000 : undefined;
  beforeAll(async () => {
    requireLab();
    machine = await Machine.boot(name, { layers });
    machine.node = nodePath;
  }, bootMs);
  afterAll(async () => machine?.stop());
  return () => {
    if (machine === undefined) throw new Error("the machine is there only inside of tests and hooks");
    return machine;
  };
}

/** Fails where no machine can run: a test that did not run must not look like one that passed. */
export function requireLab(): void {
  const reason = inject("labUnavailable");
  if (reason !== "") throw new Error(`not run, ${reason}`);
}
