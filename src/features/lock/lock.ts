/**
 * `sshctl lock USER...`: no login over SSH any more, proven by every server of the machine, and the sessions end. What it does is
 * recorded before it is done, and `unlock` takes exactly that away.
 */
import type { Command, GivenOptions } from "../../cli/command.ts";
import { askConsent, consentOptions } from "../../cli/consent.ts";
import { widthOf, type Context } from "../../cli/context.ts";
import { exitCodes, NothingFoundError, UsageError, type ExitCode } from "../../errors.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import type { TextStyle } from "../../text/grid.ts";
import { rejectBlindness } from "../sessions/blindness.ts";
import { notice } from "../sessions/notes.ts";
import { meansFleet } from "../sessions/fleet/options.ts";
import { throughSshctlOptions } from "../sessions/fleet/through/options.ts";
import { colorOption, formatOptions, parseFormat, parseStyle, textFormats } from "../sessions/output-options.ts";
import { describeProblem, renderResults, usualLayout, type KillReport } from "../kill/end-sessions.ts";
import { findProtection, type Protection } from "../../system/protected/read-protected.ts";
import { evenProtectedOption } from "../sessions/even-protected-option.ts";
import { actId } from "../../system/acts/act-id.ts";
import { unrecorded } from "../../system/acts/unrecorded.ts";
import { forOption, parseEnd, untilOption } from "./for-option.ts";
import { firstFew } from "../../domain/first-few.ts";
import { localSource } from "../../domain/report-request.ts";
import { list } from "../../cli/values.ts";
import { unknownGroup } from "../../cli/unknown-names.ts";
import { membersOf, type Account } from "../../system/accounts.ts";
import { runEveryone, type LockCall } from "./everyone/command.ts";
import { keptLocks } from "./kept-locks.ts";
import { lockAll, type LockReport, type LockResult } from "./carry-out.ts";
import type { EndOrders } from "./end-locked.ts";
import { knownAccount, planLocks, rejectUser, type LockOptions, type PlannedLock } from "./plan.ts";
import { renderLockJson } from "./text/json.ts";
import { renderLockPlan, renderLockReport } from "./text/text.ts";

const method = "Method";
const select = "Select";

export const lock: Command = {
  name: "lock",
  summary: "Keep accounts from logging in over SSH, prove it, and end their sessions",
  acts: true,
  examples: [
    ["sudo sshctl lock alice --reason INC-123", "show the plan, ask, lock, prove, and end alice's sessions"],
    ["sudo sshctl lock alice --dry-run", "what would be done, and what would stay"],
    ["sudo sshctl lock vendor --for 2h", "and unlock two hours later, also after a reboot"],
    ["sudo sshctl lock --group contractors", "all who are members now"],
    ["sudo sshctl lock --everyone --for 1h", "maintenance: everyone but whoever runs this, for an hour"],
    ["sshctl lock alice --on @all --for 2h", "on other servers, by the sshctl that is installed there"],
    ["sudo sshctl lock alice --ssh-only", "no login over SSH; cron, su and sudo stay as they are"],
  ],
  words: { name: "USER", offer: "accounts", describe: "names or uids", most: 100 },
  options: {
    group: { group: select, value: "NAME", offer: "groups", describe: "all who are members of this group now" },
    everyone: { group: select, describe: "everyone but those of --except-user, and whoever runs this; SSH only" },
    "except-user": {
      group: select,
      value: "NAMES",
      offer: "accounts",
      describe: "with --everyone or --group: not these users",
    },
    "ssh-only": { group: method, describe: "lock with sshd's DenyUsers, which affects nothing but SSH" },
    "no-kill": { group: method, describe: "leave open sessions alone" },
    everything: { group: method, describe: "also end what the sessions have left running, as kill-all does" },
    probe: {
      group: method,
      describe: "also try a login at each server's own configuration, with a key made for it",
    },
    "stop-services": {
      group: method,
      describe: "also end services that run without a login (lingering), until unlock",
    },
    "stop-crontab": { group: method, describe: "also put the account's crontab aside, until unlock" },
    "stop-at": { group: method, describe: "also put the account's at jobs aside, until unlock" },
    exempt: {
      group: method,
      describe: "exempt from PerSourcePenalties, until unlock, addresses that the account shares with others",
    },
    for: forOption("lock for this long, by a timer of systemd, and unlock then: 90, 30m, 1h30m"),
    until: untilOption,
    reason: {
      group: "Safety and records",
      value: "TEXT",
      describe: "reason to record in the lock and in the system log",
    },
    message: {
      group: "Safety and records",
      value: "TEXT",
      describe: "with --everyone: what sshd tells those who are locked out, before it refuses them",
    },
    ...evenProtectedOption,
    ...consentOptions,
    ...formatOptions(textFormats),
    ...colorOption,
    ...throughSshctlOptions,
  },
  run: async (given, context) => {
    if (meansFleet(given)) {
      const { now } = await machineOf(await context.host());
      return (await import("./fleet/lock-on.ts")).lockOn(lock, parseOptions(given, now()), given, context);
    }
    const isEveryone = given.flag("everyone");
    rejectSelection(given, isEveryone);
    const format = parseFormat(given, textFormats);
    const style = parseStyle(given, context);
    const machine = await machineOf(await context.host());
    const options = parseOptions(given, machine.now());
    rejectUser(machine);
    const protection = findProtection(given.texts("even-protected"), machine);
    const orders = ordersOf(options, protection, { format, style }, machine, context);
    const call = { given, options, orders, isJson: format === "json" };
    return isEveryone ? runEveryone(call, machine, context) : runAccounts(call, machine, context);
  },
};

