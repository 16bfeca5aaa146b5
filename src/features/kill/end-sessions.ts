/**
 * The door of this room. It does what `kill` and `kill-all` do once they know which sessions to end: plan, ask, end them, prove
 * it, and record it. Other features that end sessions import this file and nothing else of the room.
 */
import { describeOrder, rejectPlace, takeEvidence, type TakenEvidence } from "../evidence/take-evidence.ts";
import { notice } from "../sessions/notes.ts";
import { describeOutcome } from "./text/outcome.ts";
import { describeNote, describeProblem } from "./text/problems.ts";
import { proofOf } from "./text/spared.ts";
import type { KillPlan, KillReport, KillResult, PlannedEnd } from "./plan/kill-plan.ts";
import type { Spared } from "./plan/plan-terminations.ts";
import type { ListenerNote } from "./plan/problem.ts";
import { firstFew } from "../../domain/first-few.ts";
import { countPhases } from "../../domain/choose-sessions.ts";
import { sessionId, type SessionReport } from "../../domain/session.ts";
import {
  DeclinedError,
  exitCodes,
  InterruptedError,
  NothingFoundError,
  PermissionError,
  type ExitCode,
  type ForeseenError,
} from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import { machineOf } from "../../host/host.ts";
import { liftingOption } from "../../system/protected/read-protected.ts";
import { readCaller } from "../../system/caller.ts";
import { readProcesses } from "../../system/procfs/processes.ts";
import type { KillMachine } from "./machine.ts";
import type { TextStyle } from "../../text/grid.ts";
import { actId } from "../../system/acts/act-id.ts";
import { renderKillJson } from "./text/json.ts";
import { renderPlan, renderResults } from "./text/text.ts";
import { describePhases } from "../sessions/text/phase-text.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import { visible } from "../../text/visible.ts";
import { askConsent } from "../../cli/consent.ts";
import { readSessionProcesses } from "./deliver/session-processes.ts";
import { killConsent } from "./ask.ts";
import { carryOut, sessionsBefore } from "./carry-out.ts";
import type { Found, KillRequest } from "./request.ts";
import type { ListenerPlan } from "./listeners.ts";
import { exitCodeOf } from "./exit-code.ts";
import { findSettled } from "./find-settled.ts";
import { makePlan } from "./make-plan.ts";
import { warnBefore } from "./warn.ts";

export type { KillMachine } from "./machine.ts";
export type { KillReport, KillResult, PlannedEnd } from "./plan/kill-plan.ts";
export type { KillProblem } from "./plan/problem.ts";
export type { Found, KillRequest } from "./request.ts";
export { tellUsers, type WhyUntold } from "./deliver/tell-users.ts";
export { endUnasked, endUntilNone, type Ending, type EndingOrders } from "./end-unasked.ts";
export { recordOfSession } from "./deliver/record-act.ts";
export { makePlan } from "./make-plan.ts";
export { readSessionProcesses } from "./deliver/session-processes.ts";
export { dangersAmong } from "./plan/critical-programs.ts";
export { isGone } from "./plan/outcome.ts";
export { describeOutcome } from "./text/outcome.ts";
export { usualLayout, usualOptions } from "./options.ts";
export { stillThere } from "./still-present.ts";
export { endToJson } from "./text/json.ts";
export { describeProblem } from "./text/problems.ts";
export { proofOf as describeSpared } from "./text/spared.ts";
export { renderResults } from "./text/text.ts";

/** @throws UsageError, NothingFoundError, DeclinedError: nothing was done then. */
export async function endSessions(asked: KillRequest, here: Context): Promise<ExitCode> {
  const [request, context] = withoutOutput(asked, here);
  const { options } = request;
  const machine = await machineOf(await context.host());
  if (options.evidence !== undefined) rejectPlace(options.evidence, request.layout.format === "json", machine);
  const found = await findSettled(request, machine.clock);
  const plan = await makePlan(found, options, machine);
  request.rejectSpared?.(plan.spared);
  // Whoever ends all that match has to know what could not be seen.
  if (request.alsoNewcomers) for (const { message } of found.report.warnings) notice(message, context.err);
  if (options.dryRun) {
    tellReasons(request, found, context);
    if (options.evidence !== undefined) notice(describeOrder(options.evidence, "before that"), context.err);
    return showPlan(plan, request, context);
  }
  const refusal = refusalOf(plan);
  if (refusal instanceof NothingFoundError && options.okIfNone) return tellNone(plan, request, refusal, context);
  if (refusal !== undefined) throw refusal;
  if (isNothing(plan)) notice(nothingKnown(plan, machine), context.err);
  if (request.mustConfirm(found) && !options.yes && !isNothing(plan)) {
    tellReasons(request, found, context);
    const shown = await planText(plan, request, request.planStyle);
    await askConsent({ plan: shown, ...killConsent(plan, options.everything) }, context);
  }
  const id = request.id ?? actId(machine.now(), machine.state.token());
  const evidence = await keepEvidence(plan, { ...request, id }, machine, context);
  return context.interruptible(async (interruption) =>
    act(plan, { ...request, id, evidence }, machine, context, interruption),
  );
}

