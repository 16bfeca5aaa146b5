import type { Reporter, TestModule, TestSuite } from "vitest/node";

/** Ends a run with one plain line, "N passed, N failed", for whoever reads the log of a machine. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap(({ children }) => [...children.allTests()]).map((test) => test.result().state);
    const suites = modules.flatMap((module): (TestModule | TestSuite)[] => [module, ...module.children.allSuites()]);
    const passed = tests.filter((state) => state === "passed").length;
    const skipped = tests.filter((state) => state === "skipped").length;
    const failedSuites = suites.filter((suite) => suite.errors().length > 0).length;
    const failed = tests.length - passed - skipped + failedSuites + errors.length;
    // A run in which nothing passed has proved nothing, whatever the reason.
    const empty = passed === 0 && failed === 0 ? 1 : 0;
    const tail = skipped > 0 ? `, ${String(skipped)} skipped` : "";
    process.stdout.write(`\n${String(passed)} passed, ${String(failed + empty)} failed${tail}\n`);
  }
}
