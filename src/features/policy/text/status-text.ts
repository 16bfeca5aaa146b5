import { exactDuration, formatDuration } from "../../../domain/duration.ts";
import { groupBy } from "../../../domain/group-by.ts";
import type { PolicyState } from "../../../system/policy/policy-state.ts";
import type { Grid, TextStyle } from "../../../text/grid.ts";
import type { PolicyStatusDocument } from "../../../text/json-contract.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { renderGrid } from "../../../text/render-grid.ts";
import { fullTime, isoTime, localTime } from "../../../text/time.ts";
import { visible } from "../../../text/visible.ts";
import { plural } from "../../../text/words.ts";
import type { EventKind, PolicyEvent } from "../service/events.ts";
import type { Pause } from "../service/orders.ts";

export interface PolicyStatus {
  host: string;
  takenAtMs: number;
  state: PolicyState;
  isRunning: boolean;
  pause: Pause | undefined;
  /** The newest first. */
  events: readonly PolicyEvent[];
}

/** Whether the rules are applied as they should be. */
export function isSound({ state, isRunning, pause }: PolicyStatus): boolean {
  const { problem, fault, fuse } = state;
  return isRunning && fault === undefined && fuse === undefined && (problem === undefined || pause !== undefined);
}

export async function renderStatus(status: PolicyStatus, style: TextStyle): Promise<string> {
  const { state, events, takenAtMs } = status;
  const lines = [...standing(status), ...state.rules.map(({ text }) => text), countsInWords(events)];
  const coming = state.coming.length === 0 ? "" : `\n${await renderGrid(comingGrid(state, takenAtMs), layout, style)}`;
  const past = events.length === 0 ? "" : `\n${await renderGrid(pastGrid(events, takenAtMs), layout, style)}`;
  return lines.map((line) => `${visible(line)}\n`).join("") + coming + past;
}

const layout = { headers: true, truncate: false };

function standing({ state, isRunning, pause, takenAtMs }: PolicyStatus): string[] {
  const { pid, mode, intervalSeconds, looks, lookedAtMs, lookSeconds, startedAtMs, problem, fault, fuse } = state;
  const ago = formatDuration((takenAtMs - lookedAtMs) / 1000);
  return [
    isRunning
      ? `running (PID ${String(pid)}) since ${fullTime(startedAtMs)}, mode ${mode}`
      : `NOT RUNNING since ${fullTime(lookedAtMs)}: start it with "systemctl start sshctl-policy"`,
    `${plural(looks, "look")}, one every ${exactDuration(intervalSeconds)}; the last one ${ago} ago, in ${lookSeconds.toFixed(2)}s`,
    ...(pause === undefined ? [] : [describePause(pause)]),
    ...(problem === undefined || pause !== undefined ? [] : [`NOTHING IS DONE: ${problem}`]),
    ...(fault === undefined ? [] : [`THE FILE IS WRONG, and the rules that were read before apply: ${fault}`]),
    ...(fuse === undefined ? [] : [describeFuse(fuse)]),
  ];
}

function describePause({ term, by, reason }: Pause): string {
  const why = reason === undefined ? "" : `: ${reason}`;
  return `PAUSED until ${fullTime(term.untilMs)} by ${by}${why}`;
}

function describeFuse({ atMs, count, allowed }: NonNullable<PolicyState["fuse"]>): string {
  return `THE FUSE HAS TRIPPED at ${fullTime(atMs)}: ${String(count)} sessions were to end in one pass, and at most ${String(allowed)} may. Nothing is done until: sshctl policy acknowledge`;
}

const kindsInWords: readonly (readonly [kind: EventKind, words: string])[] = [
  ["ended", "ended"],
  ["failed", "not ended although tried"],
  ["warned", "warned"],
  ["would-end", "would have been ended"],
  ["would-warn", "would have been warned"],
];

/** "in 7 days: 14 would have been ended (night 12, old 2)" */
function countsInWords(events: readonly PolicyEvent[]): string {
  const told = kindsInWords.flatMap(([kind, words]) => {
    const ofKind = events.filter((event) => event.kind === kind);
    if (ofKind.length === 0) return [];
    const perRule = [...groupBy(ofKind, ({ rule }) => rule)].map(([rule, all]) => `${rule} ${String(all.length)}`);
    return `${String(ofKind.length)} ${words} (${perRule.join(", ")})`;
  });
  return `in 7 days: ${told.length === 0 ? "nobody was warned or ended" : told.join("; ")}`;
}

function comingGrid({ coming, mode }: PolicyState, nowMs: number): Grid {
  return {
    columns: [
      { title: "COMING" },
      { title: "PID", align: "right" },
      { title: "USER" },
      { title: "RULE" },
      { title: "WHAT" },
    ],
    rows: coming.map(({ endsAtMs, pid, user, rule, action, exempt }) => ({
      cells: [
        endsAtMs === undefined || exempt !== undefined ? "-" : `in ${formatDuration((endsAtMs - nowMs) / 1000)}`,
        String(pid),
        user,
        rule,
        exempt === undefined ? `${mode === "act" ? "" : "would be: "}${action}` : `left alone: ${exempt}`,
      ],
    })),
  };
}

/** More than anybody reads at once; the document has all. */
const mostShown = 20;

function pastGrid(events: readonly PolicyEvent[], nowMs: number): Grid {
  return {
    columns: [{ title: "WHEN" }, { title: "RULE" }, { title: "WHAT" }],
    rows: events
      .slice(0, mostShown)
      .map(({ atMs, rule, text }) => ({ cells: [localTime(atMs, nowMs), rule === "" ? "(fuse)" : rule, text] })),
  };
}

/** docs/schemas/policy-status-1.json */
export function renderStatusJson({ host, takenAtMs, state, isRunning, pause, events }: PolicyStatus): string {
  const { mode, pid, intervalSeconds, startedAtMs, lookedAtMs, lookSeconds, looks, rules, problem, fault } = state;
  const { fuse, coming, counts } = state;
  return renderJson<PolicyStatusDocument>({
    schema: "sshctl.policy-status/1",
    host,
    takenAt: isoTime(takenAtMs),
    running: isRunning,
    pid,
    mode,
    intervalSeconds,
    startedAt: isoTime(startedAtMs),
    lookedAt: isoTime(lookedAtMs),
    lookSeconds,
    looks,
    problem: problem ?? null,
    fault: fault ?? null,
    pause:
      pause === undefined ? null : { until: isoTime(pause.term.untilMs), by: pause.by, reason: pause.reason ?? null },
    fuse: fuse === undefined ? null : { id: fuse.id, at: isoTime(fuse.atMs), count: fuse.count, allowed: fuse.allowed },
    rules,
    coming: coming.map(({ session, pid: ofSession, user, rule, action, endsAtMs, exempt }) => ({
      session,
      pid: ofSession,
      user: user ?? null,
      rule,
      action,
      endsAt: endsAtMs === undefined ? null : isoTime(endsAtMs),
      exempt: exempt ?? null,
    })),
    counts,
    events: events.map(eventToJson),
  });
}

function eventToJson({
  atMs,
  kind,
  rule,
  session,
  user,
  text,
}: PolicyEvent): Told<PolicyStatusDocument["events"][number]> {
  return { at: isoTime(atMs), kind, rule, session, user: user ?? null, text };
}
