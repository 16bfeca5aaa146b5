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
    commandStartedAtMs: now - 3_599_000,
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

/** One connection with a shell that waits since long, one in which vim runs and passwd on a terminal of sudo, and an sftp server. */
export function sharedSession(): Session {
  const since = (seconds: number) => now - seconds * 1000;
  const quietFor = (seconds: number) => ({ lastInputMs: since(seconds), lastOutputMs: since(seconds) });
  const program = (name: string, seconds: number) => ({ name, line: name, startedAtMs: since(seconds) });
  const shell = { kind: "shell", startedAtMs: since(3600) } as const;
  return session({
    kind: "mixed",
    ttys: ["pts/1", "pts/5"],
    channels: [
      { ...shell, pid: 2002, tty: "pts/1", program: program("bash", 3600), busy: false, activity: quietFor(3000) },
      { ...shell, pid: 2003, tty: "pts/5", program: program("vim", 1200), busy: true, activity: quietFor(5) },
      {
        ...shell,
        kind: "sftp",
        pid: 2004,
        tty: undefined,
        program: program("sftp-server", 600),
        busy: undefined,
        activity: undefined,
      },
    ],
    innerTerminals: [{ tty: "pts/7", program: program("passwd", 240), activity: quietFor(180) }],
    command: "vim",
    commandLine: "vim",
    commandStartedAtMs: since(1200),
    busy: true,
    ...quietFor(5),
  });
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
    commandStartedAtMs: undefined,
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
