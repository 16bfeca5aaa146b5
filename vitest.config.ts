import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    reporters: ["default", "./test/summary-reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          // Files share a worker: no test leaves anything behind in a module, and to load all modules anew for each took most of the time.
          isolate: false,
          include: ["test/{unit,commands,contract,golden,architecture}/**/*.test.ts"],
          // What times look like is the same wherever the tests run.
          env: { TZ: "UTC" },
          sequence: { groupOrder: 0 },
          // What hangs is found; what is only slow beside other work is not taken for it.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "lab",
          include: ["test/lab/**/*.test.ts"],
          globalSetup: ["test/lab/machine/global-setup.ts"],
          // A worker keeps about half a core busy and waits for the rest: three make use of the two cores of a small machine.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 180_000,
          // What is waited for comes in the end; on a busy machine not within the usual second.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
