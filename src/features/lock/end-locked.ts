/** Ends what was there before a lock, and whoever was still logging in with what a server knew before it. */
import type { Context } from "../../cli/context.ts";
import { isOfUserHere, type Session, type SessionReport } from "../../domain/session.ts";
import { localSource } from "../../domain/report-request.ts";
import type { Machine } from "../../host/host.ts";
import type { Protection } from "../../system/protected/read-protected.ts";
import type { TextStyle } from "../../text/grid.ts";
import {
  endUnasked,
  endUntilNone,
  isGone,
  usualLayout,
  usualOptions,
  type Ending,
  type EndingOrders,
  type Found,
  type KillReport,
  type KillRequest,
} from "../kill/end-sessions.ts";

export interface EndOrders {
  /** Of the act. */
  id: string;
  reason: string | undefined;
  /** Also what the sessions have left running. */
  everything: boolean;
  protection: Protection;
  look: TextStyle;
  /** Is told what became of sessions as soon as that is known. */
  tell: (done: KillReport) => Promise<void>;
}

export interface LockedEnding extends Ending {
  /** How many connections that were still authenticating were ended, and how many were not. */
  authenticating: { ended: number; left: number };
}

/**
 * A connection has the configuration of the moment when it was accepted, and its user is judged once: only PAM's account phase
 * catches those that are half-way through (monitor.c of OpenSSH). So all that have not logged in yet are ended first; others among
 * them have to connect again.
 *
 * @param isMeant - of a session of a user; those whose user is not known are left, and told.
 */
export async function endLocked(
  isMeant: (session: Session) => boolean,
  orders: EndOrders,
  machine: Machine,
  context: Context,
  interruption: AbortSignal,
): Promise<LockedEnding> {
  const { id, reason, everything, protection, look, tell } = orders;
  const authenticating = await endAuthenticating(orders, machine, context, interruption);
  const find = async () => sessionsOf(isMeant, await readSessionReport(protection, context));
  const how: EndingOrders = {
    command: "lock",
    id,
    includeSelf: false,
    everything,
    evenProtected: protection.lifted,
    reason,
    look,
  };
  const ending = await endUntilNone(find, how, machine, tell, machine.clock.now, interruption);
  return { ...ending, authenticating, isComplete: ending.isComplete && authenticating.left === 0 };
}

function sessionsOf(isMeant: (session: Session) => boolean, report: SessionReport): Found {
  const open = report.sessions.filter(isOfUserHere);
  return {
    report,
    chosen: {
      sessions: open.filter(isMeant),
      undecided: open.filter(({ uid }) => uid === undefined),
    },
  };
}

async function endAuthenticating(
  { id, reason, protection, look }: EndOrders,
  machine: Machine,
  context: Context,
  interruption: AbortSignal,
): Promise<LockedEnding["authenticating"]> {
  const find = async (): Promise<Found> => {
    const report = await readSessionReport(protection, context);
    const sessions = report.sessions.filter(({ phase, container }) => phase === "authenticating" && !container);
    return { report, chosen: { sessions, undecided: [] } };
  };
  const request: KillRequest = {
    command: "lock",
    id,
    // Whoever is protected only connects again.
    options: { ...usualOptions, evenProtected: "all", reason, yes: true },
    find,
    mustConfirm: () => false,
    alsoNewcomers: false,
    layout: usualLayout,
    look,
    planStyle: look,
  };
  const done = await endUnasked(await find(), request, machine, interruption);
  const results = done?.results ?? [];
  const ended = results.filter(({ outcome }) => isGone(outcome)).length;
  return { ended, left: results.length - ended };
}

/** By which key somebody has logged in is looked up only where keys are protected. */
export async function readSessionReport({ namesKeys }: Protection, context: Context): Promise<SessionReport> {
  return (await context.reports()).read({ ...localSource, logins: namesKeys, depth: "rows" });
}
