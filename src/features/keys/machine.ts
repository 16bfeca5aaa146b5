import type { Context } from "../../cli/context.ts";
import type { KillMachine } from "../kill/end-sessions.ts";
import { machineOf, type Machine } from "../../host/host.ts";
import type { Reports } from "../../report/reports.ts";

/** The machine whose keys are looked at and revoked. */
export type KeysHost = Pick<
  Machine,
  "files" | "rootFiles" | "userFiles" | "replaceFiles" | "state" | "withScratchFolder" | "programs" | "uid" | "now"
> &
  Pick<Reports, "logins" | "findUser">;

/** The same, if sessions of a key are ended too. */
export type RevokeHost = KeysHost & KillMachine & Pick<Machine, "userPrograms" | "hooks" | "banners" | "clock">;

export async function keysHostOf(context: Context): Promise<RevokeHost> {
  const [machine, { logins, findUser }] = await Promise.all([context.host().then(machineOf), context.reports()]);
  return { ...machine, logins, findUser };
}
