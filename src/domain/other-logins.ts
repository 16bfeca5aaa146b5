/**
 * Logins that no SSH server of ours serves: nobody should take the machine for empty because the list is.
 *
 * mosh-server(1) outlives the SSH connection that started it; Tailscale SSH and Teleport are servers of their own, which
 * start a child of the same name for each session. Names can be made up, so this is a hint, never a row.
 */
import { firstFew } from "./first-few.ts";
import { plural } from "../text/words.ts";
import type { Process, ProcessTable } from "./process.ts";
import type { Warning } from "./session.ts";

interface OtherLogin {
  name: string;
  isSession: (process: Process, parent: Process | undefined) => boolean;
}

const kinds: readonly OtherLogin[] = [
  { name: "mosh", isSession: ({ comm }) => comm === "mosh-server" },
  { name: "Tailscale SSH", isSession: ({ comm }, parent) => comm === "tailscaled" && parent?.comm === "tailscaled" },
  { name: "Teleport", isSession: ({ comm }, parent) => comm === "teleport" && parent?.comm === "teleport" },
];

export const otherLoginsCode = "other-logins";

export function otherLogins(processes: ProcessTable): Warning[] {
  return kinds.flatMap(({ name, isSession }) => {
    const pids = [...processes.values()].filter((process) => isSession(process, processes.get(process.ppid)));
    if (pids.length === 0) return [];
    const named = firstFew(pids.map(({ pid }) => `PID ${String(pid)}`));
    const message = `${plural(pids.length, "login")} by ${name} (${named}), which is no SSH connection: not listed`;
    return [{ code: otherLoginsCode, message }];
  });
}
