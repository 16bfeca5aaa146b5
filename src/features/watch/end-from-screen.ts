/** Key `x`: the plan, protections, proof and record of `kill`, in a dialog on the screen. */
import type { Session } from "../../domain/session.ts";
import { ForeseenError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import type { Dialog } from "./screen/run-screen.ts";
import { painterFor } from "../../text/color.ts";
import { localSource } from "../../domain/report-request.ts";
import { endSessions, stillThere, usualLayout, usualOptions } from "../kill/end-sessions.ts";

/** @returns what became of them, in lines. */
export async function endFromScreen(
  sessions: readonly Session[],
  dialog: Dialog,
  width: number,
  context: Context,
): Promise<string[]> {
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text), isTerminal: false, width };
  const look = { width, chalk: painterFor("never", {}, false) };
  const request = {
    command: "watch" as const,
    options: usualOptions,
    find: async () => {
      const report = await (await context.reports()).read({ ...localSource, logins: true });
      return { report, chosen: { sessions: stillThere(sessions, report), undecided: [] } };
    },
    mustConfirm: () => true,
    alsoNewcomers: false,
    layout: usualLayout,
    look,
    planStyle: look,
  };
  try {
    await endSessions(request, {
      ...context,
      out: output,
      err: output,
      prompts: async () =>
        Promise.resolve({
          confirm: async (question: string) => dialog.confirm(linesOf(written.splice(0)), question),
          choose: async () => Promise.resolve(undefined),
        }),
      interruptible: dialog.interruptible,
    });
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    // A remedy is a command line or an option of one, and here are only keys.
    written.push(error.message);
  }
  return linesOf(written);
}

function linesOf(written: readonly string[]): string[] {
  return written.join("").replace(/\n$/, "").split("\n");
}
