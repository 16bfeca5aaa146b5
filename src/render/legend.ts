import { formatEndpoint } from "../domain/address.ts";
import type { Listener, SessionReport } from "../domain/session.ts";
import { plural } from "../domain/warnings.ts";
import { markOf } from "./columns.ts";
import type { ChosenSessions } from "../domain/choose-sessions.ts";

/** What a reader must know beside the rows, a line each. */
export function legendLines({ listeners, sessions: all }: SessionReport, chosen: ChosenSessions): string[] {
  const shown = new Set(chosen.sessions.map(markOf));
  return [
    ...Object.entries(marks).flatMap(([mark, meaning]) => (shown.has(mark) ? `${mark} ${meaning}` : [])),
    ...authenticatingLine(chosen),
    ...(chosen.hidden > 0 ? [`${plural(chosen.hidden, "session")} of containers, --containers shows them`] : []),
    ...listenerLines(listeners, all.length > 0),
  ];
}

const marks = { "*": "your own session", "?": "perhaps your own session", c: "in a container" };

function authenticatingLine({ authenticating, sessions }: ChosenSessions): string[] {
  const unseen = authenticating > 0 && sessions.every(({ phase }) => phase === "open");
  return unseen ? [`${plural(authenticating, "connection")} not yet authenticated, --phase any shows them`] : [];
}

function listenerLines(listeners: readonly Listener[], hasSessions: boolean): string[] {
  if (listeners.length > 0) return listeners.map(listenerLine);
  return [hasSessions ? "no listener found: nobody new can log in" : noServer];
}

export const noServer = "No SSH server is running on this machine: there is nobody to list.";

function listenerLine({ pid, server, addresses }: Listener): string {
  const name = pid === 1 ? "systemd, for ssh" : server === "openssh" ? "sshd" : server;
  const where = addresses.length > 0 ? ` on ${addresses.map(formatEndpoint).join(", ")}` : "";
  return `listening: ${name} (PID ${String(pid)})${where}`;
}
