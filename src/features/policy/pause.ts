/** `sshctl policy pause`, `resume` and `acknowledge`: what people tell the service. */
import type { Command, GivenOptions } from "../../cli/command.ts";
import type { Context } from "../../cli/context.ts";
import { durationForm, durationInWords, parseDuration } from "../../domain/duration.ts";
import { exitCodes, NothingFoundError, UsageError, type ExitCode } from "../../errors.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import { describeCaller, readCaller } from "../../system/caller.ts";
import { readClock, termOf } from "../../system/locks/term.ts";
import { readPolicyState } from "../../system/policy/policy-state.ts";
import { fullTime } from "../../text/time.ts";
import { notice } from "../sessions/notes.ts";
import { inState, rejectUser } from "./for-root.ts";
import { recordOrder } from "./record.ts";
import { readPause, removePause, writeAcknowledged, writePause } from "./service/orders.ts";

const reasonOption = {
  reason: { group: "Safety and records", value: "TEXT", describe: "reason to record in the system log" },
} as const;

/** Longer, somebody has forgotten it. */
const longestSeconds = 7 * 86_400;

export const policyPause: Command = {
  name: "policy pause",
  summary: "Let the rules rest for a while; they apply again by themselves",
  acts: true,
  examples: [["sudo sshctl policy pause 2h --reason INC-124", "nobody is warned or ended for two hours"]],
  words: { name: "TIME", describe: `how long, at most 7d: ${durationForm}`, most: 1 },
  options: reasonOption,
  run: async (given, context) => {
    const seconds = parseTime(given);
    const reason = given.texts("reason").at(-1);
    return steer(context, async (machine) => {
      const term = termOf(seconds, await readClock(machine));
      const by = describeCaller(readCaller(machine.files));
      inState(() => {
        writePause({ term, by, reason }, machine.policy);
      });
      return {
        act: "policy pause",
        outcome: `paused for ${durationInWords(seconds)}`,
        text: `The rules rest until ${fullTime(term.untilMs)}, and apply again then. Before: sshctl policy resume`,
        reason,
      };
    });
  },
};

export const policyResume: Command = {
  name: "policy resume",
  summary: "End a pause before its time",
  acts: true,
  examples: [["sudo sshctl policy resume", "the rules apply again from the next look on"]],
  options: reasonOption,
  run: async (given, context) =>
    steer(context, async (machine) => {
      inState(() => {
        if (readPause(machine.policy) === undefined)
          throw new NothingFoundError("The rules do not rest: there is no pause.");
        removePause(machine.policy);
      });
      return Promise.resolve({
        act: "policy resume",
        outcome: "resumed",
        text: "The rules apply again from the next look on.",
        reason: given.texts("reason").at(-1),
      });
    }),
};

export const policyAcknowledge: Command = {
  name: "policy acknowledge",
  summary: "Let the rules apply again after the fuse has tripped",
  acts: true,
  examples: [["sudo sshctl policy acknowledge --reason INC-125", "you know why so many sessions were to end at once"]],
  options: reasonOption,
  run: async (given, context) =>
    steer(context, async (machine) => {
      const fuse = readPolicyState(machine)?.fuse;
      if (fuse === undefined) throw new NothingFoundError("The fuse has not tripped: there is nothing to acknowledge.");
      inState(() => {
        writeAcknowledged(fuse.id, machine.policy);
      });
      return Promise.resolve({
        act: "policy acknowledge",
        outcome: `acknowledged that ${String(fuse.count)} sessions were to end in one pass (${fuse.id})`,
        text: "The rules apply again from the next look on: every session is looked at anew, and its user warned anew.",
        reason: given.texts("reason").at(-1),
      });
    }),
};

/** What was told to the service. */
interface Order {
  act: string;
  /** For the record. */
  outcome: string;
  /** For whoever told it. */
  text: string;
  reason: string | undefined;
}

async function steer(context: Context, order: (machine: Machine) => Promise<Order>): Promise<ExitCode> {
  const machine = await machineOf(await context.host());
  rejectUser(machine);
  const { act, outcome, text, reason } = await order(machine);
  const problems = await recordOrder(act, outcome, reason, machine);
  for (const problem of problems) notice(problem, context.err);
  context.out.write(`${text}\n`);
  return problems.length === 0 ? exitCodes.done : exitCodes.partial;
}

/** @throws UsageError */
function parseTime({ words }: GivenOptions): number {
  const [text] = words;
  if (text === undefined) throw new UsageError("policy pause needs a time.", "Give one, such as 2h.");
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds === 0 || seconds > longestSeconds)
    throw new UsageError(`"${text}" is not understood.`, `Allowed: ${durationForm}, at most 7d.`);
  return seconds;
}
