/**
 * The frame of commands that the sshctl of other hosts carries out: every host is asked what it would do, all of that is one plan, and
 * then each host is told to do it, in steps.
 */
import type { Command, GivenOptions } from "../../../../cli/command.ts";
import type { Context } from "../../../../cli/context.ts";
import type { ExitCode } from "../../../../errors.ts";
import type { HostOutcome, HostResult } from "../../../../fleet/act/host-outcome.ts";
import type { DeedMode } from "../../../../fleet/act/steps.ts";
import type { FleetHost } from "../../../../fleet/names/fleet-host.ts";
import type { EngineSettings } from "../../../../fleet/engine/engine.ts";
import { sshEngine } from "../../../../fleet/engine/ssh.ts";
import { withDetail, type Failure } from "../../../../fleet/engine/failures.ts";
import { machineOf } from "../../../../host/host.ts";
import { describeCaller } from "../../../../system/caller.ts";
import type { TextStyle } from "../../../../text/grid.ts";
import { actOnHosts } from "../act/act-on-hosts.ts";
import { lostHost, type ActLayout, type ActRun, type DeedTarget } from "../act/deed.ts";
import { hostsToTry, parseFleetAct } from "../act/options.ts";
import { foldedLines } from "../folded-lines.ts";
import { askFirst, namedHosts, parseReach, type Ask, type Reach } from "../look.ts";
import { actOnHost, outcomeOf, type Line } from "./act-on-host.ts";
import { plannedItem, type PlannedThing, type RemoteDeed } from "./deed.ts";
import type { Substitute, SubstitutePlan } from "./substitute.ts";
import { askAll, isFailure } from "./question.ts";

/** What a command has to say of itself. */
export interface ThroughSshctl<Thing extends PlannedThing> {
  command: Pick<Command, "name" | "options">;
  mode: DeedMode;
  deed: RemoteDeed<Thing>;
  /** What follows after "whether to", without the hosts: "lock alice". */
  doing: string;
  /** The heading of the things: "ACCOUNT". */
  title: string;
  /** What a host is called on which it is not done: "NOT LOCKED". */
  undone: string;
  /**
   * Looks at what would be done on all hosts.
   *
   * @throws ForeseenError where nothing may be done anywhere.
   */
  check?: (things: readonly Thing[]) => Promise<void>;
  /** For hosts without sshctl. */
  substitute?: Substitute<Thing>;
  /** That there is nothing to do is as good as having done it. */
  okIfNone: boolean;
  layout: Omit<ActLayout, "okIfNone" | "fanOut">;
}

export async function actThroughSshctl<Thing extends PlannedThing>(
  task: ThroughSshctl<Thing>,
  given: GivenOptions,
  context: Context,
): Promise<ExitCode> {
  const { command, deed, mode, doing, title, undone, okIfNone, layout } = task;
  const options = await parseFleetAct(command, given, context);
  const reach = parseReach(given);
  const hosts = hostsToTry(options, await namedHosts(given, context));
  const reader = await (await context.reports()).openAnswerReader();
  const engine = sshEngine(await machineOf(await context.host()));
  const lineTo = (host: FleetHost, stop: AbortSignal): Line => {
    const settings = settingsOf(reach, stop);
    return { host, elevation: reach.elevation, engine, settings, reader };
  };
  try {
    const { targets, settled } = await planOn(hosts, task, reach, lineTo, context);
    const act = async ({ host, things, instead }: Target<Thing>, run: ActRun) => {
      if (instead !== undefined) return instead.act(run, options.reason);
      const reason = reasonOf(options.reason, run);
      return withOthers(await actOnHost(deed, toDo(things), reason, lineTo(host, run.stop)), things);
    };
    const further = ({ width }: TextStyle) => detailLines(targets, width);
    const fleetDeed = { mode, deed: doing, title, targets, settled, nothing, undone, further, act };
    return await actOnHosts(fleetDeed, options, { ...layout, okIfNone, fanOut: reach.fanOut }, context);
  } finally {
    reader.close();
  }
}

const nothing = "There is no host left on which it could be done.";

