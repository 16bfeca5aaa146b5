/** This room writes events: as a line for people, as JSON, and as variables for the program of --exec. */
import { formatDuration } from "../../../domain/duration.ts";
import { plural } from "../../../text/words.ts";
import { eventKinds, type Change, type SessionEvent, type WatchedFact } from "../../../domain/session-event.ts";
import type { Session } from "../../../domain/session.ts";
import { phaseNotes } from "../../sessions/text/phase-text.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { fullTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";

/** One event on one line, for people and for grep. */
export function renderEventLine(event: SessionEvent, fullCommand: boolean): string {
  return `${fullTime(event.timeMs)}  ${event.kind.padEnd(kindWidth)}  ${visible(textOf(event, fullCommand))}\n`;
}

const kindWidth = Math.max(...eventKinds.map(({ length }) => length));

function textOf(event: SessionEvent, fullCommand: boolean): string {
  switch (event.kind) {
    case "snapshot":
      return plural(event.sessions.length, "session");
    case "opened":
    case "authenticated":
      return describe(event.session, fullCommand);
    case "changed":
      return `${describeSession(event.session)}: ${changeText(event)}`;
    case "closed":
      return event.durationSeconds === undefined
        ? describeSession(event.session)
        : `${describeSession(event.session)}, after ${formatDuration(event.durationSeconds)}`;
    case "warning":
      return event.warning.message;
  }
}

function describe(session: Session, fullCommand: boolean): string {
  const { phase, kind, auth } = session;
  const command = fullCommand ? session.commandLine : session.command;
  const facts = [
    describeSession(session),
    phase === "open" ? kind : phaseNotes[phase],
    command,
    auth &&
      `by ${auth.method}${auth.key === undefined ? "" : ` ${auth.key.fingerprint}`}${auth.verified ? "" : " (unverified)"}`,
  ];
  return facts.filter((fact) => fact !== undefined).join(", ");
}

function changeText({ changes, previous, session, selected }: Change): string {
  const facts = changes.map((fact) => `${fact} ${factText(previous, fact)} -> ${factText(session, fact)}`);
  return [...facts, ...(selected ? [] : ["no longer matches"])].join(", ") || "matches from now on";
}

function factText(session: Session, fact: WatchedFact): string {
  const value = session[fact];
  return value === undefined || value.length === 0 ? "-" : String(value);
}
