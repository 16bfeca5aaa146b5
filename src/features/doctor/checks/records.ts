/** Whether what sshctl writes down of its acts outlives the machine's next start. */
import { isPresent, orUndefined } from "../../../host/files/files.ts";
import { journalStorage } from "../../../system/systemd/journal-storage.ts";
import { limited, missing, ok, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";

/** They write to files what programs, or journald, tell them. */
const writers: ReadonlySet<string> = new Set(["rsyslogd", "syslog-ng", "syslogd", "metalog", "auditd"]);

export function examineRecords(host: DoctorHost): Check {
  const storage = journalStorage(host.files);
  if (storage === "disk") return ok("records", "what sshctl does is recorded in the journal, which is kept");
  const writer = findWriter(host);
  if (writer !== undefined) return ok("records", `what sshctl does is recorded by ${writer}`);
  return storage === "memory"
    ? limited(
        "records",
        "what sshctl does is recorded in a journal in memory, which is lost when the machine stops",
        "set Storage=persistent in /etc/systemd/journald.conf and restart systemd-journald, or start a syslog daemon",
      )
    : missing(
        "records",
        "no program was found that records what sshctl does",
        "start systemd-journald or a syslog daemon",
      );
}

/** The processes of users may have any name: those of the system have uids below 1000, login.defs(5). */
function findWriter({ files }: DoctorHost): string | undefined {
  const isOfSystem = (pid: string) => {
    const facts = files.facts(`/proc/${pid}`);
    return isPresent(facts) && facts.uid < 1000;
  };
  for (const pid of (orUndefined(files.names("/proc")) ?? []).filter((name) => /^\d+$/.test(name))) {
    const name = orUndefined(files.read(`/proc/${pid}/comm`))?.trim() ?? "";
    if (writers.has(name) && isOfSystem(pid)) return `${name} (PID ${pid})`;
  }
  return undefined;
}
