import { formatEndpoint } from "../../../domain/address.ts";
import type { Channel } from "../../../domain/describe-channels.ts";
import { onTerminals } from "../../../domain/terminal-use.ts";
import type { TerminalActivity, Tty } from "../../../domain/tty.ts";
import type { Auth } from "../../../domain/auth.ts";
import { formatDuration, secondsSince } from "../../../domain/duration.ts";
import type { SessionDetails, SessionProcess, Traffic } from "../../../domain/session-details.ts";
import { hasNoTerminal, sessionId, type Phase, type Session, type SessionReport } from "../../../domain/session.ts";
import { describeInner } from "./inner-terminal.ts";
import { frozenText } from "./frozen-text.ts";
import { comingEndText, comingEndToJson } from "./coming-end-text.ts";
import { lockText, lockToJson } from "./lock-text.ts";
import { formatForward } from "./forward-text.ts";
import { viewOf } from "./columns.ts";
import { sessionToJson } from "./sessions-json.ts";
import type { ProcessJson, SessionDocument, TrafficJson } from "../../../text/json-contract.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { textWidth } from "../../../text/width.ts";
import { fullTime, isoTime } from "../../../text/time.ts";
import { plural } from "../../../text/words.ts";
import { visible } from "../../../text/visible.ts";
import { hangingIndent, wrapWords } from "../../../text/wrap.ts";

/** What `show` tells, for people or for programs. */
export function renderDetailsAs(
  format: "text" | "json",
  details: SessionDetails,
  report: SessionReport,
  { fullCommand, tty }: Shown,
  style: TextStyle,
): string {
  return format === "json"
    ? renderDetailsJson(details, report, fullCommand)
    : renderDetails(details, report, { fullCommand, tty }, style);
}

export interface Shown {
  fullCommand: boolean;
  /** The terminal that was asked for: what is told is about that one first. */
  tty: Tty | undefined;
}

