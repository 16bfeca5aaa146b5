/** An end that the service of the rules has announced. */
import { formatDuration } from "../../../domain/duration.ts";
import type { Session } from "../../../domain/session.ts";
import type { SessionDocument } from "../../../text/json-contract.ts";
import type { Told } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";

type ComingEnd = Session["comingEnd"];

/** "4m night": in how long, and by which rule. */
export function comingEndCell(end: ComingEnd, nowMs: number): string | undefined {
  return end && `${formatDuration((end.atMs - nowMs) / 1000)} ${end.rule}`;
}

/** "in 4m by rule night". */
export function comingEndText(end: ComingEnd, nowMs: number): string | undefined {
  return end && `in ${formatDuration((end.atMs - nowMs) / 1000)} by rule ${end.rule} (sshctl policy status)`;
}

export function comingEndToJson(end: ComingEnd): Told<NonNullable<SessionDocument["ending"]>> | null {
  return end === undefined ? null : { rule: end.rule, at: isoTime(end.atMs) };
}
