/** Idle limits on many hosts: once for all hosts of which the same is to be said. */
import { formatDuration } from "../../../domain/duration.ts";
import type { TextStyle } from "../../../text/grid.ts";
import { renderJson } from "../../../text/json.ts";
import type { FleetTimeoutDocument, TimeoutDocument } from "../../../text/json-contract.ts";
import { isoTime } from "../../../text/time.ts";
import { askedHostToJson, unansweredHostToJson, type FleetDocuments } from "../../sessions/fleet/ask-sshctl.ts";
import { foldedLines } from "../../sessions/fleet/folded-lines.ts";
import { limitNames } from "../text/report-text.ts";

type Fleet = FleetDocuments<"timeout">;

export function renderFleetLimits({ answered }: Fleet, absent: readonly string[], { width }: TextStyle): string {
  const told = [
    ...answered.map(({ name, document }) => ({ name, texts: textsOf(document) })),
    ...absent.map((name) => ({ name, texts: ["there is no such account"] })),
  ];
  return foldedLines(told, width)
    .map((line) => `${line}\n`)
    .join("");
}

function textsOf({ user, shell, limits, conflicts }: TimeoutDocument): string[] {
  return [
    `${user}, whose login shell is ${shell}:`,
    ...limits.map((limit) => `${limitNames[limit.means]}: ${limitText(limit)}`),
    ...conflicts,
  ];
}

type LimitJson = TimeoutDocument["limits"][number];

/** As it is told of one machine, with the line that sets it. */
function limitText({ seconds, known, settings, doubt }: LimitJson): string {
  if (!known) return doubt === null ? "not known" : `not certain, ${doubt.reason}`;
  if (seconds === null) return "no limit";
  const setting = settings.find(({ outcome }) => outcome === "applies");
  const where = setting === undefined ? "" : `, by ${setting.path}:${String(setting.line)}`;
  return `${formatDuration(seconds)}${where}`;
}

/** docs/schemas/fleet-timeout-1.json */
export function renderFleetLimitsJson(fleet: Fleet, absent: readonly string[]): string {
  return renderJson<FleetTimeoutDocument>({
    schema: "sshctl.fleet-timeout/1",
    takenAt: isoTime(fleet.takenAtMs),
    hosts: [
      ...fleet.answered.map((host) => ({ ...askedHostToJson(host), timeout: host.document })),
      ...absent.map((name) => ({ ...askedHostToJson({ name, version: undefined }), timeout: null })),
      ...fleet.failed.map((host) => ({ ...unansweredHostToJson(host), timeout: null })),
    ],
  });
}
