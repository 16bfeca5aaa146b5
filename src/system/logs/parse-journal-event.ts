/** An entry of the journal as what it tells of a connection. */
import { constants } from "node:os";
import { canonicalAddress } from "../../domain/address.ts";
import { parseAttemptMessage, type AttemptLine } from "../../domain/attempt-message.ts";
import { parseAuthMessage } from "../../domain/auth-message.ts";
import type { LogEvent, Moment, Parting } from "../../domain/log-event.ts";
import { executableName, serverOfName, type ServerKind } from "../../domain/ssh-server.ts";
import { parseAct } from "../acts/act-record.ts";
import { describeCaller } from "../caller.ts";
import type { Fields } from "./export-entries.ts";

/** @returns undefined for what tells nothing, and for what somebody else may have written. */
export function parseJournalEvent(read: Fields): LogEvent | undefined {
  const moment = momentOf(read);
  switch (read.text("SYSLOG_IDENTIFIER")) {
    case "sshd":
    case "sshd-session":
    case "dropbear":
      return serverEvent(read, moment);
    case "systemd-logind":
      return read.number("_UID") === 0 && read.text("_SYSTEMD_UNIT") === "systemd-logind.service"
        ? logindEvent(read, moment)
        : undefined;
    case "systemd":
      return read.number("_UID") === 0 && read.number("_PID") === 1 ? systemdEvent(read, moment) : undefined;
    case "sshctl":
      return read.number("_UID") === 0 ? ownRecord(read, moment) : undefined;
    case "systemd-journald":
      return read.number("_UID") === 0 ? journaldEvent(read, moment) : undefined;
    default:
      return undefined;
  }
}

function momentOf(read: Fields): Moment {
  return {
    boot: read.text("_BOOT_ID"),
    timeMs: (read.number("_SOURCE_REALTIME_TIMESTAMP") || read.number("__REALTIME_TIMESTAMP")) / 1000,
    sinceBootUs: read.number("__MONOTONIC_TIMESTAMP"),
  };
}

/** The child of a session writes as its user, everything else as root. */
function serverEvent(read: Fields, moment: Moment): LogEvent | undefined {
  const exe = read.text("_EXE");
  const server = serverOfName(exe === "" ? read.text("SYSLOG_IDENTIFIER") : executableName(exe));
  const [text, pid, uid] = [read.text("MESSAGE"), read.number("_PID"), read.number("_UID")];
  const parted = partedEvent(text, uid, moment);
  if (parted !== undefined) return Number.isNaN(uid) ? undefined : parted;
  if (server === "dropbear" && uid !== 0) return dropbearParted(text, uid, moment);
  if (server === undefined || uid !== 0) return undefined;
  const event = monitorEvent(text, pid, server, moment);
  // Whoever writes of a login lives on, so journald always finds out what it is.
  return event?.kind === "accepted" && exe === "" ? undefined : event;
}

/** @returns undefined for what tells of no login and no attempt, and for what somebody else may have written. */
export function parseAttemptLine(read: Fields): AttemptLine | undefined {
  const exe = read.text("_EXE");
  const server = serverOfName(exe === "" ? read.text("SYSLOG_IDENTIFIER") : executableName(exe));
  if (server === undefined || read.number("_UID") !== 0) return undefined;
  const { boot, timeMs } = momentOf(read);
  const message = attemptOf(read.text("MESSAGE"));
  return message && { message, connection: `${boot}:${read.text("_PID")}`, timeMs, isVerified: true };
}

/** What a line of a file tells of logins and attempts. */
export function parseFileAttempt(
  { text, pid, timeMs }: { text: string; pid: number; timeMs: number },
  path: string,
): AttemptLine | undefined {
  const message = attemptOf(text);
  return message && { message, connection: `${path}:${String(pid)}`, timeMs, isVerified: false };
}

function attemptOf(text: string): AttemptLine["message"] | undefined {
  const login = parseAuthMessage(text);
  if (login?.outcome === "accepted")
    return { outcome: "accepted", address: login.peer?.address ?? "", user: login.user };
  return login === undefined ? parseAttemptMessage(text) : undefined;
}