/** Where evidence takes standard output, everything for people goes to the other one. */
function withoutOutput(request: KillRequest, context: Context): [KillRequest, Context] {
  if (request.options.evidence?.place.kind !== "output") return [request, context];
  return [
    { ...request, look: request.planStyle },
    { ...context, out: context.err },
  ];
}

/**
 * Of all that is there now: who was asked may have taken a while to answer.
 *
 * @throws UsageError, FatalError: nothing was done then.
 */
async function keepEvidence(
  plan: KillPlan,
  { id, command, options }: KillRequest & { id: string },
  machine: KillMachine,
  context: Context,
): Promise<TakenEvidence | undefined> {
  if (options.evidence === undefined || plan.ends.length === 0) return undefined;
  const report = { ...plan.report, processes: readProcesses(machine.files) };
  const sessions = plan.ends.map(({ termination }) => termination.session);
  const started = readSessionProcesses(sessions, report, machine);
  const subjects = sessions.map((session) => ({ session, processes: started.get(session) ?? [] }));
  const otherwise = "Nothing was done to the sessions.";
  const occasion = { id, command, reason: options.reason, report, otherwise };
  return takeEvidence(options.evidence, subjects, occasion, machine, context);
}

function tellReasons({ reasons }: KillRequest, found: Found, { err }: Context): void {
  for (const reason of reasons?.(found) ?? []) notice(reason, err);
}

async function act(
  plan: KillPlan,
  request: KillRequest,
  machine: KillMachine,
  context: Context,
  interruption: AbortSignal,
): Promise<ExitCode> {
  const stillMeant = await warn(plan, request, machine, context, interruption);
  if (interruption.aborted) throw new InterruptedError("Nothing was done: it was interrupted.");
  const done = await carryOut(stillMeant, sessionsBefore(plan), request, machine, interruption, (results) => {
    if (request.options.untilNone) reportProgress(results, context);
  });
  for (const problem of done.problems) notice(describeProblem(problem), context.err);
  context.out.write(await resultText(done, request));
  return exitCodeOf(done);
}

/** A run that goes on until nobody comes any more may take long: each end is told as it happens. */
function reportProgress(results: readonly KillResult[], { err }: Context): void {
  for (const { end, outcome } of results)
    notice(`${describeSession(end.termination.session)}: ${describeOutcome(outcome)}`, err);
}

/** Whoever types while the warning runs is not idle any more: everything is looked up again after it. */
async function warn(
  plan: KillPlan,
  { options, find }: KillRequest,
  machine: KillMachine,
  context: Context,
  interruption: AbortSignal,
): Promise<KillPlan> {
  if (options.warnSeconds === undefined) return plan;
  if (!(await warnBefore(options.warnSeconds, options.message, plan, machine, context, interruption)))
    throw new DeclinedError("Cancelled: nothing was done, and the users were told so.");
  const warned = new Set(plan.ends.map(({ termination }) => sessionId(termination.session.identity)));
  const { report, chosen } = await findSettled({ find }, machine.clock);
  const sessions = chosen.sessions.filter(({ identity }) => warned.has(sessionId(identity)));
  const again = await makePlan({ report, chosen: { ...chosen, sessions } }, options, machine);
  const left = new Set(again.ends.map(({ termination }) => sessionId(termination.session.identity)));
  const spared = plan.ends
    .map(({ termination }) => termination.session)
    .filter(({ identity }) => !left.has(sessionId(identity)));
  if (spared.length > 0)
    notice(`already ended, or no longer matching: ${firstFew(spared.map(describeSession))}`, context.err);
  return again;
}

/** With --ok-if-none: a program gets its document, with nothing in it. */
function tellNone(plan: KillPlan, request: KillRequest, { message }: ForeseenError, { out, err }: Context): ExitCode {
  if (request.layout.format === "json") out.write(jsonOf(plan, request, nothingDone));
  else notice(message, err);
  return exitCodes.done;
}

/** What a document tells of what was done; without an id where that is nothing. */
type Done = Pick<KillReport, "results" | "appeared" | "notes" | "problems"> & Partial<Pick<KillReport, "id">>;

const nothingDone: Done = { results: [], appeared: [], notes: [], problems: [] };

function isNothing({ ends, listeners }: KillPlan): boolean {
  return ends.length === 0 && !concernsListeners(listeners);
}

