/**
 * Looks at many hosts at once: what is asked of each, what came back, and why nothing did. The name of a host is the one that the caller
 * has given; what a host says can only be about itself.
 */
import type { ProcessIdentity } from "../../domain/process.ts";
import type { Depth } from "../../domain/report-request.ts";
import type { SessionDetails } from "../../domain/session-details.ts";
import type { SessionReport } from "../../domain/session.ts";
import type { AnswerReader } from "../../report/thread/answer-reader.ts";
import type { Answer, Engine } from "../engine/engine.ts";
import { failureOf, type Failure } from "../engine/failures.ts";
import type { Course } from "../engine/run-jobs.ts";
import type { FleetHost } from "../names/fleet-host.ts";
import { askHosts } from "./ask-hosts.ts";
import { collectJob, type Collection } from "./command.ts";
import { findRecording } from "./find-recording.ts";
import { findProtectedThere, type ProtectedThere } from "./protected-there.ts";

export interface FleetQuestion extends Omit<Collection, "nonce">, Course {
  hosts: readonly FleetHost[];
  depth: Depth;
  /** Whether the reports are to hold the processes, too; those of a single host always do. */
  processes?: boolean;
}

export interface FleetPorts {
  engine: Engine;
  reader: AnswerReader;
  /** Random letters and digits that no host can guess. */
  newNonce: () => string;
}

/** One host, in the order of the question. */
export interface HostLook {
  name: string;
  outcome: Answered | Failure;
}

export interface Answered {
  report: SessionReport;
  /** By how much its clock is ahead; as exact as the time that the answer took. */
  clockOffsetMs: number;
  /** Where its processes are: as {@link readPidSpace}. */
  pidSpace?: string | undefined;
  /** Whom root there protects, where that was asked for. */
  protectedThere: ProtectedThere;
  /** To ask more of the same answer; only where a single host was asked. */
  recording?: { bytes: Uint8Array<ArrayBuffer>; nonce: string };
}

export function hasAnswered(outcome: HostLook["outcome"]): outcome is Answered {
  return "report" in outcome;
}

/** @param onProgress - is told how many hosts are done. */
export async function collectFleet(
  question: FleetQuestion,
  { engine, reader, newNonce }: FleetPorts,
  onProgress?: (done: number) => void,
): Promise<HostLook[]> {
  return askHosts(
    {
      ...question,
      newNonce,
      jobFor: (host, nonce) => collectJob(host, { ...question, nonce }),
      read: async (answer, nonce) => readAnswer(answer, nonce, question, reader),
    },
    engine,
    onProgress,
  );
}

/** What an answer says in which a recording with this nonce stands. */
export async function readAnswer(
  { end, startedMs, endedMs }: Answer,
  nonce: string,
  { hosts, logins, depth, processes = false }: Pick<FleetQuestion, "hosts" | "logins" | "depth" | "processes">,
  reader: AnswerReader,
): Promise<HostLook["outcome"]> {
  const found = end.kind === "ended" ? findRecording(end.stdout, nonce) : { kind: "none" as const };
  if (end.kind !== "ended" || found.kind === "none") return failureOf(end);
  if (found.kind === "other")
    return {
      code: "other-collector",
      message: "the collector there is of another version",
      detail: `it writes form ${String(found.form)}`,
    };
  if (found.kind === "cut") return { code: "cut-off", message: "its answer was cut off" };
  const isOnly = hosts.length === 1;
  const reply = await reader.read({ recording: found.bytes, nonce, logins, depth, processes: isOnly || processes });
  if (reply.kind === "unreadable")
    return { code: "unreadable", message: "its answer cannot be read", detail: reply.reason };
  const { report, pidSpace } = reply;
  return {
    report,
    pidSpace,
    protectedThere: findProtectedThere(end.stdout, nonce),
    clockOffsetMs: report.takenAtMs - (startedMs + endedMs) / 2,
    ...(isOnly ? { recording: { bytes: found.bytes, nonce } } : {}),
  };
}

/** Everything about one session of a host that has answered, with its login; undefined where its answer does not hold it. */
export async function detailsOf(
  { bytes, nonce }: Required<Answered>["recording"],
  session: ProcessIdentity,
  reader: AnswerReader,
): Promise<SessionDetails | undefined> {
  const reply = await reader.read({ recording: bytes, nonce, logins: true, depth: "all", processes: true, session });
  return reply.kind === "report" ? reply.details : undefined;
}
