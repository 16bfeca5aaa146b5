import { describe, expect, test } from "vitest";
import { isPresent } from "../../../../src/host/files/files.ts";
import { openExampleHost } from "../../../../src/system/recorded/example-host.ts";

const recording = [
  "recording\t2",
  "host\tweb1",
  "byte-order\tlittle",
  "taken-at\t1000",
  "text\t/proc/uptime\t500.00 1.00\\n",
  "link\t/proc/7/exe\t/usr/bin/seven",
  "end",
  "",
].join("\n");
const changes = "2\t-\tlink\t/proc/7/exe\t/usr/bin/seven\n4\t+\tlink\t/proc/8/exe\t/usr/bin/eight\n";

const example = openExampleHost((name) => (name === "recording.tsv" ? recording : changes));

describe("what comes and goes", () => {
  test.each([
    [0, [true, false]],
    [1999, [true, false]],
    [2000, [false, false]],
    [4000, [false, true]],
    [4_000_000, [false, true]],
  ])("after %d ms", (elapsedMs, there) => {
    const { files } = example(elapsedMs);
    expect(["/proc/7/exe", "/proc/8/exe"].map((path) => isPresent(files.link(path)))).toEqual(there);
  });
});

test("its clock goes on, and it stays as old as its start", () => {
  const { now, files } = example(2500);
  expect(now()).toBe(1_002_500);
  expect(files.read("/proc/uptime")).toBe("502.50 0.00\n");
});

test("a copy without it says so", () => {
  expect(() => openExampleHost(() => undefined)).toThrow("The example host is missing from this copy of sshctl.");
});
