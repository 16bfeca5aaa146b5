import { findTarget, formatTarget, parseTarget, targetForms, type Target } from "../../domain/target.ts";
import { plural } from "../../text/words.ts";
import type { ReportRequest } from "../../domain/report-request.ts";
import type { Session, SessionReport } from "../../domain/session.ts";
import { parseTty } from "../../domain/tty.ts";
import { countUnseenPeers, needsRootCode } from "../../domain/warnings.ts";
import { NothingFoundError, PermissionError, UsageError } from "../../errors.ts";
import type { Reports } from "../../report/reports.ts";
import { selectingOption } from "./selecting-option.ts";
import { describeSession } from "./text/one-line.ts";

/** Commands that take one session by its name. */
export type NamingCommand = "show" | "kill" | "freeze" | "thaw";

/**
 * @param command - what is to be done with it.
 * @throws UsageError when the word does not name a session.
 */
export function parseSessionName(word: string, command: NamingCommand): Target {
  const target = parseTarget(word);
  if (target === undefined)
    throw new UsageError(`"${word}" does not name a session.`, `Allowed: ${targetForms}.${meantBy(word, command)}`);
  return target;
}

function meantBy(word: string, command: NamingCommand): string {
  if (/^(?:self|me|own|mine)$/i.test(word)) return ` Your own session is marked in "sshctl list", with a star.`;
  if (/^all$/i.test(word))
    return command === "kill" ? ` Did you mean "sshctl kill-all"?` : ` Did you mean "sshctl list"?`;
  const tty = parseTty(word.replace(/^(\/dev\/)?pts(?=\d)/, "$1pts/"));
  if (tty !== undefined) return ` Did you mean ${tty}?`;
  // Names that mean several sessions are options of other commands.
  const option = selectingOption(word);
  if (option === undefined) return "";
  const all = command === "kill" ? `, "sshctl kill-all ${option}"` : "";
  return ` For all that match: "sshctl list ${option}"${all}.`;
}

/**
 * Reads the machine to find these sessions. Only where a name means no connection is it asked for what sessions have left behind,
 * which takes longer.
 */
export async function readNamed(
  targets: readonly Target[],
  read: Reports["read"],
  request: ReportRequest,
): Promise<SessionReport> {
  const report = await read(request);
  const { sessions, processes } = report;
  const isMissing = (target: Target) => mayMeanLeftover(target) && findTarget(target, sessions, processes).length === 0;
  return targets.some(isMissing) ? read({ ...request, leftovers: true }) : report;
}

function mayMeanLeftover({ kind }: Target): boolean {
  return kind === "pid" || kind === "logind" || kind === "identity";
}

/**
 * A name must mean exactly one session.
 *
 * @throws UsageError when it means several, NothingFoundError when it means none, PermissionError when it cannot be seen.
 */
export function onlySession(target: Target, report: SessionReport): Session {
  const { sessions, processes } = report;
  const [session, ...others] = findTarget(target, sessions, processes);
  const name = formatTarget(target);
  if (session !== undefined && others.length === 0) return session;
  if (session !== undefined) {
    const meant = [session, ...others].map(describeSession).join("; ");
    throw new UsageError(`${name} means ${String(others.length + 1)} sessions: ${meant}.`, "Name one by its PID.");
  }
  if (target.kind === "peer") rejectHidden(name, report);
  if (target.kind === "logind")
    throw new NothingFoundError(
      `No SSH connection belongs to ${name}, and nothing that one has left behind.`,
      `What logind knows of it: "loginctl session-status ${target.session}".`,
    );
  if (target.kind !== "pid")
    throw new NothingFoundError(`No SSH session is named ${name}.`, `"sshctl list" shows them.`);
  const process = processes.get(target.pid);
  if (process === undefined)
    throw new NothingFoundError(`There is no process ${name}.`, `"sshctl list" shows the sessions.`);
  throw new NothingFoundError(`${name} is ${process.comm}, not part of an SSH session.`);
}

/** Only root sees where the sessions of others come from. */
function rejectHidden(name: string, { sessions, warnings }: SessionReport): void {
  const hidden = countUnseenPeers(sessions);
  if (hidden === 0 || warnings.every(({ code }) => code !== needsRootCode)) return;
  throw new PermissionError(
    `No session is known to come from ${name}, and the addresses of ${plural(hidden, "session")} cannot be seen.`,
    "Run it as root, with sudo.",
  );
}
