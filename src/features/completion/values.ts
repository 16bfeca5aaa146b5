import { machineOf } from "../../host/host.ts";
import type { Context } from "../../cli/context.ts";
import { isOpenHere, type Session } from "../../domain/session.ts";
import { readKnownNames } from "../../fleet/names/known-names.ts";
import { readRecords } from "../changes/records.ts";
import { completionKeys } from "../keys/inventory/completion-keys.ts";
import * as values from "./values-text.ts";
import { localSource } from "../../domain/report-request.ts";
import { UsageError } from "../../errors.ts";
import { liveValues, type LiveValues } from "../../cli/command.ts";

/**
 * What a shell offers at a TAB. It is not for people, so it is answered without what it takes to understand people.
 *
 * @throws UsageError, FatalError, PermissionError
 */
export async function completeValues(what: string | undefined, context: Context): Promise<string> {
  return findValues(parseLiveValues(what), context);
}

/** No log is read for it: that would take too long. */
async function findValues(what: LiveValues, context: Context): Promise<string> {
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
      return values.keyValues(completionKeys(await machineOf(await context.host())));
    case "hosts":
      return values.hostValues(await readKnownNames(context.env["HOME"], await machineOf(await context.host())));
    case "changes":
      return values.changeValues(readRecords((await machineOf(await context.host())).state).changes);
  }
}

/** @throws UsageError */
function parseLiveValues(text: string | undefined): LiveValues {
  const what = liveValues.find((name) => name === text);
  if (what === undefined)
    throw new UsageError(`There are no values "${text ?? ""}" to complete.`, `Allowed: ${liveValues.join(", ")}.`);
  return what;
}

async function openSessions(context: Context): Promise<Session[]> {
  const { sessions } = await (await context.reports()).read({ ...localSource, logins: false, depth: "rows" });
  return sessions.filter(isOpenHere);
}
