import { formatEndpoint } from "../../../domain/address.ts";
import type { Auth } from "../../../domain/auth.ts";
import { formatDuration, secondsSince } from "../../../domain/duration.ts";
import type { SessionDetails, SessionProcess, Traffic } from "../../../domain/session-details.ts";
import { hasNoTerminal, sessionId, type Session, type SessionReport } from "../../../domain/session.ts";
import { describeInner } from "./inner-terminal.ts";
import { formatForward } from "./forward-text.ts";
import { viewOf } from "./columns.ts";
import { sessionToJson } from "./sessions-json.ts";
import type { ProcessJson, SessionDocument, TrafficJson } from "../../../text/json-contract.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { textWidth } from "../../../text/width.ts";
import { fullTime, isoTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { hangingIndent, wrapWords } from "../../../text/wrap.ts";

/** What `show` tells, for people or for programs. */
export function renderDetailsAs(
  format: "text" | "json",
  details: SessionDetails,
  report: SessionReport,
  fullCommand: boolean,
  style: TextStyle,
): string {
  return format === "json"
    ? renderDetailsJson(details, report, fullCommand)
    : renderDetails(details, report, fullCommand, style);
}

export function renderDetails(
  details: SessionDetails,
  report: SessionReport,
  fullCommand: boolean,
  { chalk, width: columns }: TextStyle,
): string {
  const { session, ancestors, processes, warnings } = details;
  const facts = [
    ...factsOf(session, report, fullCommand),
    ["cgroup", details.cgroup],
    ...trafficFacts(details.traffic),
    ["started by", ancestors.map(({ name, pid }) => `${name} (${String(pid)})`).join(" < ")],
  ];
  const known = facts.flatMap(([name, value]) =>
    name === undefined || value === undefined || value === "" ? [] : [{ name, value }],
  );
  const width = Math.max(...known.map(({ name }) => name.length));
  const place = width + 2;
  return [
    ...known.flatMap(({ name, value }) =>
      hangingIndent(chalk.bold(name.padEnd(place)), place, visible(value), columns, textWidth),
    ),
    "",
    chalk.bold("processes"),
    ...processes.flatMap((process) => wrapWords(processLine(process, fullCommand), columns, textWidth)),
    ...warnings.flatMap(({ message }) => hangingIndent(chalk.bold("note  "), 6, visible(message), columns, textWidth)),
    "",
  ].join("\n");
}

type Fact = [name: string, value: string | undefined];

function factsOf(
  session: Session,
  { takenAtMs: nowMs, processes }: Pick<SessionReport, "takenAtMs" | "processes">,
  fullCommand: boolean,
): Fact[] {
  const { user, uid, peer, local, startedAtMs, busy, monitorPid } = session;
  const ago = startedAtMs === undefined ? "" : ` (${formatDuration((nowMs - startedAtMs) / 1000)} ago)`;
  const command = fullCommand ? session.commandLine : session.command;
  return [
    [
      "session",
      `${sessionId(session.identity)}${session.self === true ? ", your own" : session.self === undefined ? ", perhaps your own" : ""}`,
    ],
    ["user", user === undefined ? undefined : `${user}${uid === undefined ? "" : ` (uid ${String(uid)})`}`],
    ["phase", session.phase],
    ["kind", session.kind],
    ["terminals", terminalsOf(session, processes).join(", ")],
    ["from", peer && formatEndpoint(peer)],
    ["to", local && formatEndpoint(local)],
    [
      session.phase === "open" ? "login" : "accepted",
      startedAtMs === undefined ? undefined : `${fullTime(startedAtMs)}${ago}`,
    ],
    ["idle", idleText(session, nowMs)],
    ["command", command === undefined ? undefined : `${command}${busy === true ? " (running)" : ""}`],
    [
      "process",
      `${String(session.pid)}${monitorPid === undefined ? "" : `, monitor ${String(monitorPid)}`} (${session.server})`,
    ],
    ["logind", session.logindSession && `session:${session.logindSession}`],
    ["container", session.container ? "yes" : undefined],
    ["auth", authText(session.auth)],
    ["forwards", session.forwards?.map(formatForward).join(", ")],
    ["root inside", session.rootInside?.map(({ pid, comm }) => `${comm} (${String(pid)})`).join(", ")],
  ];
}

function idleText(session: Session, nowMs: number): string | undefined {
  const { phase, lastInputMs, lastOutputMs } = session;
  if (hasNoTerminal(session) && phase === "open") return "no terminal, so no idle time";
  const [idle, quiet] = [lastInputMs, lastOutputMs].map((timeMs) => secondsSince(timeMs, nowMs));
  if (idle === undefined) return undefined;
  return `${formatDuration(idle)} without input, ${formatDuration(quiet ?? 0)} without output`;
}

/** "pts/3", "pts/28 inside pts/3": those that the server has allocated, and those that something in them has opened. */
function terminalsOf(session: Session, processes: SessionReport["processes"]): string[] {
  const inner = session.innerTtys?.map((tty) => describeInner(tty, session, processes)) ?? [];
  return [...session.ttys, ...inner];
}

function authText(auth: Auth | undefined): string | undefined {
  if (auth === undefined) return undefined;
  const { key } = auth;
  const certificate =
    key?.certificate && `certificate "${key.certificate.id}" serial ${key.certificate.serial} of ${key.certificate.ca}`;
  const parts = [auth.method, key && `${key.type} ${key.fingerprint}`, key?.comment, certificate];
  const proof = auth.verified ? auth.source : `${auth.source}, unverified`;
  return `${parts.filter((part) => part !== undefined).join(" ")} (${proof})`;
}

function trafficFacts(traffic: Traffic | undefined): Fact[] {
  if (traffic === undefined) return [];
  const { bytesSent, bytesReceived, roundTripMs, retransmits, sendQueue } = traffic;
  const parts = [
    bytesSent === undefined ? undefined : `${String(bytesSent)} bytes sent`,
    bytesReceived === undefined ? undefined : `${String(bytesReceived)} received`,
    roundTripMs === undefined ? undefined : `round trip ${String(roundTripMs)} ms`,
    retransmits === undefined ? undefined : `${String(retransmits)} retransmits`,
    sendQueue === undefined ? undefined : `${String(sendQueue)} bytes unconfirmed`,
  ];
  return [["traffic", parts.filter((part) => part !== undefined).join(", ")]];
}

function processLine(process: SessionProcess, fullCommand: boolean): string {
  const { pid, depth, user, uid, tty, name, commandLine, listens, isElevated } = process;
  const facts = [
    user ?? (uid === undefined ? "?" : `uid ${String(uid)}`),
    tty,
    listens.length > 0 ? `listens on ${listens.map(formatEndpoint).join(", ")}` : undefined,
    isElevated ? "ROOT" : undefined,
  ];
  const command = fullCommand ? (commandLine ?? name) : name;
  return visible(
    `  ${"  ".repeat(depth)}${String(pid)} ${command} (${facts.filter((fact) => fact !== undefined).join(", ")})`,
  );
}

/** docs/schemas/session-1.json */
function renderDetailsJson(details: SessionDetails, report: SessionReport, fullCommand: boolean): string {
  return renderJson<SessionDocument>(detailsToJson(details, report, fullCommand));
}

export function detailsToJson(
  details: SessionDetails,
  report: SessionReport,
  fullCommand: boolean,
): Told<SessionDocument> {
  const { session, ancestors, processes, cgroup, traffic, warnings } = details;
  return {
    schema: "sshctl.session/1",
    host: report.host,
    takenAt: isoTime(report.takenAtMs),
    session: sessionToJson(session, viewOf(report, fullCommand)),
    cgroup: cgroup ?? null,
    ancestors: ancestors.map((process) => processToJson(process, fullCommand)),
    processes: processes.map((process) => processToJson(process, fullCommand)),
    traffic: traffic === undefined ? null : trafficToJson(traffic),
    warnings,
  };
}

export function processToJson(process: SessionProcess, fullCommand: boolean): Told<ProcessJson> {
  const { pid, ppid, uid, user, tty, name, commandLine, listens, isElevated, ignoresHangUp } = process;
  return {
    pid,
    ppid,
    uid: uid ?? null,
    user: user ?? null,
    tty: tty ?? null,
    command: fullCommand ? (commandLine ?? name) : name,
    listens,
    elevated: isElevated,
    ignoresHangUp: ignoresHangUp ?? null,
  };
}

function trafficToJson({ bytesSent, bytesReceived, roundTripMs, retransmits, sendQueue }: Traffic): TrafficJson {
  return {
    bytesSent: bytesSent ?? null,
    bytesReceived: bytesReceived ?? null,
    roundTripMs: roundTripMs ?? null,
    retransmits: retransmits ?? null,
    sendQueue: sendQueue ?? null,
  };
}
