/**
 * Ends sessions on one host, and proves it by a second recording. What the host says of its processes is believed only where that recording
 * shows the same. A time-out is no end: the script goes on without us, so another look decides.
 */
import { sessionId, type Session, type SessionReport } from "../../../domain/session.ts";
import { worstOf, type DeedItem, type HostOutcome, type OutcomeKind } from "../../../fleet/act/host-outcome.ts";
import { collectFleet, hasAnswered, readAnswer, type Answered } from "../../../fleet/collect/collect-fleet.ts";
import type { Elevation } from "../../../fleet/collect/command.ts";
import { newNonce } from "../../../fleet/collect/nonce.ts";
import { withOwnSessions } from "../../../fleet/collect/own-sessions.ts";
import type { Answer, Engine, EngineSettings } from "../../../fleet/engine/engine.ts";
import { failureOf, refusalIn, withDetail, type Failure } from "../../../fleet/engine/failures.ts";
import { runOne } from "../../../fleet/engine/run-one.ts";
import type { Clock } from "../../../host/processes/clock.ts";
import type { AnswerReader } from "../../../report/thread/answer-reader.ts";
import type { ActRun } from "../../sessions/fleet/act/deed.ts";
import type { Orders } from "../deliver/deliver.ts";
import { recordOfSession } from "../deliver/record-act.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import type { Termination } from "../plan/plan-terminations.ts";
import { describeOutcome } from "../text/outcome.ts";
import { actJob, longestActMs, type ActScripts } from "./act-job.ts";
import { findActed, type Acted, type ActedRow } from "./acted.ts";
import { isAnyUndecided, unknownMeaning, type HostPlan } from "./plan-on-host.ts";

export interface RemoteMeans {
  engine: Engine;
  reader: AnswerReader;
  clock: Clock;
  scripts: ActScripts;
  elevation: Elevation;
  settings: Omit<EngineSettings, "stop">;
  orders: Orders;
  /** The name of the command, for the record. */
  command: "kill" | "kill-all";
  reason: string | undefined;
  evenProtected: readonly string[];
  /** Sessions of a report that are meant, whenever they have come; undefined where only those of the plan are. */
  choose: ((report: SessionReport) => readonly Session[]) | undefined;
}

export async function endOnHost(plan: HostPlan, run: ActRun, means: RemoteMeans): Promise<HostOutcome> {
  const startedMs = means.clock.now();
  const nonce = newNonce();
  const job = actJob(plan.host, means.elevation, nonce, remotePlanOf(plan, run, means), means.scripts);
  const answer = await runOne(job, { engine: means.engine, settings: settingsOf(means, run) });
  const acted = answer.end.kind === "ended" ? findActed(answer.end.stdout, nonce) : undefined;
  if (acted === undefined && neverBegan(answer)) return lost(plan, failureOf(answer.end));
  const refusal = acted === undefined && answer.end.kind === "ended" ? refusalOf(answer.end.stderr) : undefined;
  if (acted?.isOtherBoot === true) return refusedAll(plan, "it has started again since it was looked at");
  const first = await readAnswer(answer, nonce, lookDepth(plan), means.reader);
  const isOver = refusal !== undefined || acted?.isWhole === true;
  const seen = hasAnswered(first) && isOver ? first : await lookAgain(plan, run, means, startedMs);
  if (!hasAnswered(seen)) return unseen(plan, acted, seen);
  return proven(plan, acted, refusal, seen, means);
}

function refusalOf(stderr: string): Failure | undefined {
  const refusal = refusalIn(stderr);
  return refusal?.code === "no-collector"
    ? { ...refusal, message: "act.sh is not installed there; --sudo-shell works without it" }
    : refusal;
}

function remotePlanOf({ boot, terminations }: HostPlan, run: ActRun, means: RemoteMeans) {
  const { orders, command, reason, evenProtected } = means;
  const recordOf = ({ session }: Termination) => {
    const { facts, ...record } = recordOfSession({
      id: run.id,
      act: command,
      isDone: true,
      caller: run.caller,
      reason,
      session,
      terminal: undefined,
      signal: orders.signal,
      outcome: "",
      evenProtected,
    });
    return { ...record, facts: { ...facts, caller_host: run.callerHost } };
  };
  return { boot, terminations, orders, recordOf };
}

/** The time that the script may take comes on top. */
function settingsOf({ settings, orders }: RemoteMeans, { stop }: ActRun): EngineSettings {
  return { ...settings, hostSeconds: settings.hostSeconds + longestActMs(orders) / 1000, stop };
}

/** Where it certainly did not get as far as a shell there. */
const beforeLogin: ReadonlySet<Failure["code"]> = new Set([
  "unresolved",
  "connection-refused",
  "no-route",
  "host-key",
  "denied",
  "closed",
]);

function neverBegan({ end }: Answer): boolean {
  return end.kind === "ended" && end.stdout.length === 0 && beforeLogin.has(failureOf(end).code);
}

const lookDepth = ({ host }: HostPlan) => ({ hosts: [host], logins: false, depth: "all" as const });

/** At once, and where sessions are still there once more when the script has certainly ended. */
async function lookAgain(
  plan: HostPlan,
  { stop }: ActRun,
  means: RemoteMeans,
  startedMs: number,
): Promise<Answered | Failure> {
  const { engine, reader, clock, scripts, elevation, settings, orders } = means;
  const question = { ...settings, ...lookDepth(plan), elevation, script: scripts.collect, interruption: stop };
  const look = async () => {
    const [answer] = await collectFleet(question, { engine, reader, newNonce });
    return answer?.outcome ?? failureOf({ kind: "stopped" });
  };
  const first = await look();
  const leftMs = startedMs + longestActMs(orders) - clock.now();
  const isDecided = hasAnswered(first) && plan.terminations.every((each) => !isThere(each, first.report));
  if (isDecided || leftMs <= 0 || stop.aborted) return first;
  await clock.pause(leftMs, stop);
  return look();
}

