/** The thread that reads the machine while the screen waits for keys: one question after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { ProcessIdentity, ProcessTable } from "./domain/process.ts";
import type { SessionDetails } from "./domain/session-details.ts";
import { sessionId, type SessionReport } from "./domain/session.ts";
import { ForeseenError } from "./errors.ts";
import { thisMachine as here, type ReportDetail, type SourceChoice } from "./source-choice.ts";
import { thisMachine } from "./this-machine.ts";

export interface Request {
  id: number;
  question: Question;
}

export type Question =
  | { kind: "report"; source: SourceChoice; detail: ReportDetail }
  | { kind: "details"; identity: ProcessIdentity };

export type Reply =
  | { kind: "report"; report: SightingMessage }
  | { kind: "details"; found: { details: SessionDetails; report: SessionReport } | undefined }
  | { kind: "failure"; message: string; remedy: string | undefined };

/** A copy of every process would take longer than that of all sessions; numbers in one block take no time. */
export interface SightingMessage extends Omit<SessionReport, "processes"> {
  /** PID and start time of every process, in turn. */
  births: Float64Array;
}

const machine = thisMachine(Number(workerData));

parentPort?.on("message", ({ id, question }: Request) => {
  void reply(id, question);
});

async function reply(id: number, question: Question): Promise<void> {
  parentPort?.postMessage({ id, reply: await answer(question) });
}

async function answer(question: Question): Promise<Reply> {
  try {
    return question.kind === "report"
      ? { kind: "report", report: messageOf(await machine.readReport(question.source, question.detail)) }
      : { kind: "details", found: await readDetails(question.identity) };
  } catch (error) {
    // Classes do not survive the way to another thread; a defect ends this one, and is seen there.
    if (!(error instanceof ForeseenError)) throw error;
    return { kind: "failure", message: error.message, remedy: error.remedy };
  }
}

function messageOf({ processes, ...report }: SessionReport): SightingMessage {
  return { ...report, births: birthsOf(processes) };
}

function birthsOf(processes: ProcessTable): Float64Array {
  const births = new Float64Array(processes.size * 2);
  let index = 0;
  for (const { pid, startTicks } of processes.values()) {
    births[index] = pid;
    births[index + 1] = startTicks;
    index += 2;
  }
  return births;
}

async function readDetails(
  identity: ProcessIdentity,
): Promise<{ details: SessionDetails; report: SessionReport } | undefined> {
  const report = await machine.readReport(here, { logins: true });
  const session = report.sessions.find((each) => sessionId(each.identity) === sessionId(identity));
  return session && { details: await machine.readDetails(session, report, here), report };
}
