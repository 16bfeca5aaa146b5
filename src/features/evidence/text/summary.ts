/**
 * The evidence for people, in Markdown. What others have chosen stands in indented blocks, in which nothing is markup, and on lines of
 * its own, without anything that a terminal would obey.
 */
import { formatEndpoint } from "../../../domain/address.ts";
import type { Pid } from "../../../domain/process.ts";
import type { AddedFile } from "../../../host/files/new-archive.ts";
import { sizeText } from "../../../text/bytes.ts";
import { painterFor } from "../../../text/color.ts";
import { fullTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { plural } from "../../../text/words.ts";
import { renderDetails } from "../../sessions/text/details-text.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import type {
  AccountEvidence,
  Circumstances,
  Evidence,
  Occasion,
  ProcessEvidence,
  SessionEvidence,
  SocketEvidence,
} from "../evidence.ts";

export interface Summary {
  evidence: Evidence;
  occasion: Occasion;
  circumstances: Circumstances;
  /** All but those that are written after it. */
  files: readonly AddedFile[];
  gaps: readonly string[];
}

export function renderSummary({ evidence, occasion, circumstances, files, gaps }: Summary): string {
  const { sessions, accounts, processes } = evidence;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return [
    `# Evidence of ${plural(sessions.length, "session")}`,
    "",
    ...block(headOf(occasion, circumstances)),
    "",
    secrets,
    "",
    ...sessions.flatMap((session) => sessionPart(session, occasion, processes)),
    ...accounts.flatMap(accountPart),
    "## What is missing",
    "",
    ...(gaps.length === 0 ? ["Nothing, as far as could be seen."] : block(gaps)),
    "",
    "## Files",
    "",
    `${plural(files.length, "file")}, ${sizeText(bytes)}. manifest.json has all of them with their SHA-256; "sha256sum -c SHA256SUMS" checks them.`,
    "evidence.json tells the same as this file, and more, for programs.",
    "",
  ].join("\n");
}

const secrets =
  "It holds secrets and personal data: environments, commands with their arguments, addresses, files of users. Show it to nobody who need not know, and delete it when it is no longer needed.";

function block(lines: readonly string[]): string[] {
  return lines.map((line) => `    ${visible(line)}`);
}

function headOf({ id, command, reason, report }: Occasion, circumstances: Circumstances): string[] {
  const { bootId, bootedAtMs, kernel, by, takenAtMs } = circumstances;
  const facts: [string, string | undefined][] = [
    ["act", id],
    ["command", command],
    ["taken", fullTime(takenAtMs)],
    ["taken by", by],
    ["reason", reason],
    ["host", report.host],
    ["boot", bootId],
    ["booted", bootedAtMs === undefined ? undefined : fullTime(bootedAtMs)],
    ["kernel", kernel],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(10)}${value}`]));
}

function sessionPart(session: SessionEvidence, { report }: Occasion, all: readonly ProcessEvidence[]): string[] {
  const { details, processes: pids, keyLines, journal, logind } = session;
  const own = pids.flatMap((pid) => all.find(({ process }) => process.pid === pid) ?? []);
  const plain = { width: undefined, chalk: painterFor("never", {}, false) };
  const facts = renderDetails(details, report, { fullCommand: true, tty: undefined }, plain);
  return [
    `## Session of PID ${String(details.session.pid)}`,
    "",
    ...block([describeSession(details.session), "", ...facts.trimEnd().split("\n")]),
    "",
    ...part("Sockets", own.flatMap(socketLines)),
    ...part(
      "Processes",
      own.flatMap((process) => processLines(process, depthIn(pids, all, process))),
    ),
    ...part("Deleted files that were open or run", own.flatMap(deletedLines)),
    ...part(
      "The line of the key",
      keyLines.map(({ path, line, text }) => `${path}:${String(line)}: ${text}`),
    ),
    ...part(
      "What logs say",
      [journal?.file, logind?.file].flatMap((file) => file ?? []),
    ),
  ];
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, "", ...block(lines), ""];
}

/** How many of its ancestors are among these. */
function depthIn(pids: readonly Pid[], all: readonly ProcessEvidence[], { process }: ProcessEvidence): number {
  const parents = new Map(all.map((each) => [each.process.pid, each.process.ppid]));
  let depth = 0;
  for (let pid = process.ppid; pids.includes(pid) && depth < deepest; pid = parents.get(pid) ?? 0) depth += 1;
  return depth;
}

const deepest = 40;

function processLines(evidence: ProcessEvidence, depth: number): string[] {
  const { process, startedAtMs, ids, commandLine, executable, workingDirectory, openFiles } = evidence;
  const indent = "  ".repeat(depth);
  const facts: [string, string | undefined][] = [
    ["started", startedAtMs === undefined ? undefined : fullTime(startedAtMs)],
    ["uid", ids === undefined ? undefined : [...new Set(ids.uids)].join(" ")],
    ["in", workingDirectory],
    ["runs", executable?.path],
    ["sha256", executable?.sha256],
    ["open files", openFiles === undefined ? undefined : String(openFiles.length)],
  ];
  return [
    `${indent}${String(process.pid)} ${commandLine?.join(" ") ?? `[${process.comm}]`}${evidence.isComplete ? "" : " (ended meanwhile)"}`,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`${indent}  ${name.padEnd(11)}${value}`])),
  ];
}

function socketLines({ process, sockets }: ProcessEvidence): string[] {
  return sockets
    .filter(({ protocol }) => protocol !== "unknown")
    .map((socket) => `${String(process.pid)} ${process.comm}: ${socketText(socket)}`);
}

function socketText({ fd, protocol, local, peer, listens, path }: SocketEvidence): string {
  const ends = [
    local && formatEndpoint(local),
    path,
    peer && `to ${formatEndpoint(peer)}`,
    listens ? "listens" : undefined,
  ];
  return [`${protocol}, file ${String(fd)}`, ...ends].filter((end) => end !== undefined).join(", ");
}

function deletedLines({ process, executable, openFiles = [] }: ProcessEvidence): string[] {
  const pid = String(process.pid);
  const kept = (file: string | undefined) => file ?? "not kept, see below";
  return [
    ...(executable?.isDeleted === true ? [`${pid} runs ${executable.path}: ${kept(executable.kept?.file)}`] : []),
    ...openFiles
      .filter(({ isDeleted }) => isDeleted)
      .slice(0, mostDeleted)
      .map((file) => `${pid} has open ${file.link} (file ${String(file.fd)}): ${kept(file.kept?.file)}`),
  ];
}

const mostDeleted = 1000;

function accountPart({ user, uid, lingers, crontab, atJobs }: AccountEvidence): string[] {
  const lines = [
    lingers ? "its services run without a login (linger)" : undefined,
    crontab === undefined ? undefined : `crontab: ${crontab.kept?.file ?? "not kept, see below"}`,
    ...atJobs.map(({ path, kept }) => `at job ${path}: ${kept?.file ?? "not kept, see below"}`),
  ].filter((line) => line !== undefined);
  return [
    `## Account of uid ${String(uid)}`,
    "",
    ...block([user, ...(lines.length === 0 ? ["no linger, no crontab, no at jobs"] : lines)]),
    "",
  ];
}
