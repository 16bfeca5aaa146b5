/**
 * `sshctl lock USER...`: no login over SSH any more, proven by every server of the machine, and the sessions end. What it does is
 * recorded before it is done, and `unlock` takes exactly that away.
 */
import type { Command, GivenOptions } from "../../cli/command.ts";
import { askConsent, consentOptions } from "../../cli/consent.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import { exitCodes, UsageError, type ExitCode } from "../../errors.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import type { TextStyle } from "../../text/grid.ts";
import { rejectBlindness } from "../sessions/blindness.ts";
import { notice } from "../sessions/notes.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import { describeProblem, renderResults, usualLayout, type KillReport } from "../kill/end-sessions.ts";
import { findProtection, type Protection } from "../../system/protected/read-protected.ts";
import { evenProtectedOption } from "../sessions/even-protected-option.ts";
import { actId } from "../../system/acts/act-id.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { forOption, parseFor } from "./for-option.ts";
import { lockAll, type LockReport } from "./carry-out.ts";
import { readSessionReport } from "./end-locked.ts";
import { planLocks, rejectUser, type LockOptions, type PlannedLock } from "./plan.ts";
import { renderLockJson } from "./text/json.ts";
import { renderLockPlan, renderLockReport } from "./text/text.ts";

const method = "Method";

export const lock: Command = {
  name: "lock",
  summary: "Keep accounts from logging in over SSH, prove it, and end their sessions",
  acts: true,
  examples: [
    ["sudo sshctl lock alice --reason INC-123", "show the plan, ask, lock, prove, and end alice's sessions"],
    ["sudo sshctl lock alice --dry-run", "what would be done, and what would stay"],
    ["sudo sshctl lock vendor --for 2h", "and unlock two hours later, also after a reboot"],
    ["sudo sshctl lock alice --ssh-only", "no login over SSH; cron, su and sudo stay as they are"],
  ],
  words: { name: "USER", offer: "accounts", describe: "names or uids", most: 100 },
  options: {
    "ssh-only": { group: method, describe: "lock with sshd's DenyUsers, which affects nothing but SSH" },
    "no-kill": { group: method, describe: "leave open sessions alone" },
    for: forOption("lock for this long, by a timer of systemd, and unlock then: 90, 30m, 1h30m"),
    reason: {
      group: "Safety and records",
      value: "TEXT",
      describe: "reason to record in the lock and in the system log",
    },
    ...evenProtectedOption,
    ...consentOptions,
    ...formatOptions(textFormats),
    ...colorOption,
  },
  run: async (given, context) => {
    if (given.words.length === 0) throw new UsageError("lock needs an account.", "Give the names of accounts.");
    const options = parseOptions(given);
    const format = parseFormat(given, textFormats);
    const style = parseStyle(given, context);
    const isDryRun = given.flag("dry-run");
    const machine = await machineOf(await context.host());
    rejectUser(machine);
    const protection = findProtection(given.texts("even-protected"), machine);
    const report = await readSessionReport(protection, context);
    rejectBlindness(report);
    const plans = await planLocks(given.words, options, protection, report, machine, context);
    const frame = { host: machine.hostName(), takenAtMs: machine.now() };
    if (isDryRun) {
      context.out.write(
        format === "json"
          ? renderLockJson(frame, plans, options, undefined)
          : renderLockPlan(plans, options, widthOf(context.out)),
      );
      return exitCodes.done;
    }
    if (!given.flag("yes")) await ask(plans, options, context);
    const done = await act(plans, options, protection, { format, style }, machine, context);
    for (const { problem } of done.results) if (problem !== undefined) notice(problem.message, context.err);
    if (done.trouble !== undefined)
      notice(`the record of this change could not be completed: ${done.trouble.message}`, context.err);
    for (const log of done.unrecorded) notice(unrecorded(log), context.err);
    context.out.write(
      format === "json" ? renderLockJson(frame, plans, options, done) : renderLockReport(done, options, style),
    );
    return exitCodeOf(done);
  },
};

async function act(
  plans: readonly PlannedLock[],
  options: LockOptions,
  protection: Protection,
  { format, style }: { format: (typeof textFormats)[number]; style: TextStyle },
  machine: Machine,
  context: Context,
): Promise<LockReport> {
  const tell = async (ended: KillReport) => {
    for (const problem of ended.problems) notice(describeProblem(problem), context.err);
    if (format !== "json") context.out.write(await renderResults(ended, usualLayout, style));
  };
  const id = actId(machine.now(), machine.state.token());
  const orders = { id, reason: options.reason, protection, look: style, tell };
  return context.interruptible(async (interruption) => lockAll(plans, options, orders, machine, context, interruption));
}

function parseOptions(given: GivenOptions): LockOptions {
  return {
    sshOnly: given.flag("ssh-only"),
    kill: !given.flag("no-kill"),
    reason: given.texts("reason").at(-1),
    forSeconds: parseFor(given),
  };
}

async function ask(plans: readonly PlannedLock[], options: LockOptions, context: Context): Promise<void> {
  const names = plans.map(({ account }) => account.name).join(", ");
  const plan = renderLockPlan(plans, options, widthOf(context.err));
  const deed = options.kill ? `lock ${names} and end the sessions` : `lock ${names}`;
  await askConsent({ plan, deed, questions: [`${deed[0]?.toUpperCase() ?? ""}${deed.slice(1)}?`] }, context);
}

/** docs/exit-codes.md */
function exitCodeOf({ results, ending }: LockReport): ExitCode {
  const isHeld = results.every(({ record, open }) => record !== undefined && open.length === 0);
  if (isHeld && ending?.isComplete !== false) return exitCodes.done;
  const [first] = results;
  const isNothing = results.every(({ record }) => record === undefined);
  return isNothing && first?.problem !== undefined ? first.problem.exitCode : exitCodes.partial;
}
