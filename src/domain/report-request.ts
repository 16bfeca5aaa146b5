/** The ways to gather the same facts: from the kernel's own files, or from the tools that everybody knows. */
export const sourceSets = ["procfs", "tools"] as const;

export type SourceSet = (typeof sourceSets)[number];

/** Which machine is looked at, and how. */
export interface SourceChoice {
  /** The folder of a recorded host; undefined for this machine. */
  root: string | undefined;
  set: SourceSet;
}

/** For what acts: the kernel's own word about the machine we run on. */
export const thisMachine: SourceChoice = { root: undefined, set: "procfs" };

/**
 * How much is looked at: only which sessions there are; what a row shows unless more columns are asked for; everything, with
 * what connections carry beside their channels, and the sessions of logind.
 */
export type Depth = "count" | "rows" | "all";

/** What costs more than a look at the processes. */
export interface ReportDetail {
  /** Everything unless told otherwise. */
  depth?: Depth;
  /** How the users logged in, from the logs; not of a recorded host. */
  logins: boolean;
  /** The same caller asks again and again: of rows, what is known already is not read again. */
  repeatedly?: boolean;
}
