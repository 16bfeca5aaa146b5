/** What another host has sent, made into a report: in a thread, because it is hostile input. */
import type { ProcessIdentity } from "../../domain/process.ts";
import type { Depth } from "../../domain/report-request.ts";
import type { SessionDetails } from "../../domain/session-details.ts";
import { sessionId, type SessionReport } from "../../domain/session.ts";
import { ForeseenError } from "../../errors.ts";
import { sentByHost } from "../../system/recorded/parse-recording.ts";
import { lookAt } from "../../system/recorded/recorded-host.ts";
import { readPidSpace } from "../../system/procfs/pid-space.ts";
import { readSessionDetails } from "../read-details.ts";
import { readRecordedReport } from "../read-report.ts";

/** What is to be made of a recording. */
export interface AnswerQuestion {
  recording: Uint8Array<ArrayBuffer>;
  /** What its first and last row must repeat. */
  nonce: string;
  logins: boolean;
  depth: Depth;
  /** Whether the report is to hold the processes, too: to find the session of one. They are the largest part of it. */
  processes: boolean;
  /** Everything about this session, too. */
  session?: ProcessIdentity;
}

export type AnswerReply =
  | {
      kind: "report";
      report: SessionReport;
      details: SessionDetails | undefined;
      /** As {@link readPidSpace}: the host's word. */
      pidSpace: string | undefined;
    }
  /** Why nothing could be made of it. */
  | { kind: "unreadable"; reason: string };

export async function readAnswer({
  recording,
  nonce,
  logins,
  depth,
  processes,
  session: wanted,
}: AnswerQuestion): Promise<AnswerReply> {
  try {
    return await lookAt(
      "of the host",
      Buffer.from(recording.buffer).toString("utf8"),
      async (facts): Promise<AnswerReply> => {
        const report = await readRecordedReport(facts, { set: "procfs", logins, depth });
        const session = wanted && report.sessions.find(({ identity }) => sessionId(identity) === sessionId(wanted));
        const details = session && (await readSessionDetails(session, report, facts));
        return {
          kind: "report",
          report: processes ? report : { ...report, processes: new Map() },
          details,
          pidSpace: readPidSpace(facts.files),
        };
      },
      { ...sentByHost, nonce },
    );
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    return { kind: "unreadable", reason: error.message };
  }
}
