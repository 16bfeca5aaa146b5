import type { SessionEvent } from "../../../domain/session-event.ts";
import { sessionToJson } from "../../sessions/text/sessions-json.ts";
import { isoTime } from "../../../text/time.ts";
import type { Told } from "../../../text/json.ts";
import type { EventDocument } from "../../../text/json-contract.ts";
import { visibleJson } from "../../../text/visible.ts";

/** One event on one line: docs/schemas/event-1.json. Every field is there in every event. */
export function renderEventJson(event: SessionEvent, host: string, fullCommand: boolean): string {
  const json = (session: Parameters<typeof sessionToJson>[0]) =>
    sessionToJson(session, { nowMs: event.timeMs, fullCommand });
  const document: Told<EventDocument> = {
    schema: "sshctl.event/1",
    host,
    time: isoTime(event.timeMs),
    event: event.kind,
    session: "session" in event ? json(event.session) : null,
    previous: event.kind === "changed" ? json(event.previous) : null,
    changes: event.kind === "changed" ? event.changes : null,
    selected: event.kind === "authenticated" || event.kind === "changed" ? event.selected : null,
    durationSeconds: event.kind === "closed" ? (event.durationSeconds ?? null) : null,
    origin: event.kind === "opened" || event.kind === "closed" ? event.origin : null,
    sessions: event.kind === "snapshot" ? event.sessions.map(json) : null,
    warning: event.kind === "warning" ? event.warning : null,
  };
  return `${visibleJson(JSON.stringify(document))}\n`;
}
