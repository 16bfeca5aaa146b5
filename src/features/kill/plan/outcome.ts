import type { EndingSignal } from "./signal.ts";

/** What became of one session that was to end. */
export type KillOutcome =
  /** Its processes and its connection are gone. */
  | { kind: "ended"; signal: EndingSignal; seconds: number }
  /** It had ended by itself before it could be signalled. */
  | { kind: "already-gone" }
  /** The same, and its PID belongs to another process by now, which was not signalled. */
  | { kind: "identity-changed" }
  | { kind: "not-permitted" }
  | { kind: "survived"; why: string }
  /** Nobody waited for its end. */
  | { kind: "undecided"; why: string };

export const notTried: KillOutcome = { kind: "undecided", why: "not tried" };

/** Whether the session is certainly gone. */
export function isGone({ kind }: KillOutcome): boolean {
  return kind === "ended" || kind === "already-gone" || kind === "identity-changed";
}
