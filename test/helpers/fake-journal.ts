/** A journal in memory, which answers as journalctl(1) does to what the tool asks. */
import type { ProgramLines } from "../../src/host/programs/read-lines.ts";

/** An entry, by the names of its fields. */
export type Entry = Readonly<Record<string, string>>;

export const bootA = "a".repeat(32);
export const bootB = "b".repeat(32);

export interface FakeJournal extends ProgramLines {
  /** The arguments of every call. */
  asked: (readonly string[])[];
}

/** @param entries - in the order in which they were written. */
export function fakeJournal(entries: readonly Entry[]): FakeJournal {
  const asked: (readonly string[])[] = [];
  const answer = (args: readonly string[]): { found: readonly Entry[]; exitCode: number } => {
    asked.push(args);
    const found = entries.filter((entry) => isMeant(entry, args));
    return {
      found: args.includes("--reverse") ? found.toReversed() : found,
      exitCode: found.length === 0 && args.some((arg) => arg.startsWith("--grep=")) ? 1 : 0,
    };
  };
  return {
    asked,
    each: async (name, args, _limitMs, take) => {
      if (name !== "journalctl") return Promise.resolve(undefined);
      const { found, exitCode } = answer(args);
      for (const entry of found) if (!take(JSON.stringify(entry))) break;
      return Promise.resolve(exitCode);
    },
    pieces: async (name, args, _limitMs, take) => {
      if (name !== "journalctl") return Promise.resolve(undefined);
      const { found, exitCode } = answer(args);
      for (const entry of found) take(exportEntry(entry));
      return Promise.resolve(exitCode);
    },
  };
}

/** In the form of `journalctl --output=export`, where what has a line break is written with its length. */
export function exportEntry(entry: Entry): Buffer {
  const fields = Object.entries(entry).map(([name, value]) => {
    if (!value.includes("\n")) return Buffer.from(`${name}=${value}\n`);
    const length = Buffer.alloc(8);
    length.writeUInt32LE(Buffer.byteLength(value));
    return Buffer.concat([Buffer.from(`${name}\n`), length, Buffer.from(`${value}\n`)]);
  });
  return Buffer.concat([...fields, Buffer.from("\n")]);
}

function isMeant(entry: Entry, args: readonly string[]): boolean {
  const value = (option: string) => args.find((arg) => arg.startsWith(`${option}=`))?.slice(option.length + 1);
  const timeMs = Number(entry["__REALTIME_TIMESTAMP"]) / 1000;
  const [since, until, grep] = ["--since", "--until", "--grep"].map(value);
  if (since !== undefined && timeMs < Number(since.slice(1)) * 1000) return false;
  if (until !== undefined && timeMs > Number(until.slice(1)) * 1000) return false;
  if (grep !== undefined && !new RegExp(grep, "s").test(entry["MESSAGE"] ?? "")) return false;
  const groups = args
    .filter((arg) => !arg.startsWith("--"))
    .join(" ")
    .split(" + ");
  return groups.some((group) => matches(entry, group.split(" ").filter(Boolean)));
}

/** Matches of one field are alternatives, those of different fields must all hold. */
function matches(entry: Entry, group: readonly string[]): boolean {
  const fields = new Set(group.map((match) => match.slice(0, match.indexOf("="))));
  return [...fields].every((field) => group.includes(`${field}=${entry[field] ?? ""}`));
}

export interface EntrySpec {
  /** Milliseconds since the epoch. */
  at: number;
  boot?: string;
  /** Milliseconds since boot; from the clock unless told otherwise. */
  sinceBootMs?: number;
  fields?: Entry;
}

/** A line of root's daemon, as its fields say. */
export function entry(message: string, { at, boot = bootA, sinceBootMs = at, fields = {} }: EntrySpec): Entry {
  return {
    __REALTIME_TIMESTAMP: String(at * 1000),
    __MONOTONIC_TIMESTAMP: String(sinceBootMs * 1000),
    _BOOT_ID: boot,
    _MACHINE_ID: "m1",
    _UID: "0",
    MESSAGE: message,
    ...fields,
  };
}

/** A line of the connection process. */
export function ofMonitor(pid: number, message: string, spec: EntrySpec): Entry {
  return entry(message, {
    ...spec,
    fields: {
      SYSLOG_IDENTIFIER: "sshd-session",
      _EXE: "/usr/lib/openssh/sshd-session",
      _PID: String(pid),
      ...spec.fields,
    },
  });
}

/** A line of the session child, which runs as a user and is gone before journald has looked at it. */
export function ofChild(uid: number, message: string, { at, ...spec }: EntrySpec): Entry {
  return entry(message, {
    at,
    ...spec,
    fields: { SYSLOG_IDENTIFIER: "sshd-session", _UID: String(uid), _PID: "4711", ...spec.fields },
  });
}

/** A line of logind about a session. */
export function ofLogind(kind: "new" | "out" | "removed", session: string, leader: number, spec: EntrySpec): Entry {
  const ids = { new: "8d45620c1a4348dbb17410da57c60c66", out: "", removed: "3354939424b4456d9802ca8333ed424a" };
  return entry(`${kind} session ${session}`, {
    ...spec,
    fields: {
      SYSLOG_IDENTIFIER: "systemd-logind",
      _SYSTEMD_UNIT: "systemd-logind.service",
      SESSION_ID: session,
      LEADER: String(leader),
      ...(kind === "out" ? {} : { MESSAGE_ID: ids[kind] }),
      ...spec.fields,
    },
  });
}

/** A line of the journal about itself. */
export function ofJournald(kind: "start" | "stop", spec: EntrySpec): Entry {
  const ids = { start: "f77379a8490b408bbe5f6940505a777b", stop: "d93fb3c9c24d451a97cea615ce59c00b" };
  return entry(`Journal ${kind}`, {
    ...spec,
    fields: { SYSLOG_IDENTIFIER: "systemd-journald", MESSAGE_ID: ids[kind] },
  });
}

/** A line of systemd about a unit that it stops. */
export function ofSystemd(unit: string, spec: EntrySpec): Entry {
  const isTarget = unit.endsWith(".target");
  const id = isTarget ? "9d1aaa27d60140bd96365438aad20286" : "de5b426a63be47a7b6ac3eaac82e2f6f";
  return entry(`Stopping ${unit}`, {
    ...spec,
    fields: { SYSLOG_IDENTIFIER: "systemd", _PID: "1", MESSAGE_ID: id, UNIT: unit },
  });
}

export const fingerprint = `SHA256:${"k".repeat(43)}`;

export function accepted(user: string, port: number, address = "192.0.2.7"): string {
  return `Accepted publickey for ${user} from ${address} port ${String(port)} ssh2: ED25519 ${fingerprint}`;
}
