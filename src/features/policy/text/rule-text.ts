/** Rules in words. */
import { exactDuration } from "../../../domain/duration.ts";
import { plural } from "../../../text/words.ts";
import { visible } from "../../../text/visible.ts";
import type { Action, Limit, Policy, Rule } from "../rules/rule.ts";

/** What the whole policy does, a line for each sentence. */
export function describePolicy({ mode, intervalSeconds, fuse, rules }: Policy): string[] {
  return [
    `mode: ${mode}${mode === "observe" ? " (nobody is warned or ended; what would be done is written down)" : ""}`,
    `looks: every ${exactDuration(intervalSeconds)}`,
    `fuse: in one pass at most ${plural(fuse.most, "session")}, and at most the larger of 1 and ${String(fuse.percent)} % of the open ones`,
    ...(rules.length === 0 ? ["rules: none, so nothing is done"] : rules.map(describeRule)),
  ];
}

/** "rule night: sessions with --user alice that are idle for 30m are warned, and ended 5m later." */
export function describeRule(rule: Rule): string {
  const { name, selectionText, limit, reason } = rule;
  const who = selectionText === "" ? "sessions" : `sessions with ${selectionText}`;
  const which = limit === undefined ? "" : ` ${describeLimit(limit)}`;
  const why = reason === undefined ? "" : ` Reason: ${reason}`;
  return visible(`rule ${name}: ${who}${which} ${describeDeed(rule)}.${why}`);
}

function describeLimit(limit: Limit): string {
  switch (limit.kind) {
    case "idle":
      return `that are idle for ${exactDuration(limit.seconds)}`;
    case "no-traffic":
      return `that have carried nothing for ${exactDuration(limit.seconds)}`;
    case "older-than":
      return `that are older than ${exactDuration(limit.seconds)}`;
    case "max-sessions":
      return `above ${String(limit.most)} of one user, the ${limit.which} first,`;
  }
}

/** What a user is told of the session: "has been idle for 2h". */
export function describeMeeting({ limit }: Pick<Rule, "limit">): string {
  switch (limit?.kind) {
    case "idle":
      return `has been idle for ${exactDuration(limit.seconds)}`;
    case "no-traffic":
      return `has carried nothing for ${exactDuration(limit.seconds)}`;
    case "older-than":
      return `is older than ${exactDuration(limit.seconds)}`;
    case "max-sessions":
      return `is one of more than ${String(limit.most)} of yours`;
    case undefined:
      return "is left alone";
  }
}

const deeds: Readonly<Record<Action, string>> = {
  spare: "are left alone",
  warn: "get a message",
  kill: "are ended",
  "kill-everything": "are ended with all that they have started",
};

function describeDeed({ action, warnSeconds }: Pick<Rule, "action" | "warnSeconds">): string {
  if (warnSeconds === undefined) return deeds[action];
  return `are warned, and ${deeds[action].replace(/^are /, "")} ${exactDuration(warnSeconds)} later`;
}

/** What would happen to one session: "is warned, and ended 5m later". */
export function describeFate(rule: Pick<Rule, "action" | "warnSeconds">): string {
  return describeDeed(rule).replace(/^are /, "is ").replace(/^get /, "gets ").replace("they have", "it has");
}