function isThere({ session }: Termination, { sessions }: SessionReport): boolean {
  const id = sessionId(session.identity);
  return sessions.some(({ identity }) => sessionId(identity) === id);
}

function itemsOf(
  { items, leftAlone }: HostPlan,
  outcome: (id: string | undefined) => Pick<DeedItem, "kind" | "text">,
): DeedItem[] {
  const alone = new Set(leftAlone);
  return items.map((item) => (alone.has(item) ? item : { ...item, ...outcome(item.id) }));
}

function lost(plan: HostPlan, failure: Failure): HostOutcome {
  const text = withDetail(failure);
  const items = itemsOf(plan, () => ({ kind: "lost", text: "not tried: the host was lost" }));
  return { kind: "lost", text, code: failure.code, items };
}

function refusedAll(plan: HostPlan, text: string): HostOutcome {
  return { kind: "refused", text, items: itemsOf(plan, () => ({ kind: "refused", text: "not tried" })) };
}

function unseen(plan: HostPlan, acted: Acted | undefined, failure: Failure): HostOutcome {
  const items = itemsOf(plan, (id) => {
    const row = acted?.rows.get(id ?? "");
    return { kind: "undecided", text: row === undefined ? "UNDECIDED" : `UNDECIDED: the host says "${textOf(row)}"` };
  });
  return { kind: "undecided", text: `nobody could look again: ${withDetail(failure)}`, items };
}

/** What the second recording shows. */
function proven(
  plan: HostPlan,
  acted: Acted | undefined,
  refusal: Failure | undefined,
  seen: Answered,
  { choose }: RemoteMeans,
): HostOutcome {
  const byId = new Map(plan.terminations.map((each) => [sessionId(each.session.identity), each]));
  const isLeft = (id: string | undefined) => {
    const termination = byId.get(id ?? "");
    return termination !== undefined && isThere(termination, seen.report);
  };
  const items = itemsOf(plan, (id) => fateOf(acted?.rows.get(id ?? ""), isLeft(id), refusal));
  const appeared = choose === undefined ? [] : appearedIn(seen.report, plan, choose);
  const tried = items.filter((item) => byId.has(item.id ?? ""));
  const kind = worstOf(tried);
  const all = [...items, ...appeared];
  const isForbidden = refusal !== undefined || tried.every(({ text }) => text === forbidden);
  const record = acted?.isUnrecorded === true ? "; the system log there did not take the record" : "";
  if (kind !== "proven") return { kind, text: `${whyOpen(kind, refusal)}${record}`, items: all, isForbidden };
  if (appeared.length > 0)
    return { kind: "not-done", text: `new sessions have come meanwhile${record}`, items: all, goesOn: true };
  if (isAnyUndecided(plan.leftAlone))
    return { kind: "refused", text: `${unknownMeaning}${record}`, items: all, goesOn: true };
  return { kind, text: `all that was meant has ended${record}`, items: all };
}

const forbidden = describeOutcome({ kind: "not-permitted" });

function fateOf(
  row: ActedRow | undefined,
  isLeft: boolean,
  refusal: Failure | undefined,
): Pick<DeedItem, "kind" | "text"> {
  if (!isLeft) {
    const isTold = row !== undefined && (row.kind === "ended" || row.kind === "gone" || row.kind === "changed");
    return { kind: "proven", text: isTold ? textOf(row) : "ended" };
  }
  if (refusal !== undefined) return { kind: "refused", text: forbidden };
  if (row === undefined) return { kind: "not-done", text: "NOT ENDED: it is still there" };
  const isRefused = row.kind === "refused" || row.kind === "own" || row.kind === "foreign";
  const isSaidToBeGone = row.kind === "ended" || row.kind === "gone" || row.kind === "changed";
  return {
    kind: isRefused ? "refused" : "not-done",
    text: isSaidToBeGone ? `NOT ENDED: it is still there, though the host says "${textOf(row)}"` : textOf(row),
  };
}

function textOf(row: ActedRow): string {
  switch (row.kind) {
    case "ended":
      return describeOutcome(row);
    case "gone":
      return describeOutcome({ kind: "already-gone" });
    case "changed":
      return describeOutcome({ kind: "identity-changed" });
    case "own":
      return "spared: the connection of sshctl itself";
    case "foreign":
      return "spared: it is not the session of an SSH server";
    case "refused":
      return forbidden;
    case "survived":
      return `NOT ENDED: PID ${row.pid} is still running (state ${row.state})`;
    case "logged-in":
      return `NOT ENDED: its login was completed in the meantime (PID ${row.pid})`;
  }
}

function whyOpen(kind: OutcomeKind, refusal: Failure | undefined): string {
  if (refusal !== undefined) return withDetail(refusal);
  return kind === "refused" ? "not permitted, or spared" : "sessions are left";
}

/** Sessions that are meant, too, and were not there before; what may be the caller's own is not. */
function appearedIn(
  report: SessionReport,
  plan: HostPlan,
  choose: (report: SessionReport) => readonly Session[],
): DeedItem[] {
  const before = new Set(plan.report.sessions.map(({ identity }) => sessionId(identity)));
  const marked = withOwnSessions(report, { ends: new Set(), addresses: new Set() });
  return choose({ ...marked, host: plan.name })
    .filter(({ identity, self, phase }) => self === false && phase === "open" && !before.has(sessionId(identity)))
    .map((session) => ({
      id: sessionId(session.identity),
      what: describeSession(session),
      kind: "not-done",
      text: "opened in the meantime",
    }));
}