async function runAccounts(
  { given, options, orders, isJson }: LockCall,
  machine: Machine,
  context: Context,
): Promise<ExitCode> {
  const { protection, look } = orders;
  // Also by which keys: several of them may share an account.
  const report = await (await context.reports()).read({ ...localSource, logins: true, depth: "rows" });
  rejectBlindness(report);
  const names = await namesOf(given, machine, context.err);
  const plans = await planLocks(names, options, protection, report, machine, context);
  const frame = { host: machine.hostName(), takenAtMs: machine.now() };
  if (given.flag("dry-run")) {
    context.out.write(
      isJson ? renderLockJson(frame, plans, options, undefined) : renderLockPlan(plans, options, widthOf(context.out)),
    );
    return exitCodes.done;
  }
  if (!given.flag("yes")) await ask(plans, options, context);
  const done = await context.interruptible(async (interruption) =>
    lockAll(plans, options, orders, machine, context, interruption),
  );
  for (const { problem } of done.results) if (problem !== undefined) notice(problem.message, context.err);
  if (done.trouble !== undefined)
    notice(`the record of this change could not be completed: ${done.trouble.message}`, context.err);
  for (const log of done.unrecorded) notice(unrecorded(log), context.err);
  context.out.write(isJson ? renderLockJson(frame, plans, options, done) : renderLockReport(done, options, look));
  return exitCodeOf(done);
}

function ordersOf(
  { reason, everything }: LockOptions,
  protection: Protection,
  { format, style }: { format: (typeof textFormats)[number]; style: TextStyle },
  machine: Machine,
  context: Context,
): EndOrders {
  const tell = async (ended: KillReport) => {
    for (const problem of ended.problems) notice(describeProblem(problem), context.err);
    if (format !== "json") context.out.write(await renderResults(ended, usualLayout, style));
  };
  return { id: actId(machine.now(), machine.state.token()), reason, everything, protection, look: style, tell };
}

const stoppable = ["services", "crontab", "at"] as const;

/** What makes sense of single accounts only. */
const ofAccounts = ["probe", "exempt", ...stoppable.map((kind) => `stop-${kind}`)];

/** @throws UsageError */
function rejectSelection(given: GivenOptions, isEveryone: boolean): void {
  const groups = given.texts("group");
  if (given.words.length === 0 && groups.length === 0 && !isEveryone)
    throw new UsageError("lock needs an account.", "Give the names of accounts, --group, or --everyone.");
  const [misplaced] = isEveryone ? ofAccounts.filter((name) => given.flag(name)) : [];
  if (misplaced !== undefined)
    throw new UsageError(`--${misplaced} is for single accounts, not for everyone. Nothing was done.`, "Omit it.");
  if (given.flag("everything") && given.flag("no-kill"))
    throw new UsageError(
      "--everything ends more than the sessions, and --no-kill none. Nothing was done.",
      "Omit one.",
    );
  if (!isEveryone && given.texts("message").length > 0)
    throw new UsageError("--message needs --everyone: sshd has no text for single accounts.", "Omit it.");
  if (!isEveryone && groups.length === 0 && given.texts("except-user").length > 0)
    throw new UsageError("--except-user needs --everyone or --group.", "Omit it.");
}

/** Those who are named, and the members of the groups who are not locked yet. */
async function namesOf(given: GivenOptions, machine: Machine, err: Context["err"]): Promise<string[]> {
  const members: Account[] = [];
  for (const group of given.texts("group")) {
    const found = await membersOf(group, machine);
    if (found === undefined) throw await unknownGroup(group, machine);
    members.push(...found);
  }
  const except = list(given, "except-user", { read: (text) => text, allowed: "names or uids" });
  const excepted = new Set<number>();
  for (const name of except) excepted.add((await knownAccount(name, machine)).uid);
  const locked = new Set(keptLocks(machine).records.map(({ uid }) => uid));
  const meant = members.filter(({ uid }) => !excepted.has(uid));
  const already = meant.filter(({ uid }) => locked.has(uid)).map(({ name }) => name);
  if (already.length > 0) notice(`locked already, and left as they are: ${firstFew(already)}`, err);
  const names = meant.filter(({ uid }) => !locked.has(uid)).map(({ name }) => name);
  const all = [...given.words, ...new Set(names.filter((name) => !given.words.includes(name)))];
  if (all.length === 0)
    throw new NothingFoundError(`No member of ${given.texts("group").join(", ")} is left to lock. Nothing was done.`);
  return all;
}

function parseOptions(given: GivenOptions, nowMs: number): LockOptions {
  return {
    sshOnly: given.flag("ssh-only"),
    kill: !given.flag("no-kill"),
    everything: given.flag("everything"),
    reason: given.texts("reason").at(-1),
    ...parseEnd(given, nowMs),
    probe: given.flag("probe"),
    stop: new Set(stoppable.filter((kind) => given.flag(`stop-${kind}`))),
    exempt: given.flag("exempt"),
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
  const isProven = (probes: LockResult["probes"]) => probes?.every(({ outcome }) => outcome === "refused") ?? true;
  const isHeld = results.every(
    ({ record, open, probes, unstopped }) =>
      record !== undefined && open.length === 0 && isProven(probes) && unstopped.length === 0,
  );
  if (isHeld && ending?.isComplete !== false) return exitCodes.done;
  const [first] = results;
  const isNothing = results.every(({ record }) => record === undefined);
  return isNothing && first?.problem !== undefined ? first.problem.exitCode : exitCodes.partial;
}
