/** Which limits apply to a user, why, and what they leave out. */

/** One line of a file that sets a limit. */
export interface LimitSetting {
  path: string;
  line: number;
  text: string;
  /** "unknown" when it is computed; undefined when the line sets something else, such as readonly. */
  seconds: number | "unknown" | undefined;
  /** Written by sshctl. */
  ours: boolean;
  /**
   * What becomes of it: `applies`, `replaced` by another one, `fails` because of another one, `skipped` for this user, or
   * `unknown`, because whoever asks may not know.
   */
  outcome: "applies" | "replaced" | "fails" | "skipped" | "unknown";
}

export const limitMeans = ["TMOUT", "autologout", "sshd", "sshd-unused", "logind"] as const;

/** One way to end idle sessions, as it stands for a user. */
export interface Limit {
  means: (typeof limitMeans)[number];
  /** Undefined: no limit. "unknown": there may be one. */
  seconds: number | "unknown" | undefined;
  /** What it ends, or why nothing is known. */
  describe: string;
  settings: readonly LimitSetting[];
  /** What it does not end, and what it ends without asking, in sentences. */
  remarks: readonly string[];
}

/** A session of the user, with what is in force there as far as it can be inferred. */
export interface LimitedSession {
  pid: number;
  tty: string | undefined;
  startedAtMs: number | undefined;
  /** TMOUT of its shell; "unknown" when the session is older than the file that sets it. */
  seconds: number | "unknown" | undefined;
}

export interface LimitReport {
  user: string;
  shell: string;
  limits: readonly Limit[];
  /** What contradicts each other, in sentences. */
  conflicts: readonly string[];
  /** What else is to be known, in sentences. */
  notes: readonly string[];
}

/** The line that sets what applies; undefined where there is no limit. */
export function settingInForce({ settings }: Limit): LimitSetting | undefined {
  return settings.find(({ outcome, seconds }) => outcome === "applies" && seconds !== undefined);
}
