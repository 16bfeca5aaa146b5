import type { Machine } from "../../../host/host.ts";
import type { KillMachine } from "../../kill/end-sessions.ts";

/** The machine to which a policy is applied. */
export type PolicyMachine = KillMachine & Pick<Machine, "uid" | "hostName">;
