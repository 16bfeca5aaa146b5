import { formatDuration } from "../domain/duration.ts";
import {
  settingInForce,
  type Limit,
  type LimitedSession,
  type LimitReport,
  type LimitSetting,
} from "../timeouts/limit-report.ts";
import { fromByteText } from "../domain/byte-text.ts";
import type { Look } from "./grid.ts";
import { renderJson } from "./json.ts";
import { isoTime } from "./time.ts";
import { visible } from "./visible.ts";

/** Which limit applies to a user, and why, for people. */
export function renderLimits(report: LimitReport, sessions: readonly LimitedSession[], { chalk }: Look): string {
  const { user, shell, limits, conflicts, notes } = report;
  const tmout = limits.find(({ means }) => means === "TMOUT");
  const file = tmout && settingInForce(tmout)?.path;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", chalk.bold(title), ...lines];
  const lines = [
    `${user}, whose login shell is ${shell}:`,
    ...limits.flatMap((limit) => [
      "",
      `${chalk.bold(names[limit.means])}  ${secondsText(limit.seconds)}: ${visible(limit.describe)}`,
      ...details(limit),
    ]),
    ...section(
      "conflicts",
      conflicts.map((text) => `  ${visible(text)}`),
    ),
    ...section(
      "notes",
      notes.map((text) => `  ${visible(text)}`),
    ),
    ...section(
      "open sessions (inferred)",
      sessions.map((session) => sessionLine(session, file)),
    ),
  ];
  return lines.map((line, index) => `${index === 0 ? visible(line) : line}\n`).join("");
}

const names: Readonly<Record<Limit["means"], string>> = {
  TMOUT: "shell (TMOUT)",
  autologout: "tcsh (autologout)",
  sshd: "sshd (ChannelTimeout)",
  "sshd-unused": "sshd (UnusedConnectionTimeout)",
  logind: "logind (StopIdleSessionSec)",
};

function secondsText(seconds: Limit["seconds"]): string {
  if (seconds === undefined) return "no limit";
  if (seconds === "unknown") return "not known";
  return seconds < 60 ? `${String(seconds)} s` : `${String(seconds)} s (${formatDuration(seconds)})`;
}

function details({ settings, remarks }: Limit): string[] {
  return [
    ...settings.map(settingLine),
    ...remarks.map((text, index) => `  ${index === 0 ? "note" : "    "}      ${visible(text)}`),
  ];
}

function settingLine({ path, line, text, ours, outcome }: LimitSetting): string {
  const by = ours ? " (sshctl)" : "";
  return visible(`  ${outcome.padEnd(8)}  ${path}:${String(line)}${by}  ${fromByteText(text)}`);
}

/** @param file - that sets TMOUT. */
function sessionLine({ pid, tty, startedAtMs, seconds }: LimitedSession, file: string | undefined): string {
  const since = startedAtMs === undefined ? "" : ` since ${isoTime(startedAtMs)}`;
  const what =
    tty === undefined
      ? "no prompt"
      : seconds === "unknown"
        ? file === undefined
          ? "no limit known"
          : visible(`began before ${file} was changed, and has what that said then`)
        : secondsText(seconds);
  return `  ${String(pid)} ${visible(tty ?? "-")}${since}: ${what}`;
}

/** docs/schemas/timeout-1.json */
export function renderLimitsJson(report: LimitReport, sessions: readonly LimitedSession[], host: string): string {
  const { user, shell, limits, conflicts, notes } = report;
  return renderJson({
    schema: "sshctl.timeout/1",
    host,
    user,
    shell,
    limits: limits.map(limitToJson),
    conflicts,
    notes,
    sessions: sessions.map(({ pid, tty, startedAtMs, seconds }) => ({
      pid,
      tty: tty ?? null,
      startedAt: startedAtMs === undefined ? null : isoTime(startedAtMs),
      ...secondsToJson(seconds),
      inferred: true,
    })),
  });
}

function limitToJson({ means, seconds, describe, settings, remarks }: Limit): object {
  return {
    means,
    ...secondsToJson(seconds),
    description: describe,
    settings: settings.map(({ path, line, text, seconds: value, ours, outcome }) => ({
      path,
      line,
      text: fromByteText(text),
      seconds: typeof value === "number" ? value : null,
      ours,
      outcome,
    })),
    remarks,
  };
}

/** No limit, and a limit that is not known, are both without a number. */
function secondsToJson(seconds: Limit["seconds"]): { seconds: number | null; known: boolean } {
  return { seconds: typeof seconds === "number" ? seconds : null, known: seconds !== "unknown" };
}
