import { sessionId } from "../../../domain/session.ts";
import { version } from "../../../cli/version.ts";
import type { AddedFile } from "../../../host/files/new-archive.ts";
import type {
  EvidenceDocument,
  EvidenceManifestDocument,
  KeptJson,
  ProcessEvidenceJson,
} from "../../../text/json-contract.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import { detailsToJson } from "../../sessions/text/details-text.ts";
import type {
  AccountEvidence,
  Circumstances,
  Evidence,
  Kept,
  Occasion,
  OpenFileEvidence,
  ProcessEvidence,
  SessionEvidence,
  SocketEvidence,
} from "../evidence.ts";

/** docs/schemas/evidence-1.json */
export function renderEvidence(evidence: Evidence, occasion: Occasion, circumstances: Circumstances): string {
  return renderJson<EvidenceDocument>({
    schema: "sshctl.evidence/1",
    ...headOf(occasion, circumstances),
    sessions: evidence.sessions.map((session) => sessionToJson(session, occasion)),
    accounts: evidence.accounts.map(accountToJson),
    processes: evidence.processes.map(processToJson),
  });
}

/** What a manifest tells beside who took the evidence. */
export interface Manifest {
  evidence: Evidence;
  memory: boolean;
  finishedAtMs: number;
  files: readonly AddedFile[];
  gaps: readonly string[];
}

/** docs/schemas/evidence-manifest-1.json */
export function renderManifest(manifest: Manifest, occasion: Occasion, circumstances: Circumstances): string {
  const { evidence, memory, finishedAtMs, files, gaps } = manifest;
  return renderJson<EvidenceManifestDocument>({
    schema: "sshctl.evidence-manifest/1",
    ...headOf(occasion, circumstances),
    finishedAt: isoTime(finishedAtMs),
    sshctl: version,
    sessions: evidence.sessions.map(({ details }) => sessionId(details.session.identity)),
    memory,
    files: files.map(({ name, bytes, sha256 }) => ({ file: name, bytes, sha256 })),
    gaps,
  });
}

/** What sha256sum(1) checks with -c. */
export function renderSums(files: readonly AddedFile[]): string {
  return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}

type Head = "id" | "host" | "bootId" | "bootedAt" | "kernel" | "takenAt" | "by" | "command" | "reason";

function headOf(
  { id, command, reason, report }: Occasion,
  { bootId, bootedAtMs, kernel, by, takenAtMs }: Circumstances,
): Pick<Told<EvidenceDocument>, Head> {
  return {
    id,
    host: report.host,
    bootId: bootId ?? null,
    bootedAt: bootedAtMs === undefined ? null : isoTime(bootedAtMs),
    kernel: kernel ?? null,
    takenAt: isoTime(takenAtMs),
    by,
    command,
    reason: reason ?? null,
  };
}

function sessionToJson(
  { details, processes, keyLines, journal, logind }: SessionEvidence,
  { report }: Occasion,
): Told<EvidenceDocument["sessions"][number]> {
  return {
    details: detailsToJson(details, report, true),
    processes,
    authorizedKeys: keyLines,
    journal: keptToJson(journal),
    logind: keptToJson(logind),
  };
}

function accountToJson({
  user,
  uid,
  lingers,
  crontab,
  atJobs,
}: AccountEvidence): Told<EvidenceDocument["accounts"][number]> {
  return {
    user,
    uid,
    lingers,
    crontab: crontab === undefined ? null : { path: crontab.path, kept: keptToJson(crontab.kept) },
    atJobs: atJobs.map(({ path, kept }) => ({ path, kept: keptToJson(kept) })),
  };
}

function processToJson(evidence: ProcessEvidence): Told<ProcessEvidenceJson> {
  const { process, startedAtMs, ids, executable, kept } = evidence;
  return {
    pid: process.pid,
    ppid: process.ppid,
    startTicks: process.startTicks,
    startedAt: startedAtMs === undefined ? null : isoTime(startedAtMs),
    name: process.comm,
    tty: process.tty ?? null,
    uids: ids?.uids ?? null,
    gids: ids?.gids ?? null,
    groups: ids?.groups ?? null,
    loginUid: evidence.loginUid ?? null,
    cgroup: evidence.cgroup ?? null,
    workingDirectory: evidence.workingDirectory ?? null,
    rootDirectory: evidence.rootDirectory ?? null,
    network: evidence.network ?? null,
    commandLine: evidence.commandLine ?? null,
    executable: executable === undefined ? null : executableToJson(executable),
    sockets: evidence.sockets.map(socketToJson),
    openFiles: evidence.openFiles?.map(fileToJson) ?? null,
    kept: Object.fromEntries(kept),
    complete: evidence.isComplete,
  };
}

function executableToJson({
  path,
  isDeleted,
  bytes,
  sha256,
  kept,
}: NonNullable<ProcessEvidence["executable"]>): Told<ProcessEvidenceJson["executable"]> {
  return { path, deleted: isDeleted, bytes: bytes ?? null, sha256: sha256 ?? null, kept: keptToJson(kept) };
}

function socketToJson({ local, peer, path, ...socket }: SocketEvidence): Told<ProcessEvidenceJson["sockets"][number]> {
  return { ...socket, local: local ?? null, peer: peer ?? null, path: path ?? null };
}

function fileToJson({ fd, link, position, flags, isDeleted, kept }: OpenFileEvidence) {
  return { fd, link, position: position ?? null, flags: flags ?? null, deleted: isDeleted, kept: keptToJson(kept) };
}

function keptToJson(kept: Kept | undefined): Told<KeptJson> | null {
  return kept ?? null;
}
