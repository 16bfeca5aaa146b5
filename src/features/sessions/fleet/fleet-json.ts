import { withDetail, type Failure } from "../../../fleet/engine/failures.ts";
import type { FleetDocument, FleetErrorJson, FleetHostJson, FleetSessionJson } from "../../../text/json-contract.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import { visibleJson } from "../../../text/visible.ts";
import { listenersToJson, sessionToJson } from "../text/sessions-json.ts";
import type { AnsweredHost, FleetRow, FleetSessions } from "./fleet-sessions.ts";

/** docs/schemas/fleet-1.json */
export function renderFleetJson(fleet: FleetSessions, rows: readonly FleetRow[], fullCommand: boolean): string {
  return renderJson<FleetDocument>({
    schema: "sshctl.fleet/1",
    takenAt: isoTime(fleet.takenAtMs),
    hosts: hostsToJson(fleet),
    sessions: rows.map((row) => rowToJson(row, fullCommand)),
  });
}

/** One session a line. */
export function renderFleetNdjson(rows: readonly FleetRow[], fullCommand: boolean): string {
  return rows.map((row) => `${visibleJson(JSON.stringify(rowToJson(row, fullCommand)))}\n`).join("");
}

/** The first are those that have answered. */
export function hostsToJson({ answered, failed }: FleetSessions): Told<FleetHostJson>[] {
  return [
    ...answered.map(answeredToJson),
    ...failed.map(({ name, failure }) => ({
      name,
      answered: false,
      error: errorToJson(failure),
      ...unanswered,
    })),
  ];
}

export function errorToJson(failure: Failure): Told<FleetErrorJson> {
  return { code: failure.code, message: withDetail(failure) };
}

const unanswered = {
  takenAt: null,
  clockOffsetSeconds: null,
  reportedName: null,
  authenticating: null,
  hidden: null,
  listeners: null,
  warnings: [],
};

function answeredToJson({ name, report, chosen, clockOffsetMs }: AnsweredHost): Told<FleetHostJson> {
  return {
    name,
    answered: true,
    error: null,
    takenAt: isoTime(report.takenAtMs),
    clockOffsetSeconds: Math.round(clockOffsetMs / 1000),
    reportedName: report.host,
    authenticating: chosen.authenticating,
    hidden: chosen.hidden,
    listeners: listenersToJson(report),
    warnings: report.warnings,
  };
}

function rowToJson({ session, ...view }: FleetRow, fullCommand: boolean): Told<FleetSessionJson> {
  return { host: view.host, ...sessionToJson(session, { ...view, fullCommand }) };
}