/** What a line of a file tells, which everybody could have written: files keep nothing of who did. */
export function parseFileEvent(text: string, pid: number, moment: Moment): LogEvent | undefined {
  return partedEvent(text, 0, moment) ?? monitorEvent(text, pid, "openssh", moment);
}

function monitorEvent(text: string, pid: number, server: ServerKind, moment: Moment): LogEvent | undefined {
  const session = pamEvent(text, pid, moment);
  if (session !== undefined) return session;
  const message = parseAuthMessage(text);
  const { boot, timeMs, sinceBootUs } = moment;
  if (message !== undefined) return { boot, timeMs, sinceBootUs, kind: "accepted", pid, server, message };
  return reapedEvent(text, pid, moment) ?? dropbearExit(text, pid, moment);
}

/** pam_unix_sess.c; the uid since Linux-PAM 1.4. */
function pamEvent(text: string, pid: number, moment: Moment): LogEvent | undefined {
  if (!text.startsWith(pamSession)) return undefined;
  const { boot, timeMs, sinceBootUs } = moment;
  const said = text.slice(pamSession.length);
  if (said.startsWith(closedFor)) {
    const user = said.slice(closedFor.length);
    return user === "" ? undefined : { boot, timeMs, sinceBootUs, kind: "closed", pid, user, parting: undefined };
  }
  const [, user, uid] = /^opened for user (.+?)(?:\(uid=(\d+)\))? by /s.exec(said) ?? [];
  return user === undefined
    ? undefined
    : { boot, timeMs, sinceBootUs, kind: "opened", pid, user, uid: uid === undefined ? undefined : Number(uid) };
}

const pamSession = "pam_unix(sshd:session): session ";
const closedFor = "closed for user ";

/** mm_reap() in OpenSSH's monitor_wrap.c; 10.0 says "preauth child" of every child. */
function reapedEvent(text: string, pid: number, moment: Moment): LogEvent | undefined {
  const signal = /mm_reap: (?:preauth )?child terminated by signal (\d+)$/.exec(text)?.[1];
  return signal === undefined ? undefined : { ...moment, kind: "reaped", pid, signal: signalName(Number(signal)) };
}

/** "TERM", or the number of what has no name. */
function signalName(number: number): string {
  const [name = String(number)] = Object.entries(constants.signals).find(([, each]) => each === number) ?? [];
  return name.replace(/^SIG/, "");
}

/** "Exit (alice) from <127.0.0.1:38532>: Disconnect received": svr-session.c. */
function dropbearExit(text: string, pid: number, moment: Moment): LogEvent | undefined {
  const [, user, reason = ""] = /^Exit \((.*)\) from <\S+>: (.*)$/s.exec(text) ?? [];
  return user === undefined ? undefined : { ...moment, kind: "closed", pid, user, parting: partingOfDropbear(reason) };
}

/** The same by the session's process, which runs as the user since dropbear 2025.87. */
function dropbearParted(text: string, uid: number, moment: Moment): LogEvent | undefined {
  const [, address = "", port, reason = ""] = /^Exit \(.*\) from <(\S+):(\d+)>: (.*)$/s.exec(text) ?? [];
  const peer = canonicalAddress(address.replaceAll(/^\[|\]$/g, ""));
  const parting = partingOfDropbear(reason);
  if (peer === undefined || parting === undefined || Number.isNaN(uid)) return undefined;
  return { ...moment, kind: "parted", uid, peer: { address: peer, port: Number(port) }, parting };
}

function partingOfDropbear(reason: string): Parting | undefined {
  if (/timeout/i.test(reason)) return "timeout";
  if (/^(?:Disconnect received|Exited normally)/.test(reason)) return "client";
  return /^(?:Error (?:reading|writing)|Remote closed|Failed)/.test(reason) ? "gone" : undefined;
}

/**
 * How the other side left, in the words of OpenSSH's packet.c (ssh_packet_read_poll_seqnr(), sshpkt_vfatal()) and serverloop.c, where
 * somebody had logged in: before that they end in " [preauth]".
 */
