/** The thread that reads what other hosts have sent: one after the other. */
import { parentPort } from "node:worker_threads";
import { readAnswer, type AnswerQuestion } from "./read-answer.ts";

parentPort?.on("message", (question: AnswerQuestion) => {
  void readAnswer(question).then((reply) => parentPort?.postMessage(reply));
});
