/**
 * What becomes of a deed on many hosts. Nothing here acts: outcomes, the steps in which hosts are tried (steps.ts), the loop that tries
 * them (run-in-steps.ts), and the case, which is kept in a file until every host is proven (case.ts).
 */
import type { FailureCode } from "../engine/failures.ts";

export const outcomeKinds = [
  /** Done, and another look has shown it. */
  "proven",
  /** There was nothing to do. */
  "nothing",
  /** The host or sshctl refused before anything was done there. */
  "refused",
  /** It was tried, and not all of it is done. */
  "not-done",
  /** It may be done: nobody could look. */
  "undecided",
  /** It did not answer, and nothing was done there. */
  "lost",
  "not-tried",
] as const;

export type OutcomeKind = (typeof outcomeKinds)[number];

/** One thing on a host that a deed is about: a session, an account, the file of a key. */
export interface DeedItem {
  /** By which programs know it again; undefined where it has no name for them. */
  id?: string | undefined;
  /** For people; the host may have chosen the words. */
  what: string;
  kind: OutcomeKind;
  /** What became of it, or why nothing did: "ended by TERM". */
  text: string;
}

export interface HostOutcome {
  kind: OutcomeKind;
  /** Alike for all hosts that fare alike, so that they can be told together. */
  text: string;
  /** Why it did not answer, for programs. */
  code?: FailureCode | undefined;
  /** Whether the account there may not do any of it. */
  isForbidden?: boolean;
  /** Whether other hosts are tried all the same: what is left here says nothing of them. */
  goesOn?: boolean;
  items: readonly DeedItem[];
}

/** @param name - by which the caller knows the host. */
export interface HostResult extends HostOutcome {
  name: string;
}

/** Whether nothing is left to do. */
export function isSettled({ kind }: Pick<HostOutcome, "kind">): boolean {
  return kind === "proven" || kind === "nothing";
}

/** The later the worse: what is told of a host on which several things have fared differently. */
const byGravity: readonly OutcomeKind[] = [
  "nothing",
  "proven",
  "not-tried",
  "refused",
  "lost",
  "not-done",
  "undecided",
];

/** @returns "nothing" where there is no item. */
export function worstOf(items: readonly Pick<DeedItem, "kind">[]): OutcomeKind {
  const kinds = new Set(items.map(({ kind }) => kind));
  return byGravity.findLast((kind) => kinds.has(kind)) ?? "nothing";
}
