import { notice } from "../sessions/notes.ts";
import type { KillPlan } from "./plan/kill-plan.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { Session } from "../../domain/session.ts";
import type { Context } from "../../cli/context.ts";
import type { Untold } from "./deliver/tell-users.ts";
import { warnUsers } from "./deliver/warn-users.ts";
import type { KillMachine } from "./machine.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import { visible } from "../../text/visible.ts";

/**
 * Warns the users, and counts down for the administrator.
 *
 * @returns whether the time has passed without an interruption.
 */
export async function warnBefore(
  seconds: number,
  message: string | undefined,
  { report, ends }: KillPlan,
  machine: KillMachine,
  { err }: Context,
  interruption: AbortSignal,
): Promise<boolean> {
  const sessions = ends.map(({ termination: { session, channel } }) =>
    channel?.tty === undefined ? session : { ...session, ttys: [channel.tty] },
  );
  const announcement = { seconds, message: message && visible(message), host: visible(report.host) };
  const reported = new Set<Session>();
  const passed = await warnUsers(sessions, announcement, machine, interruption, (left, untold) => {
    for (const one of untold.filter(({ session }) => !reported.has(session))) {
      reported.add(one.session);
      notice(untoldText(one), err);
    }
    // Typed over itself at a terminal, ESC [ K clears the rest of the line; silent elsewhere.
    if (err.isTerminal) err.write(`\r${formatDuration(left)} left, Ctrl-C cancels\x1b[K`);
  });
  if (err.isTerminal) err.write("\r\x1b[K");
  return passed;
}

function untoldText({ session, why }: Untold): string {
  return `${describeSession(session)}: ${reasons[why]}`;
}

const reasons: Record<Untold["why"], string> = {
  "no-terminal": "has no terminal, so its user cannot be warned",
  blocked: "its user has stopped the output, or the client hangs, so its user cannot be warned",
  refused: "its terminal cannot be written to, so its user cannot be warned",
};
