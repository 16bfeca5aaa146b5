import { findLeftovers } from "../domain/find-leftovers.ts";
import type { SessionReport, Warning } from "../domain/session.ts";
import { parseSystemdTime } from "../domain/systemd-time.ts";
import type { Facts } from "../host/host.ts";
import { readArguments } from "../system/procfs/command-line.ts";
import { readLogindSession } from "../system/procfs/server-details.ts";
import { readLogins, type Login } from "../system/systemd/logins.ts";

/** Adds what logins over SSH have left behind, by logind and the control groups of all processes. */
export async function addLeftovers(
  report: SessionReport,
  { files, programs, observer }: Pick<Facts, "files" | "programs" | "observer">,
): Promise<SessionReport> {
  const logins = await readLogins(programs);
  if (logins === undefined) return { ...report, warnings: [...report.warnings, unknownLeftovers] };
  const ended = logins.filter(isEndedOverSsh).map((login) => ({ ...login, beganMs: beginOf(login, report) }));
  const found = findLeftovers(ended, report, ({ pid }) => readLogindSession(files, pid), observer);
  const told = found.map((each) => ({ ...each, commandLine: readArguments(files, each.pid)?.join(" ") }));
  return { ...report, sessions: [...report.sessions, ...told] };
}

/** sshd's service is called so in every version (SSHD_PAM_SERVICE in its auth-pam.h), unless PAMServiceName says otherwise. */
function isEndedOverSsh({ state, service }: Login): boolean {
  return state === "closing" && /^(?:sshd?|dropbear)$/.test(service);
}

/** "Sat 2026-11-28 17:47:17 UTC", in the zone of both programs. An hour that is there twice is not guessed at. */
function beginOf({ began }: Login, { takenAtMs }: SessionReport): number | undefined {
  const meant = parseSystemdTime(
    began.replace(/^\w{3} /, "").replace(/ \S+$/, (zone) => (zone === " UTC" ? zone : "")),
    takenAtMs,
  );
  return meant?.kind === "once" ? meant.timeMs : undefined;
}

const unknownLeftovers: Warning = {
  code: "leftovers-unknown",
  message: "what sessions have left behind is unknown: logind tells nothing",
};
