import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { createHold } from "../../../../src/host/files/held-files.ts";

const openFiles = () => readdirSync("/proc/self/fd").length;

test("tells of its process until that has ended", async () => {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  await once(child, "spawn");
  const path = `/proc/${String(child.pid)}/stat`;
  const file = createHold()(path);
  const start = `${String(child.pid)} (`;
  expect([file?.read()?.startsWith(start), file?.read()?.startsWith(start)]).toEqual([true, true]);
  child.stdin.end();
  await once(child, "exit");
  expect(file?.read()).toBeUndefined();
  file?.close();
});

test("no more are open than are allowed, and none when they are closed", () => {
  const before = openFiles();
  const hold = createHold(2);
  const [one, two, three] = ["stat", "status", "comm"].map((name) => hold(`/proc/self/${name}`));
  expect([openFiles() - before, three]).toEqual([2, undefined]);
  one?.close();
  const again = hold("/proc/self/comm");
  expect(again?.read()).not.toBe("");
  for (const file of [two, again]) file?.close();
  expect(openFiles()).toBe(before);
});

test("what is not there is not held", () => {
  expect(createHold()("/proc/4194305/stat")).toBeUndefined();
});
