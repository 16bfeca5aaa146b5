/**
 * Processes from ps(1) of procps. Text that a process can choose comes last in its line, so nothing behind it can be
 * faked: the name in one question, the arguments in another one. In the C locale ps writes control characters and bytes
 * above 127 as "?" or ".", so a line is a process.
 */
import type { Pid, ProcessIdentity } from "../../domain/process.ts";
import { parseTty, type Tty } from "../../domain/tty.ts";
import type { Tool } from "./run-tool.ts";

/** Widths are given where ps would cut. Newer columns: netns, pidns (procps 3.3.9), lsession (3.3.5). */
const columns = "pid,ppid,pgid,sid,ruid,tpgid,etimes,netns,pidns,s,tty:32,lsession:32,comm";

export const processList: Tool = {
  name: "ps",
  args: ["-A", "-ww", "--no-headers", "-o", columns],
  package: "procps",
};

export const argumentList: Tool = {
  name: "ps",
  args: ["-A", "-ww", "--no-headers", "-o", "pid,args"],
  package: "procps",
};

export interface PsRow extends Omit<ProcessIdentity, "startTicks"> {
  ppid: Pid;
  pgid: Pid;
  sid: Pid;
  uid: number;
  foregroundGroup: number;
  ageSeconds: number;
  /** Inode numbers of its namespaces; undefined where the kernel refuses to tell. */
  network: string | undefined;
  pidNamespace: string | undefined;
  tty: Tty | undefined;
  logindSession: string | undefined;
  comm: string;
}

/** Reads what {@link processList} prints, without zombies: they have ended, and their parents have not yet looked. */
export function parseProcessList(text: string): PsRow[] {
  return linesOf(text).flatMap((line) => {
    const fields = processLine.exec(line);
    if (fields === null) throw new Error(`ps prints an unknown form: ${line}`);
    const [pid, ppid, pgid, sid, uid, foregroundGroup, ageSeconds] = fields.slice(1, 8).map(Number);
    const [network, pidNamespace, state, tty = "", logindSession, comm = ""] = fields.slice(8);
    if (state === "Z" || state === "X") return [];
    return {
      pid: pid ?? 0,
      ppid: ppid ?? 0,
      pgid: pgid ?? 0,
      sid: sid ?? 0,
      uid: uid ?? 0,
      foregroundGroup: foregroundGroup ?? -1,
      ageSeconds: ageSeconds ?? 0,
      network: known(network),
      pidNamespace: known(pidNamespace),
      tty: parseTty(tty),
      logindSession: known(logindSession),
      comm,
    };
  });
}

/** Seven numbers, two namespaces, state, terminal, session, and the name with whatever it holds. */
const processLine = /^\s*(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(-?\d+) +(\d+) +(\S+) +(\S+) +(\S) +(\S+) +(\S+) +(.*)$/;

/** Where ps knows nothing it prints a dash, or without systemd a question mark. */
function known(field: string | undefined): string | undefined {
  return field === "-" || field === "?" ? undefined : field;
}

/** Reads what {@link argumentList} prints: the arguments, joined by spaces, or the title over them. */
export function parseArgumentList(text: string): Map<Pid, string> {
  return new Map(
    linesOf(text).flatMap((line) => {
      const [, pid, args = ""] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
      return pid === undefined ? [] : [[Number(pid), args.trimEnd()] as const];
    }),
  );
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
