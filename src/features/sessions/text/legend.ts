import { formatEndpoint } from "../../../domain/address.ts";
import { isOpenHere, type Listener, type SessionReport } from "../../../domain/session.ts";
import { otherLoginsCode } from "../../../domain/other-logins.ts";
import { whyBlind } from "../../../domain/warnings.ts";
import { plural } from "../../../text/words.ts";
import { countPhases, type ChosenSessions } from "../../../domain/choose-sessions.ts";
import { describePhases } from "./phase-text.ts";

/**
 * What a reader must know beside the rows, a line each.
 *
 * @param hasMarks - whether the marks are shown that would have to be explained.
 */
export function legendLines(report: SessionReport, chosen: ChosenSessions, hasMarks: boolean): string[] {
  return [
    ...nobodyLine(report, chosen),
    ...(hasMarks ? markLines(chosen) : []),
    ...otherPhasesLine(chosen),
    ...(chosen.hidden > 0 ? [`${plural(chosen.hidden, "session")} in containers, shown with --containers`] : []),
    ...report.warnings.flatMap(({ code, message }) => (code === otherLoginsCode ? message : [])),
    ...listenerLines(report),
  ];
}

function nobodyLine(report: SessionReport, { sessions }: ChosenSessions): string[] {
  if (sessions.length > 0 || isWithoutServer(report)) return [];
  return [report.sessions.some(isOpenHere) ? "no session matches" : "no SSH sessions"];
}

export function markLines({ sessions }: Pick<ChosenSessions, "sessions">): string[] {
  const own = sessions.some(({ self }) => self === true) ? ["* your own session"] : [];
  return sessions.some(({ self }) => self === undefined) ? [...own, "? perhaps your own session"] : own;
}

function otherPhasesLine({ sessions, ...counts }: ChosenSessions): string[] {
  const shown = countPhases(sessions);
  const unseen = describePhases({
    authenticating: counts.authenticating - shown.authenticating,
    opening: counts.opening - shown.opening,
    closing: counts.closing - shown.closing,
  });
  return unseen.length === 0 ? [] : [`${unseen.join(", ")}, shown with --phase any`];
}

function listenerLines(report: SessionReport): string[] {
  if (isWithoutServer(report)) return noServer;
  const { listeners, listensAside = [] } = report;
  const aside = listensAside.length === 0 ? [] : [`listening: systemd, for ssh at ${listensAside.join(", ")}`];
  if (listeners.length > 0) return [...listeners.map(listenerLine), ...aside];
  return aside.length > 0
    ? ["no listener found: nobody new can log in over the network", ...aside]
    : ["no listener found: nobody new can log in"];
}

/** Whether the machine itself, containers aside, has nothing to do with SSH. */
export function isWithoutServer({ listeners, listensAside = [], sessions, warnings }: SessionReport): boolean {
  const isSilent = listeners.length === 0 && listensAside.length === 0;
  return isSilent && sessions.every(({ container }) => container) && whyBlind(warnings) === undefined;
}

export const noServer = [
  "No SSH server is running on this machine: there is nobody to list.",
  '"sshctl list --example" shows an example host.',
];

function listenerLine({ pid, server, addresses }: Listener): string {
  const name = pid === 1 ? "systemd, for ssh" : server === "openssh" ? "sshd" : server;
  const where = addresses.length > 0 ? ` on ${addresses.map(formatEndpoint).join(", ")}` : "";
  return `listening: ${name} (PID ${String(pid)})${where}`;
}
