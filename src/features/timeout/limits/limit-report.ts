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
   * What becomes of it: `applies`, `replaced` by another one, `fails` because of another one, `skipped` at a login of this user,
   * or `unknown`, because it is not certain, or is not told to everyone.
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
  /** Only for TMOUT, of a shell that obeys it. */
  shell?: ShellFacts;
}

/** What is known of TMOUT beside its value. */
export interface ShellFacts {
  /** Undefined: not known. */
  readonly: boolean | undefined;
  exported: boolean | undefined;
  /** Why the limit is not certain; undefined where it is. */
  doubt: { reason: string; place: { path: string; line: number } } | undefined;
  /** The shell itself has told it. */
  asked: boolean;
}

/** A terminal of a session of the user, or a session that has none, with what is in force there as far as it can be inferred. */
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
  /** Why the shell has not answered, where it was asked; a sentence without its full stop. */
  silence: string | undefined;
}

/** The line that sets what applies; undefined where there is no limit. */
export function settingInForce({ settings }: Limit): LimitSetting | undefined {
  return settings.find(({ outcome, seconds }) => outcome === "applies" && seconds !== undefined);
}
