/**
 * This room reads the machine in a thread of its own, so that no key on the screen of `watch` waits for a look.
 * What enters: what travels between the two threads. The scanner asks, scanner-thread.ts answers, and report-delta.ts sends only
 * what has changed.
 */
import { Worker } from "node:worker_threads";
import { FatalError } from "../../errors.ts";
import type { Question, Reply, Request } from "./scanner-thread.ts";
import { ReportDecoder } from "./report-delta.ts";
import { scannerMark } from "./thread-mark.ts";
import type { ReportRequest } from "../../domain/report-request.ts";
import type { SessionDetails } from "../../domain/session-details.ts";
import type { Session, SessionReport, LiveReport } from "../../domain/session.ts";
import type { Reports } from "../reports.ts";

export interface Scanner {
  /** @throws FatalError, PermissionError */
  read: (request: ReportRequest) => Promise<LiveReport>;
  /** What `show` tells; undefined when the session has ended. */
  details: (session: Session) => Promise<{ details: SessionDetails; report: SessionReport } | undefined>;
  close: () => void;
}

/**
 * Reads the machine in a thread of its own: a look at a thousand sessions takes longer than a key may wait. The first look is
 * taken here (`readHere`), because a thread takes its time to start, and before it there is no key to wait for.
 */
export function openScanner(observer: number, readHere: Reports["read"]): Scanner {
  let isFirst = true;
  let thread: Thread | undefined;
  const receiver = new ReportDecoder();
  const ask = async (question: Question) => (thread ??= startThread(observer)).ask(question);
  return {
    read: async (request) => {
      if (isFirst) {
        isFirst = false;
        return readHere(request);
      }
      const reply = await ask({ kind: "report", request });
      if (reply.kind !== "report") throw new Error(`the scanner answered with ${reply.kind}`);
      return receiver.decode(reply.report);
    },
    details: async (session) => {
      const reply = await ask({ kind: "details", identity: session.identity });
      if (reply.kind !== "details") throw new Error(`the scanner answered with ${reply.kind}`);
      return reply.found;
    },
    close: () => {
      thread?.close();
    },
  };
}

interface Thread {
  ask: (question: Question) => Promise<Reply>;
  close: () => void;
}

/** A thread begins with a file, and this one with the only one of the bundle whose name is known: main.ts sends it on from there. */
function startThread(observer: number): Thread {
  const worker = new Worker(new URL("main.cjs", import.meta.url), {
    argv: [scannerMark],
    workerData: observer,
  });
  const waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: unknown) => void }>();
  let asked = 0;
  worker.on("message", ({ id, reply }: { id: number; reply: Reply }) => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (reply.kind === "failure") reject?.(new FatalError(reply.message, reply.remedy));
    else resolve?.(reply);
  });
  worker.on("error", (error) => {
    for (const { reject } of waiting.values()) reject(error);
  });
  return {
    ask: async (question) =>
      new Promise((resolve, reject) => {
        asked += 1;
        waiting.set(asked, { resolve, reject });
        const request: Request = { id: asked, question };
        worker.postMessage(request);
      }),
    close: () => {
      void worker.terminate();
    },
  };
}
