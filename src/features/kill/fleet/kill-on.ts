/**
 * This room has `kill` and `kill-all` with --on: sessions on other hosts are ended by a script of plain shell, collector/act.sh. This file goes
 * from the options to a plan for each host; plan-on-host.ts decides, end-on-host.ts ends and proves.
 */
import type { Command, GivenOptions } from "../../../cli/command.ts";
import type { Context } from "../../../cli/context.ts";
import { chooseSessions } from "../../../domain/choose-sessions.ts";
import { firstFew } from "../../../domain/first-few.ts";
import type { Phase, Session, SessionReport } from "../../../domain/session.ts";
import { loginCodes } from "../../../domain/warnings.ts";
import type { Target } from "../../../domain/target.ts";
import { DeclinedError, FatalError, UsageError, type ExitCode } from "../../../errors.ts";
import { hasAnswered, type HostLook } from "../../../fleet/collect/collect-fleet.ts";
import { scriptOf } from "../../../fleet/collect/look-at-hosts.ts";
import { withDetail } from "../../../fleet/engine/failures.ts";
import { sshEngine } from "../../../fleet/engine/ssh.ts";
import type { FleetHost } from "../../../fleet/names/fleet-host.ts";
import { machineOf, type Machine } from "../../../host/host.ts";
import { findProtection, readProtected } from "../../../system/protected/read-protected.ts";
import { plural } from "../../../text/words.ts";
import { onlySession } from "../../sessions/find-session.ts";
import { actOnHosts } from "../../sessions/fleet/act/act-on-hosts.ts";
import type { FleetDeed } from "../../sessions/fleet/act/deed.ts";
import { hostsToTry, parseFleetAct, type FleetAct } from "../../sessions/fleet/act/options.ts";
import { foldNotes } from "../../sessions/fleet/fleet-notes.ts";
import { parseFleetChoice } from "../../sessions/fleet/fleet-sessions.ts";
import { lookFirst, namedHosts, parseReach, type FleetLook, type Reach } from "../../sessions/fleet/look.ts";
import { notice } from "../../sessions/notes.ts";
import { parseStyle } from "../../sessions/output-options.ts";
import { rejectAmbiguous } from "../../sessions/read-sessions.ts";
import { parseKeys } from "../../sessions/selection-options.ts";
import { parseKillLayout, type KillOptions } from "../options.ts";
import { slipsOfNames, slipsOfParts, type Slip } from "../plan/slip.ts";
import { parseParts } from "../parts.ts";
import { describeSlip } from "../text/slip.ts";
import { withProvenKeys } from "../proven-keys.ts";
import { endOnHost } from "./end-on-host.ts";
import { isPlan, planOnHost, type HostPlan, type PlanningRules } from "./plan-on-host.ts";

type CommandTable = Pick<Command, "name" | "options">;

/** All sessions that match, on all hosts. */
export async function killAllOn(
  command: CommandTable,
  given: GivenOptions,
  options: KillOptions,
  context: Context,
): Promise<ExitCode> {
  const choice = parseFleetChoice(given, phasesThatEnd);
  const isSelective = choice.criteria.length > 0 || given.texts("phase").length > 0;
  if (isSelective === given.flag("everyone")) throw selectionError(isSelective);
  const act = await parseFleetAct(command, given, context);
  const keys = parseKeys(given);
  const choose = (report: SessionReport) => {
    const chosen = chooseSessions(report, choice);
    return keys.length > 0 ? withProvenKeys(chosen) : chosen;
  };
  const hosts = hostsToTry(act, await namedHosts(given, context));
  const rejectUnclear = ({ hosts: looks }: FleetLook) => {
    const sessions = looks.flatMap(({ outcome }) => (hasAnswered(outcome) ? outcome.report.sessions : []));
    for (const key of keys) rejectAmbiguous(key, { sessions });
  };
  const parts = parseParts(given);
  const slipsOf = (report: SessionReport) => slipsOfParts(parts, choose(report).sessions, report);
  const deed = { command: "kill-all", hosts, choose, byLogin: keys.length > 0, alsoNewcomers: true } as const;
  const whole = { ...deed, check: rejectUnclear, slipsOf, isNamed: false, act };
  return endOn(whole, given, options, context);
}

