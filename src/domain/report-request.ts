/** The ways to gather the same facts: from the kernel's own files, or from the tools that everybody knows. */
export const sourceSets = ["procfs", "tools"] as const;

export type SourceSet = (typeof sourceSets)[number];

/**
 * How much is looked at: only which sessions there are; what a row shows unless more columns are asked for; everything, with
 * what connections carry beside their channels, and the sessions of logind.
 */
export type Depth = "count" | "rows" | "all";

/** Which machine is looked at, and how. */
export interface Source {
  /** The folder of a recorded host; undefined for this machine. */
  root: string | undefined;
  set: SourceSet;
}

/** For what acts: the kernel's own word about the machine that the program runs on. */
export const localSource: Source = { root: undefined, set: "procfs" };

/** What is to be read. */
export interface ReportRequest extends Source {
  /** Everything unless told otherwise. */
  depth?: Depth;
  /** How the users logged in, from the logs; not of a recorded host. */
  logins: boolean;
  /** What logins have left behind whose connections are gone, too. */
  leftovers?: boolean;
  /**
   * What connections carry, which takes two readings: so many milliseconds apart, or, of a caller who reads repeatedly, this one and
   * the one before.
   */
  payload?: { overMs: number } | "since-last";
  /** The same caller asks again and again: of rows, what is known already is not read again. */
  repeatedly?: boolean;
}

/** The part of a request that a command decides by what it shows. */
export type ReportDetail = Omit<ReportRequest, keyof Source>;
