import type { Check, CheckStatus } from "../doctor/check.ts";
import type { DoctorHost } from "../doctor/host.ts";
import { version } from "../version.ts";
import type { Look } from "./grid.ts";
import { renderJson } from "./json.ts";
import { textWidth } from "./text-width.ts";
import { isoTime } from "./time.ts";
import { visible } from "./visible.ts";

/** A check in a line, its remedy below it. */
export function renderChecks(checks: readonly Check[], look: Look): string {
  const idWidth = Math.max(...checks.map(({ id }) => id.length));
  const lines = checks.flatMap((check) => renderCheck(check, idWidth, look));
  const counts = statuses.map(
    (status) => `${String(checks.filter((check) => check.status === status).length)} ${status}`,
  );
  return [...lines, "", counts.join(", ")].map((line) => `${line}\n`).join("");
}

const statuses: readonly CheckStatus[] = ["ok", "limited", "missing"];
const statusWidth = Math.max(...statuses.map(({ length }) => length));

function renderCheck({ id, status, says, remedy }: Check, idWidth: number, { width, chalk }: Look): string[] {
  const paint = { ok: chalk.green, limited: chalk.yellow, missing: chalk.red }[status];
  const indent = statusWidth + 2 + idWidth + 2;
  const room = width === undefined ? undefined : Math.max(20, width - indent);
  const [first = "", ...others] = wrapWords(visible(says), room);
  const remedies = remedy === undefined ? [] : wrapWords(`to do: ${visible(remedy)}`, room);
  return [
    `${paint(status.padEnd(statusWidth))}  ${id.padEnd(idWidth)}  ${first}`,
    ...[...others, ...remedies].map((line) => " ".repeat(indent) + line),
  ];
}

/** @param room - columns; without a limit it stays one line. */
function wrapWords(text: string, room: number | undefined): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    const isFull = last !== undefined && room !== undefined && textWidth(longer) > room;
    if (isFull || last === undefined) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** docs/schemas/doctor-1.json */
export function renderChecksJson(checks: readonly Check[], { hostName, now, uid, nodeVersion }: DoctorHost): string {
  return renderJson({
    schema: "sshctl.doctor/1",
    host: hostName,
    takenAt: isoTime(now()),
    uid,
    version,
    nodeVersion,
    ok: checks.every(({ status }) => status === "ok"),
    checks: checks.map(({ id, status, says, remedy }) => ({ id, status, says, remedy: remedy ?? null })),
  });
}