/** Who is about to log in counts, too. */
const phasesThatEnd: readonly Phase[] = ["opening", "open"];

function selectionError(isSelective: boolean): UsageError {
  return isSelective
    ? new UsageError("--everyone means all sessions, and others options select some.", "Give one or the other.")
    : new UsageError("kill-all --on ends every session there: nothing is selected.", "Select some, or add --everyone.");
}

/** Exactly these sessions, on one host. */
export async function killOn(
  command: CommandTable,
  targets: readonly Target[],
  given: GivenOptions,
  options: KillOptions,
  context: Context,
): Promise<ExitCode> {
  if (targets.length === 0) throw new UsageError("kill --on needs a session.", "sshctl list --on shows them.");
  const named = await namedHosts(given, context);
  const [only, ...others] = named;
  if (only === undefined || others.length > 0)
    throw new UsageError(
      `--on names ${String(named.length)} hosts, and kill ends the sessions of one.`,
      "Name one host; kill-all --on ends what matches on many.",
    );
  // Whoever names a session is asked no question, as on one machine.
  const act = await parseFleetAct(command, given, context, { asks: false });
  const choose = (report: SessionReport) => ({
    sessions: [...new Set(targets.map((target) => onlySession(target, report)))],
    undecided: [],
  });
  const rejectSilent = ({ hosts: [look] }: FleetLook) => {
    if (look === undefined || hasAnswered(look.outcome)) return;
    throw new FatalError(`Nothing was done: ${only.name} did not answer: ${withDetail(look.outcome)}.`);
  };
  const slipsOf = (report: SessionReport) =>
    slipsOfNames(
      targets.map((target) => ({ target, session: onlySession(target, report) })),
      report,
    );
  const deed = { command: "kill", hosts: named, choose, byLogin: false, alsoNewcomers: false } as const;
  return endOn({ ...deed, check: rejectSilent, slipsOf, isNamed: true, act }, given, options, context);
}

/** What is to end, and on which hosts. */
interface Ending {
  command: "kill" | "kill-all";
  hosts: readonly FleetHost[];
  choose: PlanningRules["choose"];
  /** Whether sessions are chosen by how users have logged in. */
  byLogin: boolean;
  /** Whether what comes meanwhile is meant as well. */
  alsoNewcomers: boolean;
  /** @throws ForeseenError where nothing may be done after this look. */
  check: (look: FleetLook) => void;
  /** Where more would end than is named. */
  slipsOf: (report: SessionReport) => readonly Slip[];
  /** Whether each session is named: then only slips are a reason to ask, and all of them or none are ended. */
  isNamed: boolean;
  act: FleetAct;
}

async function endOn(ending: Ending, given: GivenOptions, options: KillOptions, context: Context): Promise<ExitCode> {
  const machine = await machineOf(await context.host());
  const reach = parseReach(given);
  // By which key somebody has logged in is asked by the protected of every host, and stands in its record.
  const detail = { logins: true, depth: "all", processes: true, protection: true } as const;
  const reader = await (await context.reports()).openAnswerReader();
  try {
    const look = await lookFirst(ending.hosts, reach, detail, reader, context);
    ending.check(look);
    const slips = slipTexts(ending, look.hosts);
    for (const note of [...notesOf(ending, look.hosts), ...slips]) notice(note, context.err);
    const act = ending.isNamed && slips.length === 0 ? { ...ending.act, yes: true } : ending.act;
    const rules = rulesOf(ending, options, look.hosts, machine);
    const deed = await deedOf(ending, look.hosts, rules, { reach, options, reader, machine });
    if (ending.isNamed) rejectSpared(deed.targets);
    const style = parseStyle(given, context);
    const planStyle = parseStyle(given, { ...context, out: context.err });
    const format = parseKillLayout(given).format === "json" ? "json" : "table";
    const layout = { format, style, planStyle, okIfNone: options.okIfNone, fanOut: reach.fanOut } as const;
    return await actOnHosts(deed, act, layout, context);
  } finally {
    reader.close();
  }
}

