import type { HeldState, KillOutcome, Survival } from "../plan/outcome.ts";

/** "ended by TERM in 0.1s": an outcome in a few words. */
export function describeOutcome(outcome: KillOutcome): string {
  switch (outcome.kind) {
    case "ended":
      return `ended by ${outcome.signal} in ${outcome.seconds.toFixed(1)}s`;
    case "already-gone":
      return "had already ended";
    case "identity-changed":
      return "had already ended; its PID now belongs to another process, which was not touched";
    case "not-permitted":
      return "NOT ENDED: not permitted";
    case "survived":
      return `NOT ENDED: ${describeSurvival(outcome.why)}`;
    case "undecided":
      return `UNDECIDED: ${undecided[outcome.why]}`;
  }
}

/** `why` in docs/schemas/kill-1.json; undefined where the session is gone. */
export function whyNotEnded(outcome: KillOutcome): string | undefined {
  if (outcome.kind === "survived") return describeSurvival(outcome.why);
  return outcome.kind === "undecided" ? undecided[outcome.why] : undefined;
}

const undecided: Readonly<Record<Extract<KillOutcome, { kind: "undecided" }>["why"], string>> = {
  "not-tried": "not tried",
  "not-waited-for": "signalled, but sshctl did not wait for its end",
};

function describeSurvival(why: Survival): string {
  switch (why.kind) {
    case "connection-held":
      return "its processes are gone, but another process holds its connection open";
    case "process":
      return `${why.comm} (PID ${String(why.pid)}) ${why.state === undefined ? "is still running" : held[why.state]}`;
    case "login-completed":
      return `its login was completed in the meantime (PID ${String(why.pid)}): end it again`;
    case "failed":
      return why.message;
  }
}

const held: Readonly<Record<HeldState, string>> = {
  uninterruptible: "is waiting for a device in the kernel, and no signal reaches it until the device answers (state D)",
  stopped: "is stopped, and only KILL reaches it (state T)",
  traced: "is held by a debugger (state t)",
};
