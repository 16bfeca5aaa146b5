import type { Pid } from "../../domain/process.ts";
import { quoted } from "../../text/quoted.ts";

export interface Credentials {
  /** Undefined where it was not recorded. */
  ppid: Pid | undefined;
  /** The real uid. */
  uid: number;
  /** How many PID namespaces below the observer's the process lives in; 0 is the same one. */
  pidNamespaceDepth: number;
}

/** Reads what only /proc/PID/status tells, proc(5). NSpid is absent before Linux 4.1. */
export function parseStatus(text: string): Credentials {
  const uid = lineOf(text, "Uid")?.split("\t", 1)[0];
  if (uid === undefined) throw new Error(`/proc/PID/status has no Uid line: ${quoted(text)}`);
  const ppid = lineOf(text, "PPid");
  return {
    ppid: ppid === undefined ? undefined : Number(ppid),
    uid: Number(uid),
    pidNamespaceDepth: (lineOf(text, "NSpid")?.split("\t").length ?? 1) - 1,
  };
}

/** As whom a process acts: real, effective, saved and file system ids, credentials(7). */
export interface Ids {
  uids: readonly number[];
  gids: readonly number[];
  /** Supplementary groups. */
  groups: readonly number[];
}

export function parseIds(text: string): Ids {
  const numbers = (name: string) => (lineOf(text, name)?.match(/\d+/g) ?? []).map(Number);
  return { uids: numbers("Uid"), gids: numbers("Gid"), groups: numbers("Groups") };
}

/** Whether SIGHUP, signal 1, is ignored. */
export function ignoresHangUp(text: string): boolean | undefined {
  return hasSignal(text, "SigIgn", 1n);
}

/** Whether SIGTERM, signal 15, has a handler; undefined where that was not recorded. */
export function catchesTerm(text: string): boolean | undefined {
  return hasSignal(text, "SigCgt", 15n);
}

/** Whether a mask holds a signal, proc_pid_status(5): the lowest bit is that of signal 1. */
function hasSignal(text: string, mask: "SigIgn" | "SigCgt", signal: bigint): boolean | undefined {
  const bits = lineOf(text, mask);
  return bits === undefined ? undefined : ((BigInt(`0x${bits}`) >> (signal - 1n)) & 1n) === 1n;
}

/** Not by an expression: there are thousands of these texts. */
function lineOf(text: string, name: string): string | undefined {
  const label = `${name}:\t`;
  const start = text.startsWith(label) ? 0 : text.indexOf(`\n${label}`) + 1;
  if (start === 0 && !text.startsWith(label)) return undefined;
  return text.slice(start + label.length, text.indexOf("\n", start));
}
