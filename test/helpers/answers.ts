import { readAnswer } from "../../src/report/thread/read-answer.ts";
import { readDocument } from "../../src/report/thread/read-document.ts";
import type { AnswerReader } from "../../src/report/thread/answer-reader.ts";

/** Reads what other hosts send without a thread: the thread begins in the bundle, which unit tests do not have. */
export const unlimitedReader: AnswerReader = {
  read: readAnswer,
  readDocument: async (question) => Promise.resolve(readDocument(question)),
  close: () => undefined,
};
