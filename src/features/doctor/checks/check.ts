/**
 * Missing: what sshctl needs is not there. Limited: it is, and does not tell or do everything. Optional: either of it, of something
 * that few need, or that many healthy machines are without.
 */
export type CheckStatus = "ok" | "optional" | "limited" | "missing";

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

/** Whether nothing is wrong with the machine. */
export function isHealthy(checks: readonly Check[]): boolean {
  return checks.every(({ status }) => status === "ok" || status === "optional");
}

export function ok(id: string, says: string): Check {
  return { id, status: "ok", says, remedy: undefined };
}

export function optional(id: string, says: string, remedy: string): Check {
  return { id, status: "optional", says, remedy };
}

export function limited(id: string, says: string, remedy: string): Check {
  return { id, status: "limited", says, remedy };
}

export function missing(id: string, says: string, remedy: string): Check {
  return { id, status: "missing", says, remedy };
}
