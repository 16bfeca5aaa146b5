/** The thread that reads what other hosts have sent: one after the other. */
import { parentPort } from "node:worker_threads";
import { readAnswer, type AnswerQuestion } from "./read-answer.ts";
import type { DocumentQuestion } from "./read-document.ts";

parentPort?.on("message", (question: AnswerQuestion | DocumentQuestion) => {
  void replyTo(question).then((reply) => parentPort?.postMessage(reply));
});

/** Recordings need no schemas, and so do not wait for them. */
async function replyTo(question: AnswerQuestion | DocumentQuestion) {
  if (!("document" in question)) return readAnswer(question);
  return (await import("./read-document.ts")).readDocument(question);
}
