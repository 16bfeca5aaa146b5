/**
 * This room decides, purely, whom the rules mean and when what is done: (rules, sessions, times) -> verdicts (judge.ts), then (memory,
 * verdicts) -> steps (advance.ts). What is not known never counts against a session.
 */
import { secondsSince } from "../../../domain/duration.ts";
import { isPortForward } from "../../../domain/forwards.ts";
import { groupBy } from "../../../domain/group-by.ts";
import { allOf, olderThan, type Answer, type Criterion } from "../../../domain/selection.ts";
import { hasNoTerminal, isOpenHere, type Session } from "../../../domain/session.ts";
import type { Limit, Rule } from "../rules/rule.ts";

/** What the rules make of a session. */
export type Verdict =
  | { kind: "matched"; rule: Rule }
  /** By a rule that says so. */
  | { kind: "spared"; rule: Rule }
  /** The first rule that may mean it asks for a fact that is not known. Later rules do not count. */
  | { kind: "undecided"; rule: Rule };

/** A rule whose names have been looked up. */
export interface ReadyRule {
  rule: Rule;
  criteria: readonly Criterion[];
}

export interface Moment {
  /** Milliseconds since the epoch. */
  nowMs: number;
  /** Since when the clock runs evenly: what is said to have happened before has not lasted longer. Milliseconds since the epoch. */
  evenSinceMs: number;
}

/** Since when nothing has moved over a session, in milliseconds since the epoch; undefined where that is not known. */
export type QuietSince = (session: Session) => number | undefined;

/** @returns nothing for sessions that no rule means. */
export function judge(
  rules: readonly ReadyRule[],
  sessions: readonly Session[],
  moment: Moment,
  quietSince: QuietSince,
): Map<Session, Verdict> {
  const verdicts = new Map<Session, Verdict>();
  let left = sessions.filter(isOpenHere);
  for (const { rule, criteria } of rules) {
    const selected = left.map((session) => ({
      session,
      answer: allOf(criteria.map((criterion) => criterion(session, moment.nowMs))),
    }));
    const limited = withLimit(rule.limit, selected, moment, quietSince);
    for (const { session, answer } of limited) {
      if (answer === undefined) verdicts.set(session, { kind: "undecided", rule });
      if (answer === true) verdicts.set(session, { kind: rule.action === "spare" ? "spared" : "matched", rule });
    }
    left = left.filter((session) => !verdicts.has(session));
  }
  return verdicts;
}

interface Answered {
  session: Session;
  answer: boolean | undefined;
}

function withLimit(
  limit: Limit | undefined,
  selected: readonly Answered[],
  moment: Moment,
  quietSince: QuietSince,
): Answered[] {
  if (limit === undefined) return [...selected];
  if (limit.kind === "max-sessions") return surplusOf(limit, selected);
  return selected.map(({ session, answer }) => ({
    session,
    answer: answer === false ? false : allOf([answer, answerOf(limit, session, moment, quietSince)]),
  }));
}

function answerOf(
  limit: Exclude<Limit, { kind: "max-sessions" }>,
  session: Session,
  moment: Moment,
  quietSince: QuietSince,
): Answer {
  switch (limit.kind) {
    case "older-than":
      return olderThan(limit.seconds)(session, moment.nowMs);
    case "no-traffic":
      return lasts(quietSince(session), limit.seconds, moment);
    case "idle":
      return isIdle(session, limit.seconds, moment, quietSince);
  }
}

/**
 * A terminal is idle if nobody types and no command runs in the foreground. What else the connection carries, a transfer beside the
 * shell or a port, has to be still as well.
 */
function isIdle(session: Session, seconds: number, moment: Moment, quietSince: QuietSince): Answer {
  if (hasNoTerminal(session)) return "absent";
  return allOf([
    lasts(session.lastInputMs, seconds, moment),
    isAtPrompt(session),
    carriesMore(session) === false ? true : lasts(quietSince(session), seconds, moment),
  ]);
}

/** Whether no command runs in the foreground of any of its terminals. */
function isAtPrompt({ channels, busy }: Session): boolean | undefined {
  const onTerminals = channels.filter(({ tty }) => tty !== undefined);
  if (onTerminals.length === 0) return busy === undefined ? undefined : !busy;
  return allOf(onTerminals.map((channel) => (channel.busy === undefined ? undefined : !channel.busy)));
}

/** Whether it carries anything beside its terminals; undefined where that is not known. */
function carriesMore({ channels, forwards }: Session): boolean | undefined {
  if (channels.some(({ tty }) => tty === undefined)) return true;
  return forwards && forwards.some(isPortForward);
}

/** What a clock that was set makes of a time is no proof. */
function lasts(sinceMs: number | undefined, seconds: number, { nowMs, evenSinceMs }: Moment): boolean | undefined {
  const lasting = secondsSince(sinceMs === undefined ? undefined : Math.max(sinceMs, evenSinceMs), nowMs);
  return lasting === undefined ? undefined : lasting >= seconds;
}

/** Of each user those above the number; none where it is not known who comes first. */
function surplusOf(limit: Extract<Limit, { kind: "max-sessions" }>, selected: readonly Answered[]): Answered[] {
  const perUser = groupBy(
    selected.filter(({ answer }) => answer !== false),
    ({ session }) => session.uid,
  );
  return selected.map(({ session, answer }) => {
    if (answer !== true) return { session, answer };
    const { uid } = session;
    return { session, answer: uid === undefined ? undefined : isSurplus(session, perUser.get(uid) ?? [], limit) };
  });
}

function isSurplus(
  session: Session,
  all: readonly Answered[],
  { most, which }: Extract<Limit, { kind: "max-sessions" }>,
): boolean | undefined {
  const certain = all.filter(({ answer }) => answer === true);
  if (certain.length <= most) return false;
  if (certain.some((each) => each.session.startedAtMs === undefined)) return undefined;
  const inOrder = certain.map((each) => each.session).toSorted(byAge);
  const goes = which === "oldest" ? inOrder.slice(0, inOrder.length - most) : inOrder.slice(most);
  return goes.includes(session);
}

function byAge(a: Session, b: Session): number {
  const [first, second] = [a, b].map(({ startedAtMs = 0, identity }) => ({ startedAtMs, identity }));
  if (first === undefined || second === undefined) return 0;
  return (
    first.startedAtMs - second.startedAtMs ||
    first.identity.startTicks - second.identity.startTicks ||
    first.identity.pid - second.identity.pid
  );
}
