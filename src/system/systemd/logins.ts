import type { Programs } from "../../host/programs/run.ts";
import { loginctlLimitMs } from "./logind.ts";
import { parsePropertyBlocks } from "./property-blocks.ts";

/** A login as logind knows it. Only root's programs can make one: CreateSession of org.freedesktop.login1(5). */
export interface Login {
  /** "c2" */
  id: string;
  user: string;
  uid: number;
  /** The service of PAM that it came by: pam_systemd(8). */
  service: string;
  /** "closing": it is over, and something that it has started still runs. */
  state: string;
  /** In the caller's time zone: "Sat 2026-11-28 17:47:17 UTC". */
  began: string;
}

/** @returns undefined where logind does not answer. */
export async function readLogins(programs: Programs): Promise<Login[] | undefined> {
  const list = await programs.run("loginctl", ["list-sessions", "--no-legend", "--no-pager"], loginctlLimitMs);
  if (list?.exitCode !== 0) return undefined;
  const ids = list.stdout.split("\n").flatMap((line) => /^\s*(\w+)/.exec(line)?.[1] ?? []);
  if (ids.length === 0) return [];
  const wanted = ["Id", "User", "Name", "Service", "State", "Timestamp"].map((property) => `--property=${property}`);
  // What has ended meanwhile makes loginctl fail, and stops it up to systemd 252: what it has told counts.
  const shown = await programs.run("loginctl", ["show-session", ...wanted, ...ids], loginctlLimitMs);
  return shown === undefined ? undefined : parseLogins(shown.stdout);
}

/** The output of loginctl show-session. */
export function parseLogins(text: string): Login[] {
  return parsePropertyBlocks(text).flatMap((block) => {
    const [id, user, uid] = [block.get("Id"), block.get("Name"), block.get("User")];
    if (!id || !user || uid === undefined || !/^\d+$/.test(uid)) return [];
    const [service = "", state = "", began = ""] = ["Service", "State", "Timestamp"].map((name) => block.get(name));
    return [{ id, user, uid: Number(uid), service, state, began }];
  });
}
