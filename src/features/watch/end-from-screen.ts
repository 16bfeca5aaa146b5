/** Keys `x` and `f`: the plan, protections, proof and record of `kill`, `freeze` and `thaw`, in a dialog on the screen. */
import { sessionId, type Session } from "../../domain/session.ts";
import { ForeseenError } from "../../errors.ts";
import type { Context } from "../../cli/context.ts";
import type { Dialog } from "./screen/run-screen.ts";
import { painterFor } from "../../text/color.ts";
import { localSource } from "../../domain/report-request.ts";
import type { TextStyle } from "../../text/grid.ts";
import { freezeSession, thawSession, usualWishes } from "../freeze/freeze-session.ts";
import { describeSession } from "../sessions/text/one-line.ts";
import { endSessions, stillThere, usualLayout, usualOptions } from "../kill/end-sessions.ts";

/** @returns what became of them, in lines. */
export async function endFromScreen(
  sessions: readonly Session[],
  dialog: Dialog,
  width: number,
  context: Context,
): Promise<string[]> {
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
    look: lookOf(width),
    planStyle: lookOf(width),
  };
  return inDialog(dialog, width, context, async (there) => endSessions(request, there));
}

/** Freezes a session for a while, and thaws it then; one that is frozen is thawed. @returns what became of it, in lines. */
export async function freezeFromScreen(
  { identity }: Session,
  dialog: Dialog,
  width: number,
  context: Context,
): Promise<string[]> {
  const report = await (await context.reports()).read({ ...localSource, logins: true });
  const id = sessionId(identity);
  const session = report.sessions.find((each) => sessionId(each.identity) === id);
  if (session === undefined) return ["The session has ended."];
  return inDialog(dialog, width, context, async (there) =>
    session.frozen === undefined
      ? freezeSession({ session, report, wishes: usualWishes, format: "text", look: lookOf(width) }, there)
      : thawAsked(id, describeSession(session), there),
  );
}

async function thawAsked(id: string, name: string, context: Context): Promise<void> {
  const request = { name, reason: undefined, format: "text", isMeant: isOf(id) } as const;
  await thawSession({ ...request, dryRun: true }, context);
  if ((await (await context.prompts())?.confirm("Thaw it?")) === true)
    await thawSession({ ...request, dryRun: false }, context);
}

function isOf(id: string): (record: { session: string }) => boolean {
  return ({ session }) => session === id;
}

function lookOf(width: number): TextStyle {
  return { width, chalk: painterFor("never", {}, false) };
}

/** @returns what the work has written. */
async function inDialog(
  dialog: Dialog,
  width: number,
  context: Context,
  work: (context: Context) => Promise<unknown>,
): Promise<string[]> {
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text), isTerminal: false, width };
  try {
    await work({
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
