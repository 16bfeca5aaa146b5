/**
 * A deed that the sshctl of each host carries out: what it would do is asked first (--dry-run), and asked again where it is not known what
 * became of it. Pure; the commands fill it in, and carry-out.ts acts.
 */
import type { DeedItem, OutcomeKind } from "../../../../fleet/act/host-outcome.ts";
import { withDetail, type Failure } from "../../../../fleet/engine/failures.ts";
import { isFailure, type Question } from "./question.ts";

/** One thing on a host that the deed is about: an account, a key, a limit. */
export interface PlannedThing {
  /** As the command line calls it. */
  what: string;
  kind: "to-do" | "nothing" | "refused" | "not-done";
  /** What would be done, or why nothing; alike on all hosts where it is the same. */
  text: string;
  /** What else has to be known before. */
  details: readonly string[];
}

export function plannedItem({ what, kind, text }: PlannedThing): DeedItem {
  return { what, kind: kind === "to-do" ? "not-tried" : kind, text };
}

export interface RemoteDeed<Thing extends PlannedThing = PlannedThing> {
  plan: Question<readonly Thing[] | Failure>;
  /**
   * @param things - those that are to be done, in their order.
   * @param reason - what every host records.
   */
  act: (things: readonly Thing[], reason: string) => Question<readonly DeedItem[]>;
}

/** Failures that are those of a command, not of a host. */
const ofCommand: ReadonlySet<Failure["code"]> = new Set(["nothing-there", "sshctl-failed"]);

/** Why nothing can be asked of a host at all. */
export function hostFailure(replies: readonly (object | Failure)[]): Failure | undefined {
  return replies.filter((reply) => isFailure(reply)).find(({ code }) => !ofCommand.has(code));
}

/** What the sshctl there has said, without its name. */
export function saidBy(failure: Failure): string {
  return ofCommand.has(failure.code) ? withoutName(failure.detail ?? failure.message) : withDetail(failure);
}

export function withoutName(said: string): string {
  return said.replace(/^sshctl: (?:Nothing was done: )?/, "");
}

/** Of a command that was to act and has not written its document. */
export function unansweredItem(what: string, failure: Failure): DeedItem {
  // Where it found nothing to do, somebody else may just have done it.
  const kind: OutcomeKind = failure.code === "sshctl-failed" ? "not-done" : "undecided";
  return { what, kind, text: saidBy(failure) };
}

/** What another look makes of things of which it is not known whether they are done. */
export function decide(items: readonly DeedItem[], look: readonly PlannedThing[] | Failure): DeedItem[] {
  return items.map((item) => {
    if (item.kind !== "undecided") return item;
    if (isFailure(look)) return { ...item, text: `${item.text}; another look failed: ${withDetail(look)}` };
    const now = look.find(({ what }) => what === item.what);
    return now?.kind === "nothing"
      ? { ...item, kind: "proven", text: "done, as another look has shown" }
      : { ...item, text: `${item.text}; not done by now, but it may still be under way there` };
  });
}
