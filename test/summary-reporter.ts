import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Reporter, TestModule, TestSuite } from "vitest/node";
import { budgetSeconds } from "./lab/budgets.ts";
import { type FileTime, timeReport } from "./time-report.ts";

const lab = fileURLToPath(new URL("lab/", import.meta.url));

/** Ends a run with where the lab's time went, and one plain line for programs that read the log: "N passed, N failed". */
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
    const times = modules.filter(({ project }) => project.name === "lab").map(timeOf);
    const report = timeReport(times, budgetSeconds).map((line) => `${line}\n`);
    process.stdout.write(`\n${report.join("")}\n${String(passed)} passed, ${String(failed + empty)} failed${tail}\n`);
  }
}

function timeOf(module: TestModule): FileTime {
  const generations = [...module.children.suites()].flatMap((suite) => {
    const { why } = suite.meta();
    return why === undefined ? [] : [{ suite: suite.name, why }];
  });
  return { file: relative(lab, module.moduleId), seconds: module.diagnostic().duration / 1000, generations };
}
