/** What is known of sessions before they are touched, as data. What is not known is undefined. */
import type { Endpoint } from "../../domain/address.ts";
import type { Pid, Process } from "../../domain/process.ts";
import type { Session, SessionReport } from "../../domain/session.ts";
import type { SessionDetails } from "../../domain/session-details.ts";
import type { Ids } from "../../system/procfs/status.ts";

/** A session, and what it has started beside the processes of the server. */
export interface Subject {
  session: Session;
  processes: readonly Process[];
}

/** Whose act it is, and of which report. */
export interface Occasion {
  /** Of the act that it is a part of. */
  id: string;
  /** The command that takes it: "kill-all". */
  command: string;
  reason: string | undefined;
  report: SessionReport;
  /** What is so where the evidence cannot be written; a sentence. */
  otherwise: string;
}

/** Where a file is kept, relative to the evidence. */
export interface Kept {
  file: string;
  bytes: number;
  sha256: string;
}

export interface SocketEvidence {
  fd: number;
  inode: number;
  protocol: "tcp" | "udp" | "unix" | "unknown";
  local: Endpoint | undefined;
  peer: Endpoint | undefined;
  listens: boolean;
  /** Of a Unix socket that listens. */
  path: string | undefined;
}

export interface OpenFileEvidence {
  fd: number;
  /** What it is, as the kernel says: a path, "pipe:[4711]", "socket:[4711]". */
  link: string;
  position: number | undefined;
  flags: string | undefined;
  isDeleted: boolean;
  kept: Kept | undefined;
}

export interface ExecutableEvidence {
  path: string;
  isDeleted: boolean;
  /** Undefined where it could not be read, or not to its end. */
  sha256: string | undefined;
  bytes: number | undefined;
  kept: Kept | undefined;
}

export interface ProcessEvidence {
  process: Process;
  /** Milliseconds since the epoch. */
  startedAtMs: number | undefined;
  ids: Ids | undefined;
  /** Who had logged in to become that, /proc/PID/loginuid. */
  loginUid: number | undefined;
  cgroup: string | undefined;
  workingDirectory: string | undefined;
  rootDirectory: string | undefined;
  network: string | undefined;
  commandLine: readonly string[] | undefined;
  executable: ExecutableEvidence | undefined;
  sockets: readonly SocketEvidence[];
  /** Undefined where they cannot be seen. */
  openFiles: readonly OpenFileEvidence[] | undefined;
  /** What the kernel says, byte for byte: "cmdline", "environ", "maps", "status", and the memory. */
  kept: ReadonlyMap<string, Kept>;
  /** Whether it was still there, and the same, when all of it was read. */
  isComplete: boolean;
}

/** A line that lets the key of a session in. */
export interface KeyLine {
  path: string;
  /** From 1 on. */
  line: number;
  text: string;
}

export interface SessionEvidence {
  details: SessionDetails;
  processes: readonly Pid[];
  keyLines: readonly KeyLine[];
  journal: Kept | undefined;
  /** What logind says of it. */
  logind: Kept | undefined;
}

/** What lives on when the sessions of an account are gone. */
export interface AccountEvidence {
  user: string;
  uid: number;
  lingers: boolean;
  crontab: { path: string; kept: Kept | undefined } | undefined;
  atJobs: readonly { path: string; kept: Kept | undefined }[];
}

export interface Evidence {
  sessions: readonly SessionEvidence[];
  accounts: readonly AccountEvidence[];
  processes: readonly ProcessEvidence[];
}

/** The machine, and whoever takes the evidence. */
export interface Circumstances {
  bootId: string | undefined;
  bootedAtMs: number | undefined;
  kernel: string | undefined;
  /** "root (logged in as alice)" */
  by: string;
  takenAtMs: number;
}
