/** The thread that reads the machine while the screen waits for keys: one question after the other. */
import { parentPort, workerData } from "node:worker_threads";
import type { ProcessIdentity } from "../../domain/process.ts";
import type { SessionDetails } from "../../domain/session-details.ts";
import { sessionId, type SessionReport } from "../../domain/session.ts";
import { ForeseenError } from "../../errors.ts";
import { ReportEncoder, type ReportDelta } from "./report-delta.ts";
import { localSource, type ReportRequest } from "../../domain/report-request.ts";
import { thisHost } from "../../host/this-host.ts";
import { reportsOf } from "../reports.ts";

export interface Request {
  id: number;
  question: Question;
}

export type Question = { kind: "report"; request: ReportRequest } | { kind: "details"; identity: ProcessIdentity };

export type Reply =
  | { kind: "report"; report: ReportDelta }
  | { kind: "details"; found: { details: SessionDetails; report: SessionReport } | undefined }
  | { kind: "failure"; message: string; remedy: string | undefined };

const reports = reportsOf(thisHost(Number(workerData)));
const sender = new ReportEncoder();

parentPort?.on("message", ({ id, question }: Request) => {
  void reply(id, question);
});

async function reply(id: number, question: Question): Promise<void> {
  parentPort?.postMessage({ id, reply: await answer(question) });
}

async function answer(question: Question): Promise<Reply> {
  try {
    return question.kind === "report"
      ? { kind: "report", report: sender.messageOf(await reports.read(question.request)) }
      : { kind: "details", found: await readDetails(question.identity) };
  } catch (error) {
    // Classes do not survive the way to another thread; a defect ends this one, and is seen there.
    if (!(error instanceof ForeseenError)) throw error;
    return { kind: "failure", message: error.message, remedy: error.remedy };
  }
}

async function readDetails(
  identity: ProcessIdentity,
): Promise<{ details: SessionDetails; report: SessionReport } | undefined> {
  const report = await reports.read({ ...localSource, logins: true });
  const session = report.sessions.find((each) => sessionId(each.identity) === sessionId(identity));
  return session && { details: await reports.details(session, report, localSource), report };
}
