/** The log of auditd(8): who has opened and closed a login by PAM. The kernel takes such records from root only, and only root can write the file. */
import { canonicalAddress } from "../../domain/address.ts";
import { executableName, serverOfName } from "../../domain/ssh-server.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import type { LogFiles } from "../../host/files/log-files.ts";
import type { BookEntry } from "./login-book.ts";

const folder = "/var/log/audit";

/** audit.log, audit.log.1, …: the larger the number, the older (auditd.conf(5), num_logs). */
export function auditLogPaths(files: Pick<Files, "names">): string[] {
  return (orUndefined(files.names(folder)) ?? [])
    .flatMap((name) => {
      const number = /^audit\.log(?:\.(\d{1,4}))?$/.exec(name);
      return number === null ? [] : { path: `${folder}/${name}`, age: Number(number[1] ?? 0) };
    })
    .toSorted((a, b) => b.age - a.age)
    .map(({ path }) => path);
}

/** @param fromMs - files that were last written before are left alone. */
export async function readAuditLog(
  { files, logFiles }: { files: Files; logFiles: LogFiles },
  fromMs: number,
): Promise<BookEntry[]> {
  const entries: BookEntry[] = [];
  const open = new Map<number, BookEntry>();
  for (const path of auditLogPaths(files)) {
    const facts = files.facts(path);
    if (!isPresent(facts) || facts.mtimeMs < fromMs) continue;
    for await (const line of logFiles.lines(path)) {
      const record = parseAuditLine(line);
      if (record === undefined) continue;
      const before = open.get(record.pid);
      open.delete(record.pid);
      if (record.kind === "closed") {
        if (before !== undefined) before.logoutMs = record.timeMs;
        continue;
      }
      if (before !== undefined) before.overByMs = record.timeMs;
      const entry = entryOf(record, path);
      entries.push(entry);
      open.set(record.pid, entry);
    }
  }
  return entries;
}

export interface AuditRecord {
  kind: "opened" | "closed";
  pid: number;
  user: string;
  uid: number | undefined;
  /** Of the kernel; logind takes it as the number of its session. */
  session: string | undefined;
  address: string | undefined;
  timeMs: number;
}

const heads: ReadonlyMap<string, AuditRecord["kind"]> = new Map([
  ["type=USER_START", "opened"],
  ["type=USER_END", "closed"],
]);
const unset = "4294967295";

/**
 * "type=USER_START msg=audit(1700000000.123:45): pid=7 uid=0 auid=1000 ses=3 … msg='op=PAM:session_open … acct="alice" exe="/usr/sbin/sshd"
 * hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh res=success'": _pam_audit_writelog() in Linux-PAM's pam_audit.c and
 * audit_log_acct_message() in libaudit. A name with other signs than letters is written in hexadecimal digits, without quotation marks.
 */
export function parseAuditLine(line: string): AuditRecord | undefined {
  const space = line.indexOf(" ");
  const kind = heads.get(line.slice(0, space));
  if (kind === undefined) return undefined;
  const [, time = "", body = "", message = ""] =
    /^msg=audit\((\d{1,12}\.\d{3}):\d+\): (.*?)msg='(op=PAM:session_(?:open|close) .*res=success)'/s.exec(
      line.slice(space + 1),
    ) ?? [];
  const field = (text: string, name: string) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(text)?.[1];
  const exe = /(?:^| )exe="([^"]*)"/.exec(message)?.[1];
  const [pid, acct] = [field(body, "pid"), field(message, "acct")];
  if (exe === undefined || serverOfName(executableName(exe)) === undefined) return undefined;
  if (pid === undefined || acct === undefined || field(message, "terminal") !== "ssh") return undefined;
  const [auid, session] = [field(body, "auid"), field(body, "ses")];
  return {
    kind,
    pid: Number(pid),
    user: acct.startsWith('"') ? acct.slice(1, -1) : Buffer.from(acct, "hex").toString("utf8"),
    uid: auid === undefined || auid === unset ? undefined : Number(auid),
    session: session === unset ? undefined : session,
    address: canonicalAddress(field(message, "addr") ?? ""),
    timeMs: Number(time) * 1000,
  };
}

function entryOf({ pid, user, uid, session, address, timeMs }: AuditRecord, source: string): BookEntry {
  return {
    source,
    isVerified: true,
    pid,
    user,
    uid,
    address,
    tty: undefined,
    logindSession: session,
    loginMs: timeMs,
    logoutMs: undefined,
    overByMs: undefined,
  };
}
