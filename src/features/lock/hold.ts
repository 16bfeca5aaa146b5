/** Whether a lock holds, by what every SSH server says: `access` is the proof in words. */
import type { Context } from "../../cli/context.ts";
import type { Account } from "../../system/accounts.ts";
import type { Check, ServerAccess } from "../access/read-access.ts";
import { saysExpired } from "../access/read-access.ts";
import { readAccess } from "../access/read-access.ts";
import type { Mechanism } from "../../system/locks/record.ts";

/** @returns the servers that do not refuse the account for just this lock, whatever else keeps it out. */
export async function findOpen(account: Account, mechanism: Mechanism, context: Context): Promise<string[]> {
  const { servers } = await readAccess(account, {}, context);
  return servers.filter((server) => !isRefusedBy(server, mechanism)).map(({ name }) => name);
}

/** A line for some addresses only would leave others open, and one that a server has not read yet everybody. */
export function isRefusedBy({ checks }: Pick<ServerAccess, "checks">, mechanism: Mechanism): boolean {
  if (mechanism.kind === "deny" && checks.some(({ topic }) => topic === "configuration")) return false;
  return checks.some((check) => check.answer === "no" && check.depends.length === 0 && isBy(check, mechanism));
}

function isBy({ topic, text }: Check, mechanism: Mechanism): boolean {
  switch (mechanism.kind) {
    case "expiry":
      return (topic === "pam" || topic === "account") && saysExpired(text);
    case "deny":
      return topic === "rules" && text === `DenyUsers ${mechanism.pattern}`;
  }
}
