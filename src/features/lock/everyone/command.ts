/** `sshctl lock --everyone`: maintenance, or the hour before a reboot. */
import type { GivenOptions } from "../../../cli/command.ts";
import { askConsent } from "../../../cli/consent.ts";
import { widthOf, type Context } from "../../../cli/context.ts";
import { list } from "../../../cli/values.ts";
import { exitCodes, UsageError, type ExitCode } from "../../../errors.ts";
import type { Machine } from "../../../host/host.ts";
import { rejectBlindness } from "../../sessions/blindness.ts";
import { notice } from "../../sessions/notes.ts";
import { unrecorded } from "../../../system/acts/unrecorded.ts";
import { readSessionReport, type EndOrders } from "../end-locked.ts";
import type { LockOptions } from "../plan.ts";
import { lockEveryone } from "./carry-out.ts";
import { planEveryone, type EveryoneOptions } from "./plan.ts";
import { renderEveryoneJson, renderEveryonePlan, renderEveryoneReport } from "./text.ts";

/** What was asked for, and how it is to be told. */
export interface LockCall {
  given: GivenOptions;
  options: LockOptions;
  orders: EndOrders;
  isJson: boolean;
}

export async function runEveryone(
  { given, options: common, orders, isJson }: LockCall,
  machine: Machine,
  context: Context,
): Promise<ExitCode> {
  const { protection } = orders;
  const options = { ...common, ...parseEveryone(given) };
  const report = await readSessionReport(protection, context);
  rejectBlindness(report);
  const plan = await planEveryone(options, protection, report, machine, context);
  const frame = { host: machine.hostName(), takenAtMs: machine.now() };
  if (given.flag("dry-run")) {
    context.out.write(
      isJson
        ? renderEveryoneJson(frame, plan, options, undefined)
        : renderEveryonePlan(plan, options, widthOf(context.out)),
    );
    return exitCodes.done;
  }
  if (!given.flag("yes")) {
    const deed = `lock everyone but ${plan.except.map(({ name }) => name).join(", ")}`;
    const question = `Lock${deed.slice(4)}?`;
    await askConsent(
      { plan: renderEveryonePlan(plan, options, widthOf(context.err)), deed, questions: [question] },
      context,
    );
  }
  const done = await context.interruptible(async (interruption) =>
    lockEveryone(plan, options, orders, machine, context, interruption),
  );
  if (done.problem !== undefined) notice(done.problem.message, context.err);
  for (const log of done.unrecorded) notice(unrecorded(log), context.err);
  context.out.write(
    isJson ? renderEveryoneJson(frame, plan, options, done) : renderEveryoneReport(done, options, orders.look),
  );
  if (done.problem !== undefined) return done.problem.exitCode;
  return done.faults.length === 0 && done.ending?.isComplete !== false ? exitCodes.done : exitCodes.partial;
}

/** @throws UsageError */
function parseEveryone(given: GivenOptions): Pick<EveryoneOptions, "except" | "message"> {
  if (given.words.length > 0 || given.texts("group").length > 0)
    throw new UsageError("--everyone takes no other names. Nothing was done.", "Except accounts by --except-user.");
  const message = given.texts("message").at(-1);
  if (message !== undefined && !/^[^\p{Cc}]{1,500}$/u.test(message))
    throw new UsageError("--message takes one line of at most 500 characters. Nothing was done.");
  return { except: list(given, "except-user", { read: (text) => text, allowed: "names or uids" }), message };
}
