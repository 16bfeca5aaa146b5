import type { Auth, Certificate } from "../../../domain/auth.ts";
import type { Forward } from "../../../domain/forwards.ts";
import { secondsSince } from "../../../domain/duration.ts";
import type { ChosenSessions } from "../../../domain/choose-sessions.ts";
import { sessionId, type Listener, type Session, type SessionReport } from "../../../domain/session.ts";
import type { View } from "./columns.ts";
import { isoTime } from "../../../text/time.ts";
import { visibleJson } from "../../../text/visible.ts";

/** The session object of the JSON contract, version 1: docs/schemas/sessions-1.json. Fields are only ever added. */
export interface SessionJson {
  id: string;
  pid: number;
  monitorPid: number | null;
  server: string;
  phase: string;
  user: string | null;
  uid: number | null;
  kind: string | null;
  ttys: readonly string[];
  peer: { address: string; port: number } | null;
  local: { address: string; port: number } | null;
  startedAt: string | null;
  idleSeconds: number | null;
  quietSeconds: number | null;
  command: string | null;
  busy: boolean | null;
  logindSession: string | null;
  auth: AuthJson | null;
  forwards: readonly Forward[] | null;
  container: boolean;
  self: boolean | null;
}

export interface AuthJson {
  method: string;
  keyType: string | null;
  fingerprint: string | null;
  comment: string | null;
  certificate: Certificate | null;
  source: string;
  verified: boolean;
}

export function sessionToJson(session: Session, { nowMs, fullCommand }: View): SessionJson {
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
    startedAt: session.startedAtMs === undefined ? null : isoTime(session.startedAtMs),
    idleSeconds: secondsSince(session.lastInputMs, nowMs) ?? null,
    quietSeconds: secondsSince(session.lastOutputMs, nowMs) ?? null,
    command: (fullCommand ? session.commandLine : session.command) ?? null,
    busy: session.busy ?? null,
    logindSession: session.logindSession ?? null,
    auth: session.auth === undefined ? null : authToJson(session.auth),
    forwards: session.forwards ?? null,
    container: session.container,
    self: session.self ?? null,
  };
}

function authToJson({ method, key, source, verified }: Auth): AuthJson {
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

export interface SessionsDocument {
  report: SessionReport;
  chosen: ChosenSessions;
  fullCommand: boolean;
}

export function renderSessionsJson({ report, chosen, fullCommand }: SessionsDocument): string {
  const view: View = { nowMs: report.takenAtMs, fullCommand };
  return renderJson({
    schema: "sshctl.sessions/1",
    host: report.host,
    takenAt: isoTime(report.takenAtMs),
    sessions: chosen.sessions.map((session) => sessionToJson(session, view)),
    authenticating: chosen.authenticating,
    hidden: chosen.hidden,
    listeners: report.listeners.map(listenerToJson),
    warnings: report.warnings,
  });
}

/** One session a line. */
export function renderSessionsNdjson(sessions: readonly Session[], view: View): string {
  return sessions.map((session) => `${visibleJson(JSON.stringify(sessionToJson(session, view)))}\n`).join("");
}

export function renderJson(value: object): string {
  return `${visibleJson(JSON.stringify(value, null, 2))}\n`;
}

function listenerToJson({ pid, server, addresses }: Listener): object {
  return { pid, server, addresses };
}
