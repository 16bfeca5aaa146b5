import type { Context } from "../../cli/context.ts";
import { isOpenHere, type Session } from "../../domain/session.ts";
import { offeredKeys } from "../keys/inventory/completion-keys.ts";
import * as values from "./values-text.ts";
import { thisMachine } from "../../domain/report-request.ts";
import { UsageError } from "../../errors.ts";
import { liveValues, type LiveValues } from "../../cli/command.ts";

/**
 * What a shell offers when somebody presses TAB. No log is read for it: that would take too long.
 *
 * @throws FatalError, PermissionError
 */
export async function findValues(what: LiveValues, context: Context): Promise<string> {
  switch (what) {
    case "sessions":
      return values.sessionValues(await openSessions(context));
    case "users":
      return values.userValues(await openSessions(context));
    case "terminals":
      return values.terminalValues(await openSessions(context));
    case "peers":
      return values.peerValues(await openSessions(context));
    case "keys":
      return values.keyValues(offeredKeys(await context.keysHost()));
  }
}

/** @throws UsageError */
export function parseLiveValues(text: string | undefined): LiveValues {
  const what = liveValues.find((name) => name === text);
  if (what === undefined)
    throw new UsageError(`There are no values "${text ?? ""}" to complete.`, `Allowed: ${liveValues.join(", ")}.`);
  return what;
}

async function openSessions(context: Context): Promise<Session[]> {
  const { sessions } = await context.readReport(thisMachine, { logins: false, depth: "rows" });
  return sessions.filter(isOpenHere);
}
