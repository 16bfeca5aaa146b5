import type { Session, SessionReport } from "../../src/domain/session.ts";
import { now } from "./machine-builder.ts";

/** An open shell of alice; what matters to a test is given. */
export function session(given: Partial<Session> = {}): Session {
  const pid = given.pid ?? 2001;
  return {
    identity: { pid: pid - 1, startTicks: 777_000 },
    pid,
    monitorPid: pid - 1,
    server: "openssh",
    phase: "open",
    user: "alice",
    uid: 1000,
    kind: "shell",
    ttys: ["pts/1"],
    channels: [],
    rootInside: [],
    peer: { address: "10.0.0.7", port: 5000 },
    local: { address: "10.0.0.1", port: 22 },
    acceptedAtMs: now - 3_601_000,
    startedAtMs: now - 3_600_000,
    lastInputMs: now - 90_000,
    lastOutputMs: now - 10_000,
    command: "bash",
    commandLine: "-bash",
    busy: false,
    logindSession: "5",
    auth: undefined,
    forwards: [],
    container: false,
    self: false,
    selfProof: undefined,
    ...given,
  };
}

/** A connection over which nobody has logged in yet. */
export function stranger(given: Partial<Session> = {}): Session {
  return session({
    monitorPid: undefined,
    phase: "authenticating",
    user: undefined,
    uid: undefined,
    kind: undefined,
    ttys: [],
    lastInputMs: undefined,
    lastOutputMs: undefined,
    command: undefined,
    commandLine: undefined,
    busy: undefined,
    logindSession: undefined,
    ...given,
  });
}

export function report(sessions: readonly Session[], given: Partial<SessionReport> = {}): SessionReport {
  return {
    host: "web1",
    takenAtMs: now,
    sessions,
    listeners: [{ pid: 800, server: "openssh", addresses: [{ address: "0.0.0.0", port: 22 }] }],
    warnings: [],
    processes: new Map(),
    ...given,
  };
}
