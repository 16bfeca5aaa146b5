/** Which sessions end on one host, and which are left alone: decided from its own answer, and for that host only. */
import { sessionId, type Session, type SessionReport } from "../../../domain/session.ts";
import { whyBlind } from "../../../domain/warnings.ts";
import { worstOf, type DeedItem, type HostResult } from "../../../fleet/act/host-outcome.ts";
import type { HostLook } from "../../../fleet/collect/collect-fleet.ts";
import { hasAnswered } from "../../../fleet/collect/collect-fleet.ts";
import { isInGroupThere, type ProtectedThere } from "../../../fleet/collect/protected-there.ts";
import type { FleetHost } from "../../../fleet/names/fleet-host.ts";
import { findProtector, type ProtectedEntry, type Protection } from "../../../system/protected/read-protected.ts";
import { lostHost, type DeedTarget } from "../../sessions/fleet/act/deed.ts";
import { describeSession } from "../../sessions/text/one-line.ts";
import { planTerminations, type Spared, type Termination } from "../plan/plan-terminations.ts";
import { proofOf } from "../text/spared.ts";

/** A host on which sessions are to end. */
export interface HostPlan extends DeedTarget {
  host: FleetHost;
  report: SessionReport;
  /** Of the kernel that the plan was made for. */
  boot: string;
  terminations: readonly Termination[];
  /** What is not touched, and why. */
  leftAlone: readonly DeedItem[];
}

/** What is the same for all hosts. */
export interface PlanningRules {
  choose: (report: SessionReport) => { sessions: readonly Session[]; undecided: readonly Session[] };
  includeSelf: boolean;
  /** Whom root protects on this machine. */
  protection: Pick<Protection, "ofSessionElsewhere">;
  /** Names of lines that do not count this once, here and there. */
  lifted: readonly string[];
}

/** @returns what became of a host on which nothing is to be done. */
export async function planOnHost(
  host: FleetHost,
  { outcome }: HostLook,
  rules: PlanningRules,
): Promise<HostPlan | HostResult> {
  const { name } = host;
  if (!hasAnswered(outcome)) return lostHost(name, outcome);
  const { pidSpace, protectedThere } = outcome;
  // The host may call itself whatever it likes.
  const report = { ...outcome.report, host: name };
  const { sessions, undecided } = rules.choose(report);
  const blind = whyBlind(report.warnings);
  if (blind !== undefined) return refused(name, `who is there cannot be decided: ${blind}`);
  if (sessions.length === 0 && undecided.length === 0) return { name, kind: "nothing", text: "", items: [] };
  if (protectedThere.kind === "unknown") return refused(name, protectedThere.why);
  const boot = /^[\da-f-]{36}(?= )/.exec(pidSpace ?? "")?.[0];
  if (boot === undefined) return refused(name, "the host does not say for which boot its answer holds");
  const protectedBy = await protectorsOf(sessions, protectedThere, rules);
  const { terminations, spared } = planTerminations(report, sessions, {
    includeSelf: rules.includeSelf,
    maySignal: () => true,
    protectedBy: (session) => protectedBy.get(session)?.by,
  });
  const leftAlone = [
    ...spared.map((each) => sparedItem(each, protectedBy.get(each.session)?.isThere === true)),
    ...undecided.map(undecidedItem),
  ];
  if (terminations.length > 0) {
    const items = [...terminations.map(plannedItem), ...leftAlone];
    return { name, host, report, boot, terminations, leftAlone, items };
  }
  return undecided.length > 0
    ? { ...refused(name, unknownMeaning), items: leftAlone }
    : { name, kind: "nothing", text: "", items: leftAlone };
}

export function isPlan(planned: HostPlan | HostResult): planned is HostPlan {
  return "terminations" in planned;
}

export const unknownMeaning = "it is not known whether some sessions are meant; root there may know more";

function refused(name: string, text: string): HostResult {
  return { name, kind: "refused", text, items: [] };
}

interface Protector {
  by: ProtectedEntry;
  /** In the file of the host. */
  isThere: boolean;
}

/** Both files hold: that of this machine, and that of the host. */
async function protectorsOf(
  sessions: readonly Session[],
  there: Extract<ProtectedThere, { kind: "lines" }>,
  { protection, lifted }: PlanningRules,
): Promise<ReadonlyMap<Session, Protector>> {
  const entries = there.entries.filter(({ name }) => !lifted.includes(name));
  const found = new Map<Session, Protector>();
  for (const session of sessions) {
    const here = await protection.ofSessionElsewhere(session);
    const by =
      here ??
      (await findProtector(session, entries, async ({ means }, _, uid) =>
        Promise.resolve(means.kind === "group" && (uid === undefined || isInGroupThere(there, uid, means.name))),
      ));
    if (by !== undefined) found.set(session, { by, isThere: here === undefined });
  }
  return found;
}

function plannedItem({ session }: Termination): DeedItem {
  return { id: sessionId(session.identity), what: describeSession(session), kind: "not-tried", text: "" };
}

function sparedItem(spared: Spared, isThere: boolean): DeedItem {
  const { session } = spared;
  const text = `spared: it ${proofOf(spared)}${isThere ? " there" : ""}`;
  return { id: sessionId(session.identity), what: describeSession(session), kind: "refused", text };
}

function undecidedItem(session: Session): DeedItem {
  const text = "left out: it is not known whether it is meant";
  return { id: sessionId(session.identity), what: describeSession(session), kind: "undecided", text };
}

/** Whether something is left that may have been meant. */
export function isAnyUndecided(items: readonly DeedItem[]): boolean {
  return worstOf(items) === "undecided";
}
