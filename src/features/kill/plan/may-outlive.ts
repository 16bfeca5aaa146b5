import type { Session } from "../../../domain/session.ts";
import type { SessionProcess } from "../../../domain/session-details.ts";

/**
 * Whether a process may go on when its session is cut. The kernel hangs up on a terminal's processes, and some ignore
 * that (nohup); of those without a terminal sshd only closes the pipes, which transfers take for their end
 * (session_close_by_pid in sshd's session.c).
 */
export function mayOutlive({ tty, ignoresHangUp }: SessionProcess, { kind }: Session): boolean {
  if (ignoresHangUp === true) return true;
  return tty === undefined && kind !== "sftp" && kind !== "scp";
}