const partings: readonly (readonly [begin: string, form: RegExp, parting: Parting])[] = [
  ["Received disconnect", /^Received disconnect from (\S+) port (\d+):\d+: .*(?<!\[preauth\])$/s, "client"],
  ["Disconnected", /^Disconnected from user .+ (\S+) port (\d+)$/s, "client"],
  ["Connection", /^Connection (?:closed|reset) by (?:user .+ )?(\S+) port (\d+)$/s, "gone"],
  ["Read error", /^Read error from remote host (?:user .+ )?(\S+) port (\d+): /s, "gone"],
  ["Timeout", /^Timeout, client not responding from (?:user .+ )?(\S+) port (\d+)$/s, "timeout"],
  ["terminating", /^terminating inactive connection from (?:user .+ )?(\S+) port (\d+)$/s, "timeout"],
];

function partedEvent(text: string, uid: number, { boot, timeMs, sinceBootUs }: Moment): LogEvent | undefined {
  const [, form, parting] = partings.find(([begin]) => text.startsWith(begin)) ?? [];
  const [, addressText, port] = form?.exec(text) ?? [];
  const address = addressText === undefined ? undefined : canonicalAddress(addressText);
  if (address === undefined || parting === undefined) return undefined;
  return { boot, timeMs, sinceBootUs, kind: "parted", uid, peer: { address, port: Number(port) }, parting };
}

/** SD_MESSAGE_SESSION_START; an extra session of a user's own service manager has its PID as leader. */
const sessionStartId = "8d45620c1a4348dbb17410da57c60c66";

/** logind-session.c: new, logged out (which has no MESSAGE_ID), removed, and stopped for being idle (logind-session-dbus.c). */
function logindEvent(read: Fields, { boot, timeMs, sinceBootUs }: Moment): LogEvent | undefined {
  const id = read.text("MESSAGE_ID");
  const idle =
    id === "" ? /^Session "(\w+)" of user ".*" is idle, stopping\.$/.exec(read.text("MESSAGE"))?.[1] : undefined;
  if (idle !== undefined) return { boot, timeMs, sinceBootUs, kind: "session-idle", session: idle };
  const [session, leader] = [read.text("SESSION_ID"), read.number("LEADER")];
  if (session === "" || Number.isNaN(leader)) return undefined;
  return { boot, timeMs, sinceBootUs, kind: id === sessionStartId ? "session-new" : "session-over", leader, session };
}

/** SD_MESSAGE_UNIT_STOPPED. */
const unitStoppedId = "9d1aaa27d60140bd96365438aad20286";

function systemdEvent(read: Fields, moment: Moment): LogEvent | undefined {
  const unit = read.text("UNIT");
  if (unit === "multi-user.target")
    return read.text("MESSAGE_ID") === unitStoppedId
      ? { ...moment, kind: "shutdown", machine: read.text("_MACHINE_ID") }
      : undefined;
  const session = /^session-(\w+)\.scope$/.exec(unit)?.[1];
  return session === undefined ? undefined : { ...moment, kind: "session-stop", session };
}

/** Of a session that sshctl has ended. Where it ended one terminal of several, or wrote to them, the connection went on. */
function ownRecord(read: Fields, moment: Moment): LogEvent | undefined {
  const record = parseAct(read.text("MESSAGE"));
  const { session = "", signal, tty } = record?.facts ?? {};
  const pid = /^(\d+):\d+$/.exec(session)?.[1];
  if (record === undefined || pid === undefined || signal === undefined || tty !== undefined || !record.isDone)
    return undefined;
  return {
    ...moment,
    kind: "killed",
    pid: Number(pid),
    act: record.id,
    caller: describeCaller(record.caller),
    signal,
    reason: record.reason,
  };
}

const journaldIds: ReadonlyMap<string, "journal-start" | "journal-stop"> = new Map([
  ["f77379a8490b408bbe5f6940505a777b", "journal-start"],
  ["d93fb3c9c24d451a97cea615ce59c00b", "journal-stop"],
]);

/** journald about itself: journald-server.c. */
function journaldEvent(read: Fields, moment: Moment): LogEvent | undefined {
  const kind = journaldIds.get(read.text("MESSAGE_ID"));
  if (kind !== undefined) return { ...moment, kind, machine: read.text("_MACHINE_ID") };
  const [, count, unit] = /^Suppressed (\d+) messages from (\S+)$/.exec(read.text("MESSAGE")) ?? [];
  return count === undefined || unit === undefined
    ? undefined
    : { ...moment, kind: "suppressed", unit, count: Number(count) };
}
