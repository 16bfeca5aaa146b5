import { spawn, type ChildProcess } from "node:child_process";
import { setMaxListeners } from "node:events";
import { atTheEnd } from "../processes/at-the-end.ts";
import { killGroup } from "./kill-group.ts";

export interface GroupedProgram {
  name: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** The folder that it runs in; the caller's where it is undefined. */
  folder: string | undefined;
  /** What it reads; nothing unless told otherwise. */
  input?: string | undefined;
  /** Whether what it says on standard error is wanted. */
  withErrors?: boolean;
  limits: ProgramLimits;
  /** Ends it. */
  stop?: AbortSignal | undefined;
}

export interface ProgramLimits {
  ms: number;
  /** Of both outputs together. */
  bytes: number;
}

/** How a program has ended that was given limits. */
export type GroupEnd =
  | {
      kind: "ended";
      stdout: Buffer;
      /** The last 4 KiB. */
      stderr: string;
      /** Undefined when a signal ended it. */
      exitCode: number | undefined;
    }
  /** Its time was up. */
  | { kind: "late" }
  | { kind: "too-much" }
  | { kind: "stopped" }
  | { kind: "missing" }
  /** It could not be started. */
  | { kind: "problem"; problem: string };

/**
 * Runs a program in a session of its own, so that it has no terminal, and there is one group to kill: when it ends, when it breaks
 * a limit, and however this process ends.
 */
export async function runGroup({ limits, stop, ...program }: GroupedProgram): Promise<GroupEnd> {
  if (stop?.aborted === true) return { kind: "stopped" };
  // As many listen as programs run, and Node takes ten for a leak.
  if (stop !== undefined) setMaxListeners(0, stop);
  return new Promise((settle) => {
    const child = start(program);
    const killAll = () => {
      killGroup(child.pid);
    };
    const forget = atTheEnd(killAll);
    const finish = (end: GroupEnd) => {
      clearTimeout(timer);
      stop?.removeEventListener("abort", onStop);
      killAll();
      forget();
      for (const stream of child.stdio) stream?.destroy();
      settle(end);
    };
    const onStop = () => {
      finish({ kind: "stopped" });
    };
    stop?.addEventListener("abort", onStop);
    const timer = setTimeout(() => {
      finish({ kind: "late" });
    }, limits.ms);
    const printed = gather(child, limits.bytes, () => {
      finish({ kind: "too-much" });
    });
    child.once("error", (error) => {
      const isMissing = "code" in error && error.code === "ENOENT";
      finish(isMissing ? { kind: "missing" } : { kind: "problem", problem: error.message });
    });
    // What it leaves in the background may keep the pipes open.
    child.once("exit", killAll);
    child.once("close", (exitCode) => {
      finish({ kind: "ended", ...printed(), exitCode: exitCode ?? undefined });
    });
  });
}

function start(program: Omit<GroupedProgram, "limits" | "stop">): ChildProcess {
  const { name, args, env, folder, input, withErrors = false } = program;
  const child = spawn(name, args, {
    cwd: folder,
    env,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", withErrors ? "pipe" : "ignore"],
    detached: true,
  });
  // A program need not read what it is told.
  child.stdin?.on("error", () => undefined).end(input);
  return child;
}

/** @returns what has been printed so far. */
function gather(
  { stdout, stderr }: ChildProcess,
  limitBytes: number,
  onTooMuch: () => void,
): () => { stdout: Buffer; stderr: string } {
  const chunks: Buffer[] = [];
  let complaint = "";
  let length = 0;
  const count = (chunk: Buffer) => {
    length += chunk.length;
    if (length > limitBytes) onTooMuch();
  };
  stdout?.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    count(chunk);
  });
  stderr?.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(-longestComplaint);
    count(chunk);
  });
  return () => ({ stdout: Buffer.concat(chunks), stderr: complaint });
}

const longestComplaint = 4096;
