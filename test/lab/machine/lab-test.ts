import { afterAll, beforeAll, describe, inject } from "vitest";
import { Machine, node } from "./machine.ts";
import { chosenSuites, type Suite, type SuiteName } from "./suites.ts";

/** Describes the same behaviour once for each suite. */
export function describeEverySuite(body: (suite: Suite) => void): void {
  describe.each(chosenSuites())("$name", (suite) => {
    body(suite);
  });
}

/** Describes the same behaviour once for each suite, and once more for each Node.js that a suite has of its own. */
export function describeEveryNode(body: (suite: Suite, nodePath: string) => void): void {
  describeEverySuite((suite) => {
    describe.each(suite.hasOwnNode ? [node, "/usr/bin/node"] : [node])("%s", (nodePath) => {
      body(suite, nodePath);
    });
  });
}

/** Boots a machine for the tests of the enclosing `describe`. Use the answer inside of tests and hooks: `lab().run(...)`. */
export function useMachine(name: SuiteName, nodePath = node): () => Machine {
  let machine: Machine | undefined;
  beforeAll(async () => {
    requireLab();
    machine = await Machine.boot(name);
    machine.node = nodePath;
  });
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
