import type { Auth } from "../../../domain/auth.ts";
import type { Channel } from "../../../domain/describe-channels.ts";
import { secondsSince } from "../../../domain/duration.ts";
import type { ChosenSessions } from "../../../domain/choose-sessions.ts";
import type { Payload } from "../../../domain/payload.ts";
import type { Frozen } from "../../../domain/frozen.ts";
import type { TerminalActivity } from "../../../domain/tty.ts";
import { leftOut } from "../../../domain/warnings.ts";
import { sessionId, type Session, type SessionReport } from "../../../domain/session.ts";
import { viewOf, type View } from "./columns.ts";
import { isoTime } from "../../../text/time.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import type {
  AuthJson,
  ChannelJson,
  FrozenJson,
  LineJson,
  ListenerJson,
  PayloadJson,
  SessionJson,
  SessionsDocument,
} from "../../../text/json-contract.ts";
import { visibleJson } from "../../../text/visible.ts";

/** An element of `sessions` in docs/schemas/sessions-1.json. */
export function sessionToJson(session: Session, { nowMs, fullCommand }: Omit<View, "host">): Told<SessionJson> {
  return {
    id: sessionId(session.identity),
    pid: session.pid,
    monitorPid: session.monitorPid ?? null,
    server: session.server,
    phase: session.phase,
    user: session.user ?? null,
    uid: session.uid ?? null,
    kind: session.kind ?? null,
    ttys: session.ttys,
    peer: session.peer ?? null,
    local: session.local ?? null,
    startedAt: timeOrNull(session.startedAtMs),
    idleSeconds: secondsSince(session.lastInputMs, nowMs) ?? null,
    quietSeconds: secondsSince(session.lastOutputMs, nowMs) ?? null,
    command: (fullCommand ? session.commandLine : session.command) ?? null,
    commandStartedAt: timeOrNull(session.commandStartedAtMs),
    busy: session.busy ?? null,
    logindSession: session.logindSession ?? null,
    auth: session.auth === undefined ? null : authToJson(session.auth),
    forwards: session.forwards ?? null,
    payload: payloadToJson(session.payload, nowMs),
    channels: session.channels.map((channel) => channelToJson(channel, { nowMs, fullCommand })),
    innerTerminals:
      session.innerTerminals?.map(({ tty, program, activity }) => ({
        tty,
        command: program?.name ?? null,
        commandStartedAt: timeOrNull(program?.startedAtMs),
        ...activityToJson(activity, nowMs),
      })) ?? null,
    rootInside: session.rootInside?.map(({ pid, comm }) => ({ pid, command: comm })) ?? null,
    container: session.container,
    frozen: frozenToJson(session.frozen),
    self: session.self ?? null,
  };
}

export function channelToJson(
  { kind, tty, pid, startedAtMs, program, busy, activity }: Channel,
  { nowMs, fullCommand }: Omit<View, "host">,
): Told<ChannelJson> {
  return {
    kind,
    tty: tty ?? null,
    pid,
    startedAt: timeOrNull(startedAtMs),
    command: fullCommand ? program.line : program.name,
    commandStartedAt: timeOrNull(program.startedAtMs),
    busy: busy ?? null,
    ...activityToJson(activity, nowMs),
  };
}

function timeOrNull(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : isoTime(timeMs);
}

function activityToJson(
  activity: TerminalActivity | undefined,
  nowMs: number,
): Pick<ChannelJson, "idleSeconds" | "quietSeconds"> {
  return {
    idleSeconds: secondsSince(activity?.lastInputMs, nowMs) ?? null,
    quietSeconds: secondsSince(activity?.lastOutputMs, nowMs) ?? null,
  };
}

function payloadToJson(payload: Payload | undefined, nowMs: number): Told<PayloadJson> | null {
  if (payload === undefined) return null;
  const { quietSinceMs, latest } = payload;
  const { seconds, fromClient, toClient } = latest ?? {
    seconds: Math.max(0.001, (nowMs - quietSinceMs) / 1000),
    fromClient: 0,
    toClient: 0,
  };
  return { seconds, fromClientBytes: fromClient, toClientBytes: toClient };
}

export function authToJson({ method, key, source, verified }: Auth): Told<AuthJson> {
  return {
    method,
    keyType: key?.type ?? null,
    fingerprint: key?.fingerprint ?? null,
    comment: key?.comment ?? null,
    certificate: key?.certificate ?? null,
    source,
    verified,
  };
}

export interface ShownSessions {
  report: SessionReport;
  chosen: ChosenSessions;
  fullCommand: boolean;
}

export function renderSessionsJson({ report, chosen, fullCommand }: ShownSessions): string {
  const view = viewOf(report, fullCommand);
  return renderJson<SessionsDocument>({
    schema: "sshctl.sessions/1",
    host: report.host,
    takenAt: isoTime(report.takenAtMs),
    sessions: chosen.sessions.map((session) => sessionToJson(session, view)),
    authenticating: chosen.authenticating,
    opening: chosen.opening,
    closing: chosen.closing,
    hidden: chosen.hidden,
    listeners: listenersToJson(report),
    warnings: [...report.warnings, ...leftOut(chosen.undecided, report.warnings)],
  });
}

/** One session a line, each with the name of its machine: lines of many are read together. */
export function renderSessionsNdjson(sessions: readonly Session[], view: View): string {
  const { host } = view;
  const documents = sessions.map((session): Told<LineJson> => ({ host, ...sessionToJson(session, view) }));
  return documents.map((document) => `${visibleJson(JSON.stringify(document))}\n`).join("");
}

/** What systemd holds beside the network is one more listener. */
export function listenersToJson({ listeners, listensAside = [] }: SessionReport): Told<ListenerJson>[] {
  const told = listeners.map(({ pid, server, addresses }) => ({ pid, server, addresses, sockets: [] }));
  return listensAside.length === 0
    ? told
    : [...told, { pid: 1, server: "openssh", addresses: [], sockets: listensAside }];
}

function frozenToJson(frozen: Frozen | undefined): Told<FrozenJson> | null {
  if (frozen === undefined) return null;
  const { by, fault } = frozen;
  return {
    id: by?.id ?? null,
    by: by?.name ?? null,
    reason: by?.reason ?? null,
    since: timeOrNull(by?.sinceMs),
    until: timeOrNull(by?.untilMs),
    ending: by?.ending ?? null,
    fault: fault ?? null,
  };
}
