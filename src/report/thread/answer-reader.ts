import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { AnswerQuestion, AnswerReply } from "./read-answer.ts";
import type { DocumentName, DocumentQuestion, DocumentReply } from "./read-document.ts";
import { answersMark } from "./thread-mark.ts";

export interface AnswerReader {
  /** One after the other, in the order of the calls. */
  read: (recording: AnswerQuestion) => Promise<AnswerReply>;
  readDocument: <Name extends DocumentName>(document: DocumentQuestion<Name>) => Promise<DocumentReply<Name>>;
  close: () => void;
}

export interface ReaderLimits {
  /** What the thread begins with. */
  file: URL;
  /** CPU time for one answer: on a machine that is busy with something else, a thread may wait for long. */
  limitMs: number;
}

/**
 * A thread begins with a file, and this one with the only one of the bundle whose name is known: main.ts sends it on from there. The
 * largest recording that a host may send takes a second; 210 sessions take a twentieth of that.
 */
const usualLimits: ReaderLimits = { file: new URL("main.cjs", import.meta.url), limitMs: 2000 };

/** What every kind of answer may turn out to be. */
interface Unreadable {
  kind: "unreadable";
  reason: string;
}

/**
 * Reads answers in a thread that has limits of its own. A host whose answer takes too long, or too much memory, costs that thread and
 * its own row; the next answer gets a new one.
 */
export function openAnswerReader({ file, limitMs }: ReaderLimits = usualLimits): AnswerReader {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const readNext = async <Reply extends object>(question: object): Promise<Reply | Unreadable> => {
    thread ??= await startThread(file);
    const reply = await ask<Reply>(thread, question, limitMs);
    if (!("failure" in reply)) return reply;
    void thread.terminate();
    thread = undefined;
    return { kind: "unreadable", reason: reply.failure };
  };
  const readInTurn = async <Reply extends object>(question: object) => {
    const reply = last.then(async () => readNext<Reply>(question));
    last = reply;
    return reply;
  };
  return {
    read: async (recording) => readInTurn<AnswerReply>(recording),
    readDocument: async <Name extends DocumentName>(document: DocumentQuestion<Name>) =>
      readInTurn<DocumentReply<Name>>(document),
    close: () => {
      void thread?.terminate();
    },
  };
}

async function startThread(file: URL): Promise<Worker> {
  const thread = new Worker(file, {
    argv: [answersMark],
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
  });
  await once(thread, "online");
  return thread;
}

/** How many times its CPU time an answer may take in all. */
const mostWaits = 10;

interface Failed {
  failure: string;
}

async function ask<Reply extends object>(thread: Worker, question: object, limitMs: number): Promise<Reply | Failed> {
  return new Promise((resolve) => {
    const before = process.cpuUsage();
    const startedMs = performance.now();
    const finish = (reply: Reply | Failed) => {
      clearInterval(timer);
      thread.removeAllListeners("message").removeAllListeners("error");
      // One that is ended may still fail.
      thread.on("error", () => undefined);
      resolve(reply);
    };
    // While an answer is read, there is little else that this process does.
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(before);
      const isOver = (user + system) / 1000 >= limitMs || performance.now() - startedMs >= mostWaits * limitMs;
      if (isOver) finish({ failure: "it takes too long" });
    }, limitMs / 8);
    thread.once("message", finish);
    // Its memory is full, or it has found a defect of ours.
    thread.once("error", ({ message }) => {
      finish({ failure: message });
    });
    thread.postMessage(question);
  });
}