export function renderDetails(
  details: SessionDetails,
  report: SessionReport,
  shown: Shown,
  { chalk, width: columns }: TextStyle,
): string {
  const { session, ancestors, processes, warnings } = details;
  const { fullCommand } = shown;
  const facts = [
    ...factsOf(session, report, shown),
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
  { takenAtMs: nowMs, processes, locked }: Pick<SessionReport, "takenAtMs" | "processes" | "locked">,
  shown: Shown,
): Fact[] {
  const { user, uid, peer, local, startedAtMs } = session;
  return [
    [
      "session",
      `${sessionId(session.identity)}${session.self === true ? ", your own" : session.self === undefined ? ", perhaps your own" : ""}`,
    ],
    ["user", user === undefined ? undefined : `${user}${uid === undefined ? "" : ` (uid ${String(uid)})`}`],
    ["account", lockText(uid, locked)],
    ["ends", comingEndText(session.comingEnd, nowMs)],
    ["phase", session.phase],
    ["frozen", session.frozen && frozenText(session.frozen)],
    ["kind", session.kind],
    ["terminals", terminalsOf(session, processes).join(", ")],
    ["from", peer && formatEndpoint(peer)],
    ["to", local && formatEndpoint(local)],
    [loginTitles[session.phase], startedAtMs === undefined ? undefined : sinceText(startedAtMs, nowMs)],
    ...useFacts(session, nowMs, shown),
    processFact(session),
    ["logind", session.logindSession && `session:${session.logindSession}`],
    ["container", session.container ? "yes" : undefined],
    ["auth", authText(session.auth)],
    ["forwards", session.forwards?.map(formatForward).join(", ")],
    ["root inside", session.rootInside?.map(({ pid, comm }) => `${comm} (${String(pid)})`).join(", ")],
  ];
}

/** What is known of the time at which it began. */
const loginTitles: Readonly<Record<Phase, string>> = {
  authenticating: "accepted",
  opening: "accepted",
  open: "login",
  closing: "accepted",
  leftover: "login",
};

function processFact({ pid, monitorPid, server, leftPids }: Session): Fact {
  if (leftPids !== undefined)
    return ["left behind", `${plural(leftPids.length, "process")}, of which ${String(pid)} is the oldest`];
  return ["process", `${String(pid)}${monitorPid === undefined ? "" : `, monitor ${String(monitorPid)}`} (${server})`];
}

/** "2026-11-23 09:56:25 +0100 (17s ago)" */
function sinceText(timeMs: number, nowMs: number): string {
  return `${fullTime(timeMs)} (${formatDuration((nowMs - timeMs) / 1000)} ago)`;
}

/** What happens on the terminal that was asked for, and on each of several others. */
function useFacts(session: Session, nowMs: number, { fullCommand, tty }: Shown): Fact[] {
  const uses = usesOf(session);
  const named = tty === undefined ? undefined : uses.find((use) => use.tty === tty);
  const lineOf = (use: Use): Fact => {
    const parts = [commandText(use, nowMs, fullCommand), activityText(use.activity, nowMs)];
    return [use.tty ?? use.label, parts.filter((part) => part !== undefined).join("; ")];
  };
  if (named === undefined && uses.length > 1) return uses.map(lineOf);
  const told = named === undefined ? session : onTerminals(session, [named.tty ?? ""]);
  const { lastInputMs, lastOutputMs, busy } = told;
  const idle = lastInputMs === undefined ? undefined : { lastInputMs, lastOutputMs: lastOutputMs ?? nowMs };
  return [
    ["terminal", uses.length > 1 ? named?.tty : undefined],
    ["idle", hasNoTerminal(told) && told.phase === "open" ? noIdleTime : activityText(idle, nowMs)],
    ["command", commandText({ program: programIn(told), busy }, nowMs, fullCommand)],
    ...uses.filter((use) => use !== named && uses.length > 1).map(lineOf),
  ];
}

const noIdleTime = "no terminal, so no idle time";

interface Use extends Pick<Channel, "program" | "busy" | "activity"> {
  tty: Tty | undefined;
  /** What it is called without a terminal. */
  label: string;
}

/** Channels, and terminals inside of them. */
function usesOf({ channels, innerTerminals = [] }: Session): Use[] {
  const inner = innerTerminals.flatMap(({ tty, program, activity }): Use[] =>
    program === undefined ? [] : [{ tty, label: tty, program, busy: undefined, activity }],
  );
  return [...channels.map((channel): Use => ({ ...channel, label: channel.kind })), ...inner];
}

function programIn({ command, commandLine, commandStartedAtMs }: Session): Channel["program"] | undefined {
  return command === undefined
    ? undefined
    : { name: command, line: commandLine ?? command, startedAtMs: commandStartedAtMs };
}

/** "vim (running), since 2026-11-23 09:56:25 +0100 (17s ago)" */
function commandText(
  { program, busy }: { program: Channel["program"] | undefined; busy: boolean | undefined },
  nowMs: number,
  fullCommand: boolean,
): string | undefined {
  if (program === undefined) return undefined;
  const { name, line, startedAtMs } = program;
  const since = startedAtMs === undefined ? "" : `, since ${sinceText(startedAtMs, nowMs)}`;
  return `${fullCommand ? line : name}${busy === true ? " (running)" : ""}${since}`;
}

function activityText(activity: TerminalActivity | undefined, nowMs: number): string | undefined {
  if (activity === undefined) return undefined;
  const [idle = 0, quiet = 0] = [activity.lastInputMs, activity.lastOutputMs].map((timeMs) =>
    secondsSince(timeMs, nowMs),
  );
  return `${formatDuration(idle)} without input, ${formatDuration(quiet)} without output`;
}

/** "pts/3", "pts/28 inside pts/3": those that the server has allocated, and those that something in them has opened. */
function terminalsOf(session: Session, processes: SessionReport["processes"]): string[] {
  const inner = session.innerTerminals?.map(({ tty }) => describeInner(tty, session, processes)) ?? [];
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
    retransmits === undefined ? undefined : plural(retransmits, "retransmit"),
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
    lock: lockToJson(session.uid, report.locked),
    ending: comingEndToJson(session.comingEnd),
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
