/**
 * This room has the command `watch`: sessions as they come and go, on a live screen or as a stream of events.
 * What enters: options, events made of looks and of the journal (events/), the screen (screen/), and how events are written
 * (text/).
 */
import { notice } from "../sessions/notes.ts";
import type { SessionEvent } from "../../domain/session-event.ts";
import type { Warning } from "../../domain/session.ts";
import type { ExitCode } from "../../errors.ts";
import { machineOf } from "../../host/host.ts";
import type { Reports } from "../../report/reports.ts";
import type { WatchMachine } from "./machine.ts";
import { stream, type Extent, type StreamPlan } from "./events/stream.ts";
import { Watcher } from "./events/watcher.ts";
import { watchingFor } from "./watching.ts";
import type { Context } from "../../cli/context.ts";
import { renderEventJson } from "./text/event-json.ts";
import { renderEventLine } from "./text/event-line.ts";
import { localSource, type ReportRequest } from "../../domain/report-request.ts";
import type { Command, GivenOptions } from "../../cli/command.ts";
import { exampleOption, placeOf } from "../sessions/example-option.ts";
import { selectionOptions } from "../sessions/selection-options.ts";
import { withTypedKeys } from "../sessions/typed-key-options.ts";
import { describeTimeUp, describeWaiting } from "./text/waiting.ts";
import { parseHooks } from "./hook-options.ts";
import {
  parseEventKinds,
  parseExtent,
  parseWatchFormat,
  runsProgram,
  watchOptions,
  type StreamFormat,
} from "./options.ts";

export const watch: Command = {
  name: "watch",
  summary: "Follow sessions as they come and go",
  examples: [
    ["sshctl watch", "a live screen; press ? for the keys"],
    ["sshctl watch -o lines", "one line for each event: who logs in, who leaves"],
    ["sshctl watch -o ndjson --user root", "for programs: every session of root"],
    ["sshctl watch --exec /usr/local/sbin/tell --events opened,closed", "run a program for each event"],
    ["sshctl watch --until-none --wait 10m", "before a reboot: wait until no session is left"],
  ],
  options: { ...selectionOptions, ...watchOptions, ...exampleOption },
  replaced: {
    "--on":
      'To choose events, use --events. Each look at other hosts is a login there: use "sshctl list --on HOSTS" now and then, or watch on the host.',
  },
  run: async (typed, here) => {
    const given = await withTypedKeys(typed, here);
    const extent = parseExtent(given);
    const context = await placeOf(given, here, true);
    const [machine, reports] = await Promise.all([context.host().then(machineOf), context.reports()]);
    const { openScreen } = machine;
    const format = parseWatchFormat(given, openScreen !== undefined);
    if (format !== "screen" || openScreen === undefined)
      return streamEvents(given, context, extent, format === "screen" ? "lines" : format, machine, reports);
    const { watchOnScreen } = await import("./on-screen.ts");
    return watchOnScreen(given, context, extent, { ...machine, openScreen }, reports);
  },
};

async function streamEvents(
  given: GivenOptions,
  context: Context,
  extent: Extent,
  format: StreamFormat,
  machine: WatchMachine,
  reports: Reports,
): Promise<ExitCode> {
  const kinds = parseEventKinds(given);
  const fullCommand = given.flag("full-command");
  const troubles: Warning[] = [];
  const { choice, read } = watchingFor(given, reports.read, reports, requestFor(given, format), troubles);
  const hooks = parseHooks(given, machine, (warning) => troubles.push(warning));
  let last = { timeMs: 0, host: "" };
  const tell = (event: SessionEvent, host: string) => {
    last = { timeMs: event.timeMs, host };
    hooks.offer(event, host);
    if (kinds.has(event.kind))
      context.out.write(
        format === "ndjson" ? renderEventJson(event, host, fullCommand) : renderEventLine(event, fullCommand),
      );
    else if (event.kind === "warning") notice(event.warning.message, context.err);
  };
  const code = await stream(
    {
      extent,
      ...waitingNotices(extent, context),
      watcher: new Watcher(choice),
      read,
      followLogins: reports.followLogins,
      troubles,
      tell,
    },
    machine,
  );
  await hooks.idle();
  for (const warning of troubles) tell({ kind: "warning", timeMs: last.timeMs, warning }, last.host);
  return code;
}

function requestFor(given: GivenOptions, format: StreamFormat): ReportRequest {
  const depth = format === "ndjson" || runsProgram(given) ? "all" : "rows";
  return { ...localSource, logins: given.flag("auth"), depth, repeatedly: true };
}

/** What --until-none says before it waits, and when it has waited in vain. */
function waitingNotices({ untilNone, waitMs }: Extent, { err }: Context): Pick<StreamPlan, "begin" | "timeIsUp"> {
  return {
    begin: (first) => {
      if (untilNone) notice(describeWaiting(first, waitMs), err);
    },
    timeIsUp: (last) => {
      notice(describeTimeUp(last), err);
    },
  };
}