function concernsListeners({ listenersToStop, restart }: ListenerPlan): boolean {
  return listenersToStop.length > 0 || restart.length > 0;
}

/** Why nothing is done, planned or not. Sessions that were left out for want of facts are told like a result. */
function refusalOf(plan: KillPlan): ForeseenError | undefined {
  const { ends, spared, undecided } = plan;
  if (isNothing(plan)) return undecided.length > 0 ? undefined : nobodyLeft(spared, plan.report);
  const isForbidden = !concernsListeners(plan.listeners) && ends.every(({ isPermitted }) => !isPermitted);
  return isForbidden ? allForbidden(ends, spared) : undefined;
}

function nobodyLeft(spared: readonly Spared[], { sessions }: SessionReport): ForeseenError {
  const others = describePhases(countPhases(sessions.filter(({ container }) => !container)));
  if (spared.length === 0)
    return new NothingFoundError(
      "No session matches: there is nothing to end.",
      others.length === 0 ? undefined : `Left out: ${others.join(", ")}; --phase any includes them.`,
    );
  return new DeclinedError(`Nothing was done: ${spareTexts(spared).join("; ")}.`, remedyFor(spared));
}

function remedyFor(spared: readonly Spared[]): string | undefined {
  const lines = new Set(spared.flatMap((each) => (each.protection === "protected" ? liftingOption(each.by) : [])));
  if (lines.size > 0) return `To end it all the same: ${[...lines].join(" ")}.`;
  return spared.some(({ protection, isPermitted }) => protection !== "container" && isPermitted)
    ? "--include-self ends such sessions too."
    : undefined;
}

function nothingKnown({ undecided }: KillPlan, machine: KillMachine): string {
  const them = undecided.length === 1 ? "1 session is" : `${String(undecided.length)} sessions are`;
  const remedy = readCaller(machine.files).uid === 0 ? "" : "; run it as root, with sudo";
  return `nothing was done: it is not known whether ${them} meant${remedy}`;
}

/** A reason that several have in common is told once: over a loopback address none can be told from the own one. */
function spareTexts(spared: readonly Spared[]): string[] {
  return [...new Set(spared.map(proofOf))].map((reason) => {
    const pids = spared.filter((each) => proofOf(each) === reason).map(({ session }) => String(session.pid));
    return pids.length === 1 ? `PID ${pids.join()} ${reason}` : `each of PIDs ${pids.join(", ")} ${reason}`;
  });
}

/** Of some it is told in the plan, and again in the result. */
function allForbidden(ends: readonly PlannedEnd[], protectedOnes: readonly Spared[]): ForeseenError {
  // One's own session goes without saying.
  const spared = protectedOnes.filter(({ protection }) => protection !== "own");
  const sessions = ends.map(({ termination }) => describeSession(termination.session));
  const more = sessions.length > mostNamed ? `; and ${String(sessions.length - mostNamed)} more` : "";
  const forbidden = `${sessions.slice(0, mostNamed).join("; ")}${more}: not yours to end`;
  return new PermissionError(
    `Nothing was done: ${[forbidden, ...spareTexts(spared)].join("; ")}.`,
    ["Run it as root, with sudo.", remedyFor(spared) ?? []].flat().join(" "),
  );
}

const mostNamed = 5;

async function showPlan(plan: KillPlan, request: KillRequest, context: Context): Promise<ExitCode> {
  context.out.write(
    request.layout.format === "json" ? jsonOf(plan, request, undefined) : await planText(plan, request, request.look),
  );
  const refusal = refusalOf(plan);
  if (refusal instanceof NothingFoundError && request.options.okIfNone) return exitCodes.done;
  return refusal?.exitCode ?? (isNothing(plan) ? exitCodes.partial : exitCodes.done);
}

async function planText(plan: KillPlan, { options, layout }: KillRequest, look: TextStyle): Promise<string> {
  return (await renderPlan(plan, options, layout, look)) + noteLines(plan.listeners.notes);
}

function noteLines(notes: readonly ListenerNote[]): string {
  return notes.map((note) => `${visible(describeNote(note))}\n`).join("");
}

async function resultText(done: KillReport, request: KillRequest): Promise<string> {
  return request.layout.format === "json"
    ? jsonOf(done.plan, request, done)
    : (await renderResults(done, request.layout, request.look)) + noteLines(done.notes);
}

function jsonOf(plan: KillPlan, { options, layout, evidence }: KillRequest, done: Done | undefined): string {
  return renderKillJson({
    plan,
    ...options,
    evidence,
    fullCommand: layout.fullCommand,
    id: done?.id,
    results: done?.results,
    appeared: done?.appeared ?? [],
    notes: done?.notes ?? plan.listeners.notes,
    problems: done?.problems ?? [],
  });
}
