/** That everything of a session is stopped, and may go on again. */
export interface Frozen {
  /** What sshctl has recorded of it; undefined where something else has frozen it. */
  by: FrozenBy | undefined;
  /** Why nobody thaws it, without a full stop; undefined where its guard does. */
  fault: string | undefined;
}

export interface FrozenBy {
  /** Of the act. */
  id: string;
  /** Who froze it, for people. */
  name: string;
  reason: string | undefined;
  /** Milliseconds since the epoch. */
  sinceMs: number;
  /** When its guard acts. */
  untilMs: number;
  /** What that does. */
  ending: "thaw" | "kill";
}
