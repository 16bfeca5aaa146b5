import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { signals } from "../../../../src/host/processes/signals.ts";

test.each([0, 1, -1, -500, 1.5, Number.NaN, Infinity])("never signals %s: a group, the machine, or nonsense", (pid) => {
  expect(() => signals.send(pid, "TERM")).toThrow("must never be signalled");
  expect(() => signals.probe(pid)).toThrow("must never be signalled");
});

test("signals a process, and knows that it is gone after that", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await once(child, "spawn");
  const { pid = Number.NaN } = child;
  expect(signals.probe(pid)).toBe("sent");
  const ended = once(child, "exit");
  expect(signals.send(pid, "KILL")).toBe("sent");
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(signals.probe(pid)).toBe("gone");
});
