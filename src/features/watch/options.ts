/** The options of `watch`; what they mean together is checked here. */
import { eventKinds, type EventKind } from "../../domain/session-event.ts";
import { durationForm, parseDuration } from "../../domain/duration.ts";
import { UsageError } from "../../errors.ts";
import type { Extent } from "./events/stream.ts";
import { columnNames } from "../sessions/text/columns.ts";
import type { GivenOptions, OptionTable } from "../../cli/command.ts";
import { list, oneOf, single } from "../../cli/values.ts";
import { formatOptions, outputGroup, outputOptions, parseFormat } from "../sessions/output-options.ts";

const streamFormats = ["lines", "ndjson"] as const;
export type StreamFormat = (typeof streamFormats)[number];
const watchFormats = ["screen", ...streamFormats] as const;
export type WatchFormat = (typeof watchFormats)[number];

const group = "Method";
const hookGroup = "Run a program";

export const watchOptions = {
  interval: { group, alias: "n", value: "TIME", describe: "time between two looks (default 2s)" },
  once: { group, describe: "look once, then exit" },
  count: { group, value: "N", describe: "look N times, then exit" },
  "until-none": { group, describe: "exit when no matching session is left, except your own" },
  wait: { group, value: "TIME", describe: "with --until-none: wait at most this long, then exit with code 1" },
  auth: { group: "More detail", describe: "how the users logged in, from the journal; also with --key" },
  events: {
    group: outputGroup,
    value: "EVENT[,EVENT]",
    offer: eventKinds,
    describe: `report only these: ${eventKinds.join(", ")}`,
  },
  exec: {
    group: hookGroup,
    value: "PROGRAM",
    offer: "files",
    describe: "run it for each event, with JSON on its input and SSHCTL_* variables",
  },
  "exec-jobs": { group: hookGroup, value: "N", describe: "run at most N programs at once (default 4)" },
  "exec-limit": { group: hookGroup, value: "TIME", describe: "kill a program that takes longer (default 10s)" },
  ...formatOptions(watchFormats, "ndjson"),
  columns: { ...outputOptions.columns, describe: `columns of the screen: ${columnNames.join(", ")}` },
  sort: { ...outputOptions.sort, describe: "sort the screen by these columns; --sort=-idle for the largest first" },
  "full-command": outputOptions["full-command"],
  color: outputOptions.color,
  root: { group: outputGroup, value: "DIR", describe: "refused: nothing happens in a recording", hidden: "refused" },
} satisfies OptionTable;

/** @throws UsageError for whatever contradicts itself. */
export function parseExtent(given: GivenOptions): Extent {
  if (given.texts("root").length > 0)
    throw new UsageError(
      "Nothing happens on a recorded host, so it cannot be watched.",
      `Use "sshctl list --root DIR".`,
    );
  const count = single(given, "count", positive);
  if (given.flag("once") && count !== undefined)
    throw new UsageError("--once and --count cannot be combined.", "Choose one.");
  const waitSeconds = single(given, "wait", duration);
  const untilNone = given.flag("until-none");
  if (waitSeconds !== undefined && !untilNone)
    throw new UsageError("--wait works only with --until-none.", "Add --until-none, or use --count N.");
  return {
    intervalMs: (single(given, "interval", interval) ?? 2) * 1000,
    looks: given.flag("once") ? 1 : count,
    untilNone,
    waitMs: waitSeconds === undefined ? undefined : waitSeconds * 1000,
  };
}

/** @param hasScreen - whether there is a terminal that could be drawn on. */
export function parseWatchFormat(given: GivenOptions, hasScreen: boolean): WatchFormat {
  const format = parseFormat(given, hasScreen ? watchFormats : [...streamFormats, "screen"]);
  if (format === "screen") {
    if (!hasScreen) throw new UsageError("-o screen needs a terminal.", `Allowed here: ${streamFormats.join(", ")}.`);
    if (given.texts("events").length > 0 && !runsProgram(given))
      throw new UsageError(
        "--events works only with a stream of events or with --exec.",
        "Add -o lines, or leave it out.",
      );
    return format;
  }
  for (const option of ["columns", "sort"]) {
    if (given.texts(option).length > 0)
      throw new UsageError(`--${option} works only with -o screen, not with -o ${format}.`, "Leave it out.");
  }
  return format;
}

/** A program of --exec is told everything of a session. */
export function runsProgram(given: GivenOptions): boolean {
  return given.texts("exec").length > 0;
}

/** @returns every kind where the option is not given. */
export function parseEventKinds(given: GivenOptions): ReadonlySet<EventKind> {
  const kinds = list(given, "events", oneOf(eventKinds));
  return new Set(kinds.length > 0 ? kinds : eventKinds);
}

const duration = { read: parseDuration, allowed: durationForm };

const interval = {
  allowed: `${durationForm}; also parts of a second: 0.5; at least 0.1`,
  read: (text: string) => {
    const seconds = /^\d{1,6}\.\d{1,3}$/.test(text) ? Number(text) : parseDuration(text);
    return seconds !== undefined && seconds >= 0.1 ? seconds : undefined;
  },
};

export const positive = {
  allowed: "whole numbers from 1 to 1000000",
  read: (text: string) =>
    /^\d{1,7}$/.test(text) && Number(text) >= 1 && Number(text) <= 1_000_000 ? Number(text) : undefined,
};