/** Asks all hosts what they would do, and those without sshctl what can be done there all the same. */
async function planOn<Thing extends PlannedThing>(
  hosts: readonly FleetHost[],
  { deed, check, substitute }: ThroughSshctl<Thing>,
  reach: Reach,
  lineTo: (host: FleetHost, stop: AbortSignal) => Line,
  context: Context,
): Promise<ReturnType<typeof sortOut<Thing>>> {
  const ask: Ask<HostPlan<Thing>> = async (course, _, onProgress) => {
    const [first] = hosts;
    if (first === undefined) return [];
    const asked = { ...course, hosts, elevation: reach.elevation };
    return askAll(deed.plan, asked, lineTo(first, course.interruption), onProgress);
  };
  const plans = (await askFirst(hosts.length, reach, ask, context)).hosts;
  const things = plans.flatMap(({ outcome }) => (isFailure(outcome) ? [] : outcome));
  await check?.(things);
  const bare = hosts.filter(({ name }) => plans.some((plan) => plan.name === name && lacksSshctl(plan.outcome)));
  const interruption = new AbortController().signal;
  const lineOf = (host: FleetHost) => lineTo(host, interruption);
  const means = { course: { ...reach, interruption }, reach, lineTo: lineOf, things };
  return sortOut(plans, hosts, (await substitute?.(bare, means)) ?? new Map());
}

interface HostPlan<Thing extends PlannedThing> {
  name: string;
  outcome: readonly Thing[] | Failure;
}

interface Target<Thing extends PlannedThing> extends DeedTarget {
  host: FleetHost;
  things: readonly Thing[];
  /** Where it has no sshctl. */
  instead?: SubstitutePlan;
}

/** Those with something to do, and what is to be said of all others. */
function sortOut<Thing extends PlannedThing>(
  plans: readonly HostPlan<Thing>[],
  hosts: readonly FleetHost[],
  substitutes: ReadonlyMap<string, SubstitutePlan>,
): { targets: Target<Thing>[]; settled: HostResult[] } {
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const targets: Target<Thing>[] = [];
  const settled: HostResult[] = [];
  for (const { name, outcome } of plans) {
    const host = byName.get(name);
    const instead = substitutes.get(name);
    if (host !== undefined && instead !== undefined) {
      const items = instead.things.map(plannedItem);
      if (toDo(instead.things).length > 0) targets.push({ name, host, things: [], items, instead });
      else settled.push({ name, ...outcomeOf(items) });
    } else if (isFailure(outcome)) settled.push(failedHost(name, outcome));
    else if (host !== undefined && toDo(outcome).length > 0)
      targets.push({ name, host, things: outcome, items: outcome.map(plannedItem) });
    else settled.push({ name, ...outcomeOf(outcome.map(plannedItem)) });
  }
  return { targets, settled };
}

/** It was reached, and its sshctl was not, or cannot be understood. */
const withoutSshctl: ReadonlySet<Failure["code"]> = new Set([
  "no-sshctl",
  "other-sshctl",
  "sshctl-failed",
  "no-privileges",
  "no-login",
  "unreadable",
]);

function lacksSshctl(outcome: object): boolean {
  return isFailure(outcome) && outcome.code === "no-sshctl";
}

function failedHost(name: string, failure: Failure): HostResult {
  if (!withoutSshctl.has(failure.code)) return lostHost(name, failure);
  return { name, kind: "not-done", text: withDetail(failure), code: failure.code, items: [] };
}

function toDo<Thing extends PlannedThing>(things: readonly Thing[]): Thing[] {
  return things.filter(({ kind }) => kind === "to-do");
}

/** What there is nothing to do about on that host stays part of what is told of it. */
function withOthers(outcome: HostOutcome, things: readonly PlannedThing[]): HostOutcome {
  const others = things.filter(({ kind }) => kind !== "to-do").map(plannedItem);
  return others.length === 0 || outcome.kind === "lost" ? outcome : outcomeOf([...outcome.items, ...others]);
}

/** What the host records beside the account that acts there: who has decided, where, and by which act. */
function reasonOf(reason: string | undefined, { caller, callerHost, id }: ActRun): string {
  const asked = `asked by ${describeCaller(caller)} on ${callerHost}, ${id}`;
  return reason === undefined ? asked : `${reason}; ${asked}`;
}

function settingsOf({ login, connectSeconds, hostSeconds }: Reach, stop: AbortSignal): EngineSettings {
  return { fanOut: 1, login, connectSeconds, hostSeconds, stop };
}

/** What has to be known beside the plan; alike on hosts where it is the same. */
function detailLines<Thing extends PlannedThing>(targets: readonly Target<Thing>[], width: number | undefined): string {
  const told = targets.flatMap(({ name, things }) => {
    const texts = toDo(things).flatMap(({ what, details }) =>
      details.map((text) => (things.length === 1 ? text : `${what}: ${text}`)),
    );
    return texts.length === 0 ? [] : [{ name, texts }];
  });
  return foldedLines(told, width)
    .map((line) => `${line}\n`)
    .join("");
}
