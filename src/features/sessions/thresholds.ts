/** `count --warn --crit`: the answer of a plugin for Nagios, Icinga and their like, as the Monitoring Plugins Development Guidelines have it. */
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { single } from "../../cli/values.ts";
import { needsRootCode, whyBlind } from "../../domain/warnings.ts";
import { exitCodes, UsageError, type ExitCode } from "../../errors.ts";
import { plural } from "../../text/words.ts";
import { visible } from "../../text/visible.ts";
import type { ReadSessions } from "./notes.ts";

const group = "Output";

export const thresholdOptions = {
  warn: { group, value: "N", describe: "answer as a Nagios plugin: WARNING, code 1, if there are more than N" },
  crit: { group, value: "N", describe: "the same: CRITICAL, code 2, if there are more than N" },
} satisfies OptionTable;

/** More is too much. At least one of them is there. */
export interface Thresholds {
  warn: number | undefined;
  crit: number | undefined;
}

/** @returns undefined where none is given. @throws UsageError */
export function parseThresholds(given: GivenOptions): Thresholds | undefined {
  const [warn, crit] = [single(given, "warn", limit), single(given, "crit", limit)];
  if (warn === undefined && crit === undefined) return undefined;
  if (warn !== undefined && crit !== undefined && crit < warn)
    throw new UsageError(`--crit ${String(crit)} is below --warn ${String(warn)}.`, "Give them the other way round.");
  const other = ["by", "output", "json", "no-headers"].find((name) =>
    name === "by" || name === "output" ? given.texts(name).length > 0 : given.flag(name),
  );
  if (other !== undefined)
    throw new UsageError(`--warn and --crit print one line, so there is no --${other}.`, "Leave one of them out.");
  return { warn, crit };
}

const limit = {
  allowed: "whole numbers up to 1000000",
  read: (text: string) => (/^\d{1,7}$/.test(text) && Number(text) <= 1_000_000 ? Number(text) : undefined),
};

export interface PluginAnswer {
  /** One line. */
  text: string;
  exitCode: ExitCode;
}

/** A number that is too large already is so whatever else is hidden; one that is not may be too small. */
export function judge({ report, chosen }: ReadSessions, thresholds: Thresholds): PluginAnswer {
  const { warn, crit } = thresholds;
  const count = chosen.sessions.length;
  const told = `${plural(count, "session")} | sessions=${String(count)};${optional(warn)};${optional(crit)};0`;
  if (crit !== undefined && count > crit) return { text: `SSH CRITICAL: ${told}\n`, exitCode: codes.critical };
  const blindness = whyBlind(report.warnings) ?? report.warnings.find(({ code }) => code === needsRootCode)?.message;
  if (blindness !== undefined) return unknown(blindness);
  if (chosen.undecided.length > 0)
    return unknown(`it cannot be decided whether ${plural(chosen.undecided.length, "session")} should count`);
  if (warn !== undefined && count > warn) return { text: `SSH WARNING: ${told}\n`, exitCode: codes.warning };
  return { text: `SSH OK: ${told}\n`, exitCode: codes.ok };
}

/** @param reason - without the sign that begins performance data. */
export function unknown(reason: string): PluginAnswer {
  return { text: `SSH UNKNOWN: ${visible(reason).replaceAll("|", "/")}\n`, exitCode: codes.unknown };
}

/** Nagios gives the numbers other meanings than sshctl does elsewhere. */
const codes = {
  ok: exitCodes.done,
  warning: exitCodes.nothingMatched,
  critical: exitCodes.usage,
  unknown: exitCodes.fatal,
} as const;

function optional(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}
