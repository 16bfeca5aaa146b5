import type { Context } from "../context.ts";
import type { Session } from "../domain/session.ts";
import { chooseAccounts } from "../keys/choose-accounts.ts";
import { readInventory } from "../keys/read-inventory.ts";
import * as values from "../render/completion/values.ts";
import { thisMachine } from "../source-choice.ts";
import type { LiveValues } from "./command.ts";

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
      return authorizedKeys(context);
  }
}

async function openSessions(context: Context): Promise<Session[]> {
  const { sessions } = await context.readReport(thisMachine, { logins: false, depth: "rows" });
  return sessions.filter(({ phase, container }) => phase === "open" && !container);
}

async function authorizedKeys(context: Context): Promise<string> {
  const host = await context.keysHost();
  const { accounts, everyone } = await chooseAccounts([], [], host);
  return values.keyValues((await readInventory(accounts, everyone, false, host)).keys);
}
