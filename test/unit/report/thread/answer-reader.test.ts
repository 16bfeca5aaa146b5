import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { openAnswerReader } from "../../../../src/report/thread/answer-reader.ts";
import type { AnswerQuestion } from "../../../../src/report/thread/read-answer.ts";
import { newFolder } from "../../../helpers/new-folder.ts";

/** A thread that does what the nonce says, and counts what it was asked. */
const behaviour = `
const { parentPort } = require("node:worker_threads");
let asked = 0;
parentPort.on("message", ({ nonce }) => {
  asked += 1;
  if (nonce === "hang") for (;;);
  if (nonce === "throw") throw new Error("a defect");
  if (nonce === "eat") for (const eaten = []; ; ) eaten.push(new Array(1e5).fill({}));
  parentPort.postMessage({ kind: "unreadable", reason: nonce + " " + asked });
});
`;

function reader(limitMs: number) {
  const file = join(newFolder(), "thread.cjs");
  writeFileSync(file, behaviour);
  const opened = openAnswerReader({ file: pathToFileURL(file), limitMs });
  onTestFinished(() => {
    opened.close();
  });
  return opened;
}

const question = (nonce: string): AnswerQuestion => ({
  recording: new Uint8Array(0),
  nonce,
  logins: false,
  depth: "all",
  processes: false,
});

const unreadable = (reason: unknown) => ({ kind: "unreadable", reason });

test("answers come in the order of the questions, from one thread", async () => {
  const { read } = reader(20_000);
  expect(await Promise.all(["a", "b", "c"].map(async (nonce) => read(question(nonce))))).toEqual(
    ["a 1", "b 2", "c 3"].map(unreadable),
  );
});

test("one that takes too long costs itself only: the next has a new thread", async () => {
  const { read } = reader(500);
  expect(await Promise.all(["a", "hang", "b"].map(async (nonce) => read(question(nonce))))).toEqual(
    ["a 1", "it takes too long", "b 1"].map(unreadable),
  );
});

test("one that fails, or takes all memory, costs itself only", async () => {
  const { read } = reader(20_000);
  const replies = await Promise.all(["throw", "a", "eat", "b"].map(async (nonce) => read(question(nonce))));
  expect(replies).toEqual([
    unreadable("a defect"),
    unreadable("a 1"),
    unreadable(expect.stringMatching(/memory/)),
    unreadable("b 1"),
  ]);
});
