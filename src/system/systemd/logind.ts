/** This room reads what systemd and logind say about login sessions, scopes and sockets. */
import { parsePropertyBlocks } from "./property-blocks.ts";
import type { Programs } from "../../host/programs/run.ts";

/** For loginctl(1): a service that hangs must not hold anything up. */
export const loginctlLimitMs = 5000;

/** One property of every session that logind knows, in one call of `loginctl show-session`. */
export async function readSessionProperty(
  ids: readonly string[],
  property: string,
  programs: Programs,
): Promise<Map<string, string>> {
  const args = ["show-session", "--property=Id", `--property=${property}`, ...ids];
  const output = await programs.run("loginctl", args, loginctlLimitMs);
  return new Map(
    parsePropertyBlocks(output?.stdout ?? "").flatMap((block) => {
      const [id, value] = [block.get("Id"), block.get(property)];
      return id && value ? [[id, value] as const] : [];
    }),
  );
}
