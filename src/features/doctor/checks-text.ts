import type { DoctorDocument } from "../../text/json-contract.ts";
import { isHealthy, type Check, type CheckStatus } from "./checks/check.ts";
import type { DoctorHost } from "./checks/machine.ts";
import { version } from "../../cli/version.ts";
import type { TextStyle } from "../../text/grid.ts";
import { renderJson } from "../../text/json.ts";
import { textWidth } from "../../text/width.ts";
import { isoTime } from "../../text/time.ts";
import { visible } from "../../text/visible.ts";
import { hangingIndent } from "../../text/wrap.ts";

/** A check in a line, its remedy below it. */
export function renderChecks(checks: readonly Check[], look: TextStyle): string {
  const idWidth = Math.max(...checks.map(({ id }) => id.length));
  const lines = checks.flatMap((check) => renderCheck(check, idWidth, look));
  const counts = statuses.flatMap((status) => {
    const count = checks.filter((check) => check.status === status).length;
    return count === 0 ? [] : `${String(count)} ${status}`;
  });
  return [...lines, "", counts.join(", ")].map((line) => `${line}\n`).join("");
}

const statuses: readonly CheckStatus[] = ["ok", "optional", "limited", "missing"];
const statusWidth = Math.max(...statuses.map(({ length }) => length));

function renderCheck({ id, status, says, remedy }: Check, idWidth: number, { width, chalk }: TextStyle): string[] {
  const paint = { ok: chalk.green, optional: chalk.dim, limited: chalk.yellow, missing: chalk.red }[status];
  const place = statusWidth + 2 + idWidth + 2;
  const label = `${paint(status.padEnd(statusWidth))}  ${id.padEnd(idWidth)}  `;
  const todo =
    remedy === undefined ? [] : hangingIndent(" ".repeat(place), place, `to do: ${visible(remedy)}`, width, textWidth);
  return [...hangingIndent(label, place, visible(says), width, textWidth), ...todo];
}

/** docs/schemas/doctor-1.json */
export function renderChecksJson(checks: readonly Check[], { hostName, now, uid, runningProgram }: DoctorHost): string {
  return renderJson<DoctorDocument>({
    schema: "sshctl.doctor/1",
    host: hostName(),
    takenAt: isoTime(now()),
    uid,
    version,
    nodeVersion: runningProgram().nodeVersion,
    ok: isHealthy(checks),
    checks: checks.map(({ id, status, says, remedy }) => ({ id, status, says, remedy: remedy ?? null })),
  });
}
