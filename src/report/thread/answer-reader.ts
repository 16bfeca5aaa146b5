import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { AnswerQuestion, AnswerReply } from "./read-answer.ts";
import { answersMark } from "./thread-mark.ts";

export interface AnswerReader {
  /** One after the other, in the order of the calls. */
  read: (question: AnswerQuestion) => Promise<AnswerReply>;
  close: () => void;
}

export interface ReaderLimits {
  /** What the thread begins with. */
  file: URL;
  /** For one answer. */
  limitMs: number;
}

/**
 * A thread begins with a file, and this one with the only one of the bundle whose name is known: main.ts sends it on from there. The
 * largest recording that a host may send takes a second; 210 sessions take a twentieth of that.
 */
const usualLimits: ReaderLimits = { file: new URL("main.cjs", import.meta.url), limitMs: 2000 };

/**
 * Reads recordings in a thread that has limits of its own. A host whose answer takes too long, or too much memory, costs that thread and
 * its own row; the next answer gets a new one.
 */
export function openAnswerReader({ file, limitMs }: ReaderLimits = usualLimits): AnswerReader {
  let thread: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const readNext = async (question: AnswerQuestion): Promise<AnswerReply> => {
    thread ??= await startThread(file);
    const reply = await ask(thread, question, limitMs);
    if (!("failure" in reply)) return reply;
    void thread.terminate();
    thread = undefined;
    return { kind: "unreadable", reason: reply.failure };
  };
  return {
    read: async (question) => {
      const reply = last.then(async () => readNext(question));
      last = reply;
      return reply;
    },
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

async function ask(
  thread: Worker,
  question: AnswerQuestion,
  limitMs: number,
): Promise<AnswerReply | { failure: string }> {
  return new Promise((resolve) => {
    const finish = (reply: AnswerReply | { failure: string }) => {
      clearTimeout(timer);
      thread.removeAllListeners("message").removeAllListeners("error");
      // One that is ended may still fail.
      thread.on("error", () => undefined);
      resolve(reply);
    };
    const timer = setTimeout(() => {
      finish({ failure: "it takes too long" });
    }, limitMs);
    thread.once("message", finish);
    // Its memory is full, or it has found a defect of ours.
    thread.once("error", ({ message }) => {
      finish({ failure: message });
    });
    thread.postMessage(question);
  });
}