/** Whoever names a session wants exactly that one: better to stop than to leave it out. */
function rejectSpared(targets: readonly HostPlan[]): void {
  const [spared] = targets.flatMap(({ leftAlone }) => leftAlone);
  if (spared !== undefined) throw new DeclinedError(`Nothing was done: ${spared.what}: ${spared.text}.`);
}

function slipTexts({ slipsOf }: Ending, looks: readonly HostLook[]): string[] {
  return looks.flatMap(({ name, outcome }) =>
    hasAnswered(outcome)
      ? slipsOf(outcome.report).map((slip) => `${name}: ${describeSlip(slip, outcome.report.processes)}`)
      : [],
  );
}

/** What could not be seen; of logins only where somebody is chosen by them. */
function notesOf({ byLogin }: Ending, looks: readonly HostLook[]): string[] {
  return foldNotes(
    looks.flatMap(({ name, outcome }) =>
      (hasAnswered(outcome) ? outcome.report.warnings : [])
        .filter(({ code }) => byLogin || !loginCodes.has(code))
        .map(({ message }) => ({ name, text: message })),
    ),
  );
}

/** @throws UsageError where a line is to be set aside that stands in no file, neither here nor there. */
function rulesOf(
  { choose }: Pick<Ending, "choose">,
  { includeSelf, evenProtected }: KillOptions,
  looks: readonly HostLook[],
  machine: Machine,
): PlanningRules {
  const lifted = evenProtected === "all" ? [] : evenProtected;
  const here = new Set(readProtected(machine).map(({ name }) => name));
  const there = looks.flatMap(({ outcome }) =>
    hasAnswered(outcome) && outcome.protectedThere.kind === "lines" ? outcome.protectedThere.entries : [],
  );
  const known = new Set([...here, ...there.map(({ name }) => name)]);
  const unknown = lifted.find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new UsageError(
      `--even-protected ${unknown}: no file has such a line, neither here nor on the hosts.`,
      known.size === 0 ? "Nobody is protected: omit the option." : `There is ${firstFew([...known])}.`,
    );
  const protection = findProtection(
    lifted.filter((name) => here.has(name)),
    machine,
  );
  return { choose, includeSelf, protection, lifted };
}

interface Means {
  reach: Reach;
  options: KillOptions;
  reader: Parameters<typeof lookFirst>[3];
  machine: Machine;
}

async function deedOf(
  { command, hosts, choose, alsoNewcomers, act }: Ending,
  looks: readonly HostLook[],
  rules: PlanningRules,
  { reach, options, reader, machine }: Means,
): Promise<FleetDeed<HostPlan>> {
  const byName = new Map(looks.map((look) => [look.name, look]));
  const planned = await Promise.all(
    hosts.flatMap((host) => {
      const look = byName.get(host.name);
      return look === undefined ? [] : planOnHost(host, look, rules);
    }),
  );
  const targets = planned.flatMap((each) => (isPlan(each) ? [each] : []));
  const count = targets.reduce((sum, { terminations }) => sum + terminations.length, 0);
  const means = {
    engine: sshEngine(machine),
    reader,
    clock: machine.clock,
    scripts: { act: scriptOf("act.sh"), collect: scriptOf("collect.sh") },
    elevation: reach.elevation,
    settings: reach,
    orders: options,
    command,
    reason: act.reason,
    evenProtected: rules.lifted,
    choose: alsoNewcomers ? (report: SessionReport): readonly Session[] => choose(report).sessions : undefined,
  };
  return {
    mode: "ending",
    deed: `end ${plural(count, "session")}`,
    title: "SESSION",
    targets,
    settled: planned.flatMap((each) => (isPlan(each) ? [] : [each])),
    nothing: "No session matches: there is nothing to end.",
    act: async (target, run) => endOnHost(target, run, means),
  };
}
