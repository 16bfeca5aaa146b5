import type { TakenEvidence } from "../../evidence/take-evidence.ts";
import type { BackendName } from "../deliver/backends/backend.ts";
import type { EndingSignal } from "../plan/signal.ts";
import type { EndJson, KillDocument, OutcomeJson } from "../../../text/json-contract.ts";
import type { KillOutcome } from "../plan/outcome.ts";
import type { KillProblem, ListenerNote } from "../plan/problem.ts";
import type { KillResult, PlannedEnd, KillPlan } from "../plan/kill-plan.ts";
import type { Session } from "../../../domain/session.ts";
import { viewOf, type View } from "../../sessions/text/columns.ts";
import { processToJson } from "../../sessions/text/details-text.ts";
import { channelToJson, sessionToJson } from "../../sessions/text/sessions-json.ts";
import { renderJson, type Told } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import { whyNotEnded } from "./outcome.ts";
import { describeNote, describeProblem } from "./problems.ts";
import { proofOf } from "./spared.ts";

export interface ToldKill {
  plan: KillPlan;
  signal: EndingSignal;
  backend: BackendName;
  everything: boolean;
  fullCommand: boolean;
  /** What was kept before. */
  evidence: TakenEvidence | undefined;
  /** Of the act; undefined for a plan that was only looked at. */
  id: string | undefined;
  /** Undefined for a plan that was only looked at. */
  results: readonly KillResult[] | undefined;
  appeared: readonly Session[];
  /** What follows for the listeners. */
  notes: readonly ListenerNote[];
  /** What went wrong beside the sessions. */
  problems: readonly KillProblem[];
}

/** docs/schemas/kill-1.json */
export function renderKillJson(document: ToldKill): string {
  const { plan, signal, backend, everything, evidence, fullCommand, id, results, appeared, notes, problems } = document;
  const { report, ends, spared, undecided, commands } = plan;
  const view = viewOf(report, fullCommand);
  const toJson = (session: Session) => sessionToJson(session, view);
  return renderJson<KillDocument>({
    schema: "sshctl.kill/1",
    host: report.host,
    takenAt: isoTime(report.takenAtMs),
    id: id ?? null,
    dryRun: results === undefined,
    signal,
    backend,
    everything,
    evidence: evidence ?? null,
    sessions:
      results === undefined
        ? ends.map((end) => endToJson(end, undefined, view))
        : results.map((result) => endToJson(result.end, result, view)),
    spared: spared.map((each) => ({
      session: toJson(each.session),
      protection: each.protection,
      proof: `it ${proofOf(each)}`,
    })),
    undecided: undecided.map(toJson),
    appeared: appeared.map(toJson),
    commands,
    notes: notes.map(describeNote),
    problems: problems.map(describeProblem),
  });
}

/** An element of `sessions` in docs/schemas/kill-1.json. */
export function endToJson(
  { termination, sessionProcesses, dangers, isPermitted }: PlannedEnd,
  result: KillResult | undefined,
  view: View,
): Told<EndJson> {
  const processes = (list: PlannedEnd["sessionProcesses"]) =>
    list.map((process) => processToJson(process, view.fullCommand));
  return {
    session: sessionToJson(termination.session, view),
    channel: termination.channel === undefined ? null : channelToJson(termination.channel, view),
    permitted: isPermitted,
    victims: termination.targets.map(({ pid }) => pid),
    dangers,
    belongings: processes(sessionProcesses),
    outcome: result === undefined ? null : outcomeToJson(result.outcome),
    leftBehind: result === undefined ? null : processes(result.leftovers),
    connectionStays: result?.rest?.isConnected ?? null,
    records: result === undefined ? null : recordsToJson(result),
  };
}

function outcomeToJson(outcome: KillOutcome): Told<OutcomeJson> {
  return {
    kind: outcome.kind,
    signal: outcome.kind === "ended" ? outcome.signal : null,
    seconds: outcome.kind === "ended" ? outcome.seconds : null,
    why: whyNotEnded(outcome) ?? null,
  };
}

function recordsToJson({ records: { isOpenForLogind, staleTtys } }: KillResult): Told<EndJson["records"]> {
  return { openForLogind: isOpenForLogind ?? null, staleTtys };
}
