import type { Pid } from "../../../domain/process.ts";
import type { EndingSignal } from "./signal.ts";

/** What became of one session that was to end. */
export type KillOutcome =
  /** Its processes and its connection are gone. */
  | { kind: "ended"; signal: EndingSignal; seconds: number }
  /** It had already ended before it could be signalled. */
  | { kind: "already-gone" }
  /** The same, and its PID belongs to another process by now, which was not signalled. */
  | { kind: "identity-changed" }
  | { kind: "not-permitted" }
  | { kind: "survived"; why: Survival }
  /** Nobody waited for its end. */
  | { kind: "undecided"; why: "not-tried" | "not-waited-for" };

/** What keeps a session alive that should have ended. */
export type Survival =
  /** Its processes are gone; another one holds its connection open. */
  | { kind: "connection-held" }
  | { kind: "process"; pid: Pid; comm: string; state: HeldState | undefined }
  /** Who was still logging in has done so, as another process. */
  | { kind: "login-completed"; pid: Pid }
  | { kind: "failed"; message: string };

/** Why a process does not act on a signal. */
export type HeldState = "uninterruptible" | "stopped" | "traced";

export const notTried: KillOutcome = { kind: "undecided", why: "not-tried" };

/** Whether the session is certainly gone. */
export function isGone({ kind }: KillOutcome): boolean {
  return kind === "ended" || kind === "already-gone" || kind === "identity-changed";
}
