/**
 * This room has the commands `list`, `count` and `show`, and what all commands share: options that select sessions, finding one
 * session by a name, columns, notes.
 * It is open to every other feature. What enters: what more than one command needs, and nothing that changes a machine.
 */
import type { ChosenSessions } from "../../domain/choose-sessions.ts";
import { durationForm, parseDuration } from "../../domain/duration.ts";
import type { ReportRequest } from "../../domain/report-request.ts";
import { onTerminals } from "../../domain/terminal-use.ts";
import { hasLegend, renderSessions, tabularFormats, type SessionsLayout } from "./text/sessions-text.ts";
import { needs } from "./text/columns.ts";
import type { Command, GivenOptions } from "../../cli/command.ts";
import { single } from "../../cli/values.ts";
import { placeOf } from "./example-option.ts";
import { fleetOptions, meansFleet } from "./fleet/options.ts";
import { answerCode, reportNotes } from "./notes.ts";
import { columnsIn, outputOptions, parseLayout, parseStyle, showsOnlyRows } from "./output-options.ts";
import { readSessions } from "./read-sessions.ts";
import { hintFor } from "./selecting-option.ts";
import { parseTtys, selectionOptions } from "./selection-options.ts";
import { parseSource, sourceOptions } from "./source-options.ts";
import { withTypedKeys } from "./typed-key-options.ts";

export const list: Command = {
  name: "list",
  summary: "Show who is connected over SSH",
  examples: [
    ["sshctl list", "who is connected; your own session is marked"],
    ["sshctl list --user alice --idle 30m", "alice's sessions without input for half an hour"],
    ["sshctl list --from 10.0.0.0/8 --not-kind tunnel", "from the internal network, without tunnels"],
    ["sshctl list --forward-port 9902", "who holds this port?"],
    ["sshctl list --key SHA256:wcPFP6DV", "who logged in with this key?"],
    ["sshctl list --payload 30s", "what does each of them carry? keepalives are nothing"],
    ["sshctl list --on web[1-20],@db --idle 1h", "who is idle on these servers? over SSH, without an agent"],
    ["sshctl list -o json", "everything that is known, for programs"],
  ],
  options: {
    ...selectionOptions,
    payload: {
      group: "More detail",
      value: "TIME",
      describe: "what each carries beside keepalives: look twice, this long apart (by column: 2s)",
    },
    auth: { group: "More detail", describe: "how the users logged in, from the journal; implied by -o wide and --key" },
    ...outputOptions,
    ...fleetOptions,
    ...sourceOptions,
  },
  hint: hintFor("list"),
  run: async (typed, here) => {
    const given = await withTypedKeys(typed, here);
    if (meansFleet(given)) return (await import("./fleet/list-on.ts")).listOn(given, here);
    const layout = parseLayout(given);
    const look = parseStyle(given, here);
    const logins = given.flag("auth") || layout.format === "wide" || columnsIn(layout).some(needs("logins"));
    const payload = parsePayload(given, layout);
    const source = parseSource(given);
    const context = await placeOf(given, here);
    const { report, chosen } = await readSessions(given, context, {
      ...source,
      logins,
      ...(payload === undefined ? {} : { payload }),
      depth: showsOnlyRows(layout, columnsIn(layout).some(needs("all")), look) ? "rows" : "all",
    });
    context.out.write(await renderSessions(report, rowsIn(chosen, given, layout), layout, look));
    reportNotes({ report, chosen }, context, hasLegend(layout, look));
    return answerCode({ report, chosen });
  },
};

/** Nobody waits unless it was asked for. */
function parsePayload(given: GivenOptions, layout: SessionsLayout): ReportRequest["payload"] {
  const seconds = single(given, "payload", payloadTime);
  if (seconds !== undefined) return { overMs: seconds * 1000 };
  return columnsIn(layout).some(needs("payload")) ? { overMs: 2000 } : undefined;
}

const payloadTime = {
  allowed: `${durationForm}; from 1s to 1h`,
  read: (text: string) => {
    const seconds = parseDuration(text);
    return seconds !== undefined && seconds >= 1 && seconds <= 3600 ? seconds : undefined;
  },
};

/** Who asks for a terminal gets a row about that one; documents tell all of a connection, with each of its terminals. */
function rowsIn(chosen: ChosenSessions, given: GivenOptions, { format }: SessionsLayout): ChosenSessions {
  const ttys = parseTtys(given);
  if (ttys.length === 0 || !tabularFormats.has(format)) return chosen;
  return { ...chosen, sessions: chosen.sessions.map((session) => onTerminals(session, ttys)) };
}
