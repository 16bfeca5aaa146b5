/** What a long history costs, beside the calls of journalctl(1) that nothing else can do the work of. */
import { join } from "node:path";
import { Machine, node, sshctl } from "../test/lab/machine/machine.ts";
import { writeJournal } from "./history-journal.ts";
import { peakMemory, timeCommands, type Result } from "./measure.ts";

const tool = `${node} ${sshctl}`;
const folder = "/srv/journal";

/** The lines of sshd that tell something of a login, and those of logind, by their index: as little of each as can be used. */
const read = (format: string) => {
  const command = `journalctl --quiet --directory=${folder} --output=${format}`;
  const servers = `--output-fields=MESSAGE,SYSLOG_IDENTIFIER,_PID,_UID,_EXE,_SOURCE_REALTIME_TIMESTAMP --grep='${telling}' SYSLOG_IDENTIFIER=sshd SYSLOG_IDENTIFIER=sshd-session`;
  const sessions =
    "--output-fields=MESSAGE,MESSAGE_ID,_PID,_UID,_SOURCE_REALTIME_TIMESTAMP,SESSION_ID,LEADER _SYSTEMD_UNIT=systemd-logind.service";
  return `${command} ${servers} | cat; ${command} ${sessions} | cat`;
};
const telling =
  "^(?:Accepted |Partial |pam_unix\\(sshd:session\\): session |(?:error: )?mm_reap: |Disconnected from user |Connection (?:closed|reset) by \\S+ port \\d+$|Timeout, client not responding |terminating inactive connection |Read error from remote host \\S)";

export async function histories(): Promise<Result[]> {
  await using machine = await Machine.boot("trixie");
  const size = { entries: 1_000_000, logins: 25_000, days: 140 };
  await writeJournal(join(machine.proc, "..", folder), size);
  const everything = `history --journal ${folder} --since '200 days ago' -o csv`;
  const rows = Number(await machine.must(`${tool} ${everything} 2>/dev/null | wc -l`, { timeoutMs: 120_000 })) - 1;
  if (rows !== size.logins) throw new Error(`${String(rows)} of ${String(size.logins)} logins were found`);
  const commands = {
    json: read("json"),
    exported: read("export"),
    all: `${tool} ${everything} | cat`,
    week: `${tool} history --journal ${folder} -o csv | cat`,
  };
  const { json, exported, all, week } = await timeCommands(machine, commands, 5);
  const memory = await peakMemory(machine, node, sshctl, everything);
  return [
    {
      goal: "`history` of 25,000 logins, 1,000,000 journal entries: CPU, of 1.3 x the `journalctl` calls, in JSON",
      measured: all.cpu,
      limit: 1.3 * json.cpu,
      unit: "ms",
    },
    {
      goal: "the same, of 1.3 x these calls in the export format",
      measured: all.cpu,
      limit: 1.3 * exported.cpu,
      unit: "ms",
    },
    { goal: "its peak memory", measured: memory, limit: 150, unit: "MB" },
    { goal: "7 days of it, 5 % of the entries: time", measured: week.wall, limit: 1000, unit: "ms" },
    { goal: "its CPU", measured: week.cpu, limit: 1000, unit: "ms" },
  ];
}
