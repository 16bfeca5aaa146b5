/** Where sshctl learns how users have logged in, and how far back that reaches. */
import { firstOfJournal } from "../../../system/logs/journal-events.ts";
import type { Listener } from "../../../domain/session.ts";
import { effectiveSettings } from "../../../system/sshd/ask.ts";
import { findOpensshDaemons, nameOf } from "../../../system/sshd/daemons.ts";
import { isPresent } from "../../../host/files/files.ts";
import { authLogPaths, timeOfSyslogLine } from "../../../system/logs/auth-log.ts";
import { journalStorage } from "../../../system/systemd/journal-storage.ts";
import { missing, ok, optional, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";
import { localDay } from "../../../text/time.ts";

export async function examineLogs(listeners: readonly Listener[], host: DoctorHost): Promise<Check[]> {
  const sinceMs = await firstOfJournal(host, { folder: undefined });
  return [
    examineJournal(sinceMs, host),
    await examineLogFiles(sinceMs !== undefined, host),
    ...(await examineLogLevel(listeners, host)),
  ];
}

function examineJournal(sinceMs: number | undefined, { files, uid }: DoctorHost): Check {
  if (sinceMs === undefined)
    return missing(
      "journal",
      "cannot be read: keys and methods of logins cannot be verified, and short logins are missed",
      uid === 0 ? "start systemd-journald" : "run sshctl as root, or join the group systemd-journal",
    );
  const since = `shows how users logged in since ${localDay(sinceMs)}`;
  return journalStorage(files) === "disk"
    ? ok("journal", since)
    : optional(
        "journal",
        `${since}, and is lost when the machine stops`,
        "set Storage=persistent in /etc/systemd/journald.conf, and restart systemd-journald",
      );
}

/** Log files prove nothing, and matter only where the journal does not reach. */
async function examineLogFiles(hasJournal: boolean, host: DoctorHost): Promise<Check> {
  const paths = authLogPaths(host.files, 0);
  const begins = (await Promise.all(paths.map(async (path) => beginOf(path, host)))).flatMap((ms) => ms ?? []);
  if (begins.length > 0)
    return ok("log-files", `reach back to ${localDay(Math.min(...begins))}; facts from them are shown as unverified`);
  if (hasJournal || isPresent(host.files.facts("/run/systemd/journal/socket")))
    return ok("log-files", "none besides the journal, which has everything they would contain");
  const says = paths.length > 0 ? "cannot be read, or are empty" : "there are none";
  return missing("log-files", `${says}: auth.log, secure, messages`, "start systemd-journald or a syslog daemon");
}

async function beginOf(path: string, { logFiles, now }: DoctorHost): Promise<number | undefined> {
  for await (const line of logFiles.lines(path)) {
    const timeMs = timeOfSyslogLine(line, now());
    if (timeMs !== undefined) return timeMs;
  }
  return undefined;
}

/** sshd_config(5), LogLevel: logins are told at INFO. Only root is told what sshd's settings are. */
async function examineLogLevel(listeners: readonly Listener[], host: DoctorHost): Promise<Check[]> {
  if (host.uid !== 0) return [];
  const daemons = await findOpensshDaemons(host, listeners);
  const levels = await Promise.all(
    daemons.map(async (daemon) => ({
      name: daemons.length > 1 ? nameOf(daemon) : "sshd",
      level: (await effectiveSettings({ user: "root" }, daemon, host))?.get("loglevel"),
    })),
  );
  const known = levels.flatMap(({ name, level }) => (level === undefined ? [] : { name, level }));
  const silent = known.filter(({ level }) => /^(?:quiet|fatal|error)$/i.test(level));
  const [first] = known;
  if (first === undefined) return [];
  return [
    silent.length > 0
      ? missing(
          "login-messages",
          silent.map(({ name, level }) => `${name} does not log logins: its LogLevel is ${level}`).join("; "),
          "set LogLevel INFO in /etc/ssh/sshd_config, and reload sshd",
        )
      : ok("login-messages", `sshd logs logins: its LogLevel is ${first.level}`),
  ];
}
