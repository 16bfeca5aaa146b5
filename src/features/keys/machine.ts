import type { Context } from "../../cli/context.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import type { Reports } from "../../report/reports.ts";

/** The machine whose keys are looked at and revoked. */
export type KeysHost = Pick<
  Machine,
  "files" | "userFiles" | "ownedFiles" | "withScratchFolder" | "programs" | "uid" | "now"
> &
  Pick<Reports, "logins">;

export async function keysHostOf(context: Context): Promise<KeysHost> {
  const [machine, { logins }] = await Promise.all([context.host().then(machineOf), context.reports()]);
  return { ...machine, logins };
}
