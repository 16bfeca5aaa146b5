/** Writes down what sshctl did: in the system log, and where auditd runs in the audit log, too. */
import { errorCode } from "../../host/files/error-code.ts";
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
  const written = await eightAtOnce(records, async (record) => writeToSystem(record, host));
  return [...(written ? [] : (["system"] as const)), ...(await recordInAudit(records, host))];
}

/**
 * The same for hundreds: to start a program takes this one longer than logger(1) runs, so that xargs(1) starts it for each. What that
 * cannot do is done one by one; the records that it has written before are written twice then.
 */
export async function recordManyActs(
  records: readonly ActRecord[],
  host: RecordHost & Pick<Machine, "withScratchFolder">,
): Promise<LogName[]> {
  if (records.length < many || !(await writeManyToSystem(records, host))) return recordActs(records, host);
  return recordInAudit(records, host);
}

const many = 32;

async function recordInAudit(records: readonly ActRecord[], host: RecordHost): Promise<LogName[]> {
  if (!doesAuditdRun(host)) return [];
  return (await eightAtOnce(records, async (record) => writeToAudit(record, host))) ? [] : ["audit"];
}

/** @returns whether all of them were written. */
async function eightAtOnce(
  records: readonly ActRecord[],
  write: (record: ActRecord) => Promise<boolean>,
): Promise<boolean> {
  const written: boolean[] = [];
  for (let start = 0; start < records.length; start += 8)
    written.push(...(await Promise.all(records.slice(start, start + 8).map(write))));
  return written.every(Boolean);
}

const limitMs = 5000;

/** Severity "notice", facility "authpriv": syslog(3). */
const standardFields = ["PRIORITY=5", "SYSLOG_FACILITY=10", "SYSLOG_IDENTIFIER=sshctl"];

/**
 * An entry with fields of its own in the journal, a line in syslog where there is none; logger(1) takes both. The line alone says
 * everything: syslog keeps no fields.
 */
async function writeToSystem(record: ActRecord, { feed }: RecordHost): Promise<boolean> {
  const line = renderAct(record);
  if ((await feed("logger", ["--journald"], journalEntry(record), limitMs)) === 0) return true;
  const plain = ["-t", "sshctl", "-p", "authpriv.notice", "--", line];
  // It cuts what is longer than 1 KiB, unless told otherwise; that of busybox cannot be told.
  const isLong = Buffer.byteLength(line) > 1024;
  if (isLong && (await feed("logger", ["--size", "8KiB", ...plain], "", limitMs)) === 0) return true;
  return (await feed("logger", plain, "", limitMs)) === 0;
}

/** As `logger --journald` reads it: a field on each line, logger(1). */
function journalEntry(record: ActRecord): string {
  const fields = fieldsOfAct(record).map(([name, value]) => `SSHCTL_${name.toUpperCase()}=${visible(value)}`);
  return [`MESSAGE=${renderAct(record)}`, ...standardFields, ...fields, ""].join("\n");
}

/** @returns whether every record is in the journal. */
async function writeManyToSystem(
  records: readonly ActRecord[],
  { feed, withScratchFolder }: Pick<Machine, "feed" | "withScratchFolder">,
): Promise<boolean> {
  try {
    return await withScratchFolder(async (folder) => {
      const paths = records.map((record, index) => folder.write(String(index), Buffer.from(journalEntry(record))));
      const options = paths.map((path) => `--journald=${path}`).join("\0");
      return (await feed("xargs", ["-0", "-n", "1", "-P", "4", "logger"], options, manyLimitMs)) === 0;
    });
  } catch (error) {
    if (errorCode(error) === "") throw error;
    return false;
  }
}

const manyLimitMs = 60_000;

/** auditctl(8): a message of the type USER. Without auditd the kernel would write it into its own log. */
async function writeToAudit(record: ActRecord, { feed }: RecordHost): Promise<boolean> {
  return (await feed("auditctl", ["-m", auditText(record)], "", limitMs)) === 0;
}

/** auditd(8) tells its PID there. */
function doesAuditdRun({ files }: RecordHost): boolean {
  const pid = /^\s*(\d{1,10})\s*$/.exec(orUndefined(files.read("/run/auditd.pid")) ?? "")?.[1];
  return pid !== undefined && orUndefined(files.read(`/proc/${pid}/comm`))?.trim() === "auditd";
}
