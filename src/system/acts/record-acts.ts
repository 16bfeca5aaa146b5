/** Writes down what sshctl did: in the system log, and where auditd runs in the audit log, too. */
import { orUndefined } from "../../host/files/files.ts";
import type { Machine } from "../../host/host.ts";
import { visible } from "../../text/visible.ts";
import { fieldsOfAct, renderAct, type ActRecord } from "./act-record.ts";
import { auditText } from "./audit-text.ts";

type RecordHost = Pick<Machine, "files" | "feed">;

/** Where a record may be missing. */
export type LogName = "system" | "audit";

/** @returns the logs that did not take all of them. */
export async function recordActs(records: readonly ActRecord[], host: RecordHost): Promise<LogName[]> {
  const missing = new Set<LogName>();
  const isAudited = doesAuditdRun(host);
  for (let start = 0; start < records.length; start += atOnce)
    await Promise.all(
      records.slice(start, start + atOnce).map(async (record) => {
        if (!(await writeToSystem(record, host))) missing.add("system");
        if (isAudited && !(await writeToAudit(record, host))) missing.add("audit");
      }),
    );
  return [...missing];
}

const atOnce = 8;

const limitMs = 5000;

/** Severity "notice", facility "authpriv": syslog(3). */
const standardFields = ["PRIORITY=5", "SYSLOG_FACILITY=10", "SYSLOG_IDENTIFIER=sshctl"];

/**
 * An entry with fields of its own in the journal, a line in syslog where there is none; logger(1) takes both. The line alone says
 * everything: syslog keeps no fields.
 */
async function writeToSystem(record: ActRecord, { feed }: RecordHost): Promise<boolean> {
  const line = renderAct(record);
  const fields = fieldsOfAct(record).map(([name, value]) => `SSHCTL_${name.toUpperCase()}=${visible(value)}`);
  const entry = [`MESSAGE=${line}`, ...standardFields, ...fields, ""].join("\n");
  if ((await feed("logger", ["--journald"], entry, limitMs)) === 0) return true;
  const plain = ["-t", "sshctl", "-p", "authpriv.notice", "--", line];
  // It cuts what is longer than 1 KiB, unless told otherwise; that of busybox cannot be told.
  const isLong = Buffer.byteLength(line) > 1024;
  if (isLong && (await feed("logger", ["--size", "8KiB", ...plain], "", limitMs)) === 0) return true;
  return (await feed("logger", plain, "", limitMs)) === 0;
}

/** auditctl(8): a message of the type USER. Without auditd the kernel would write it into its own log. */
async function writeToAudit(record: ActRecord, { feed }: RecordHost): Promise<boolean> {
  return (await feed("auditctl", ["-m", auditText(record)], "", limitMs)) === 0;
}

/** auditd(8) tells its PID there. */
function doesAuditdRun({ files }: RecordHost): boolean {
  const pid = /^\s*(\d{1,10})\s*$/.exec(orUndefined(files.read("/run/auditd.pid")) ?? "")?.[1];
  return pid !== undefined && orUndefined(files.read(`/proc/${pid}/comm`))?.trim() === "auditd";
}
