/** Missing: what sshctl needs for something is not there. Limited: it is, and does not tell or do everything. */
export type CheckStatus = "ok" | "limited" | "missing";

/** One thing that sshctl needs of a machine, and how it stands. */
export interface Check {
  /** Stable, for programs. */
  id: string;
  status: CheckStatus;
  /** In a few words; may hold what strangers wrote. */
  says: string;
  /** What to do about it; undefined where nothing is to be done. */
  remedy: string | undefined;
}

export function ok(id: string, says: string): Check {
  return { id, status: "ok", says, remedy: undefined };
}

export function limited(id: string, says: string, remedy: string): Check {
  return { id, status: "limited", says, remedy };
}

export function missing(id: string, says: string, remedy: string): Check {
  return { id, status: "missing", says, remedy };
}
