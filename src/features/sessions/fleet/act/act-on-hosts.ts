/**
 * The frame of every command that acts on other hosts, whatever it does there. A command
 *
 * 1. puts {@link actOptions} into its table, beside those of consent.ts and `reason`, and reads them with `parseFleetAct`;
 * 2. asks all hosts that are left to try (`hostsToTry`), and acts on none: what it finds is a {@link FleetDeed}, whose `targets` are the
 *    hosts with something to do, and whose `settled` say of all others why there is nothing (`lostHost` for one that has not answered);
 * 3. hands the deed to {@link actOnHosts}, which shows the plan, asks the one question, calls `act` for each host, step by step, keeps the
 *    report, writes the record, tells the result, and returns the exit code.
 *
 * `act` is called once for a host, and has to look again by itself: "proven" means that it has seen it. After a time-out nothing is known,
 * so it looks once more, and says "undecided" where that fails, too. The first Ctrl-C ends nothing that runs: an engine gets `stop`, which
 * only the second one aborts.
 */
import { askConsent } from "../../../../cli/consent.ts";
import type { Context } from "../../../../cli/context.ts";
import { DeclinedError, exitCodes, type ExitCode } from "../../../../errors.ts";
import { withResults, withRun, type Case } from "../../../../fleet/act/case.ts";
import { isSettled, type HostResult } from "../../../../fleet/act/host-outcome.ts";
import { machineOf, type Machine } from "../../../../host/host.ts";
import { actId } from "../../../../system/acts/act-id.ts";
import { describeCaller, readCaller } from "../../../../system/caller.ts";
import type { TextStyle } from "../../../../text/grid.ts";
import { plural } from "../../../../text/words.ts";
import { carryOut } from "./carry-out.ts";
import { renderCaseJson } from "./case-file.ts";
import { openLines, renderItems } from "./case-text.ts";
import { inOrder, nothingText, type ActLayout, type Begun, type DeedTarget, type FleetDeed } from "./deed.ts";
import { exitCodeOf } from "./exit-code.ts";
import { caseFileOf } from "./keep-case.ts";
import type { FleetAct } from "./options.ts";

/**
 * @throws DeclinedError, UsageError: nothing was done then.
 */
export async function actOnHosts<T extends DeedTarget>(
  deed: FleetDeed<T>,
  options: FleetAct,
  layout: ActLayout,
  context: Context,
): Promise<ExitCode> {
  const machine = await machineOf(await context.host());
  const begun = begin(deed, options, machine);
  if (options.dryRun) return showPlan(deed, begun, layout, context);
  rejectTooMany(deed, options);
  const file = caseFileOf(options, machine);
  if (deed.targets.length > 0 && !options.yes) await askConsent(await consentOf(deed, layout), context);
  // One that cannot be written is found out before anything is done.
  file.begin(begun.kept);
  return context.interruptible(async (interruption) =>
    carryOut(deed, begun, { options, layout, machine, file, interruption }, context),
  );
}

function begin<T extends DeedTarget>({ targets, settled }: FleetDeed<T>, options: FleetAct, machine: Machine): Begun {
  const nowMs = machine.now();
  const id = actId(nowMs, machine.state.token());
  const caller = readCaller(machine.files);
  const callerHost = machine.hostName();
  const { command, decision, commandLine, reason } = options;
  const fresh: Case = {
    id,
    command,
    decision,
    startedAtMs: nowMs,
    caller: describeCaller(caller),
    callerHost,
    reason,
    hosts: [],
    runs: [],
  };
  const planned = targets.map(({ name, items }): HostResult => ({ name, kind: "not-tried", text: "not tried", items }));
  const run = { id, command: commandLine, startedAtMs: nowMs, endedAtMs: undefined };
  const kept = withResults(withRun(options.kept ?? fresh, run), [...planned, ...settled], { run: id, atMs: nowMs });
  return { run: { id, caller, callerHost }, kept, nowMs };
}

/** @throws DeclinedError */
function rejectTooMany<T extends DeedTarget>({ targets }: FleetDeed<T>, { atMost }: FleetAct): void {
  if (atMost === undefined || targets.length <= atMost) return;
  throw new DeclinedError(
    `Nothing was done: it concerns ${plural(targets.length, "host")}, and --at-most allows ${String(atMost)}.`,
    "--dry-run shows them.",
  );
}

async function consentOf<T extends DeedTarget>(deed: FleetDeed<T>, { planStyle }: ActLayout) {
  const { targets, settled } = deed;
  const lost = settled.filter(({ kind }) => kind === "lost").length;
  const hosts = `${String(targets.length)} of ${plural(targets.length + settled.length, "host")}`;
  const more = lost === 0 ? "" : ` ${plural(lost, "host")} did not answer and may have more.`;
  const question = `${deed.deed.charAt(0).toUpperCase()}${deed.deed.slice(1)} on ${hosts}?${more}`;
  return {
    plan: await planText(deed, planStyle),
    deed: `${deed.deed} on ${plural(targets.length, "host")}`,
    questions: [question],
  };
}

async function planText<T extends DeedTarget>(deed: FleetDeed<T>, style: TextStyle) {
  const { targets, settled, title, further, undone } = deed;
  const items = await renderItems(inOrder([...targets, ...settled]), title, style);
  const open = settled.filter((result) => !isSettled(result));
  return items + (further?.(style) ?? "") + openLines(open, undone);
}

async function showPlan<T extends DeedTarget>(
  deed: FleetDeed<T>,
  { kept }: Begun,
  { format, style, okIfNone }: ActLayout,
  { out, err }: Context,
): Promise<ExitCode> {
  if (format === "json") out.write(renderCaseJson(kept, undefined, true));
  else {
    out.write(await planText(deed, style));
    const hosts = `${String(deed.targets.length)} of ${plural(deed.targets.length + deed.settled.length, "host")}`;
    err.write(deed.targets.length === 0 ? nothingText(deed) : `Would ${deed.deed} on ${hosts}.\n`);
  }
  if (deed.targets.length > 0) return exitCodes.done;
  return exitCodeOf(kept.hosts, okIfNone);
}
