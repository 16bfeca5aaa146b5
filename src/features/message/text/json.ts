import type { Session } from "../../../domain/session.ts";
import type { MessageDocument } from "../../../text/json-contract.ts";
import { renderJson } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import type { View } from "../../sessions/text/columns.ts";
import { sessionToJson } from "../../sessions/text/sessions-json.ts";
import type { ToldSession } from "../told.ts";

export interface MessageReport {
  /** Of the act; undefined where nothing was written. */
  id: string | undefined;
  dryRun: boolean;
  text: string;
  told: readonly ToldSession[];
  undecided: readonly Session[];
  /** Sentences on what went wrong beside the sessions. */
  problems: readonly string[];
}

/** docs/schemas/message-1.json */
export function renderMessageJson(message: MessageReport, view: View): string {
  const { id, dryRun, text, told, undecided, problems } = message;
  const toJson = (session: Session) => sessionToJson(session, view);
  return renderJson<MessageDocument>({
    schema: "sshctl.message/1",
    host: view.host,
    takenAt: isoTime(view.nowMs),
    id: id ?? null,
    dryRun,
    text,
    sessions: told.map(({ session, telling }) => ({ session: toJson(session), outcome: telling ?? null })),
    undecided: undecided.map(toJson),
    problems,
  });
}
