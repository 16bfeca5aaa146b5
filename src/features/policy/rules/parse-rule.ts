/** One rule: a table `[[rule]]`. */
import { FaultError } from "./fault.ts";
import { actions, isEnding, surplus, type Action, type Limit, type Rule } from "./rule.ts";
import { selectionKeys, selectionOf } from "./selection.ts";
import { countOf, flagOf, rejectUnknownKeys, secondsOf, textOf, wordOf, wrong, type Table } from "./values.ts";

export const limitKeys = ["idle", "no-traffic", "older-than", "max-sessions"] as const;

/** As that of `kill`. */
const usualGraceSeconds = 5;

/** A terminal is no place for more. */
const longestReason = 200;

const ownKeys = ["name", ...limitKeys, "which", "action", "warn", "grace", "reason", "even-critical"] as const;

export const ruleKeys: readonly string[] = [...ownKeys, ...selectionKeys];

/** @throws FaultError */
export function parseRule(table: Table, file: string, line: number): Rule {
  rejectUnknownKeys(table, ruleKeys);
  const action = wordOf(table, "action", actions);
  if (action === undefined) throw missing("action", `"${actions.join('", "')}"`);
  const rule: Rule = {
    name: nameOf(table),
    file,
    line,
    ...selectionOf(table),
    limit: limitOf(table, action),
    action,
    warnSeconds: secondsOf(table, "warn"),
    graceSeconds: secondsOf(table, "grace") ?? usualGraceSeconds,
    reason: reasonOf(table),
    evenCritical: flagOf(table, "even-critical"),
  };
  rejectIdle(table, rule);
  return rule;
}

function nameOf(table: Table): string {
  const name = textOf(table, "name");
  if (name === undefined) throw missing("name", "a name, which records and warnings bear");
  if (!/^[A-Za-z\d][\w.-]{0,39}$/.test(name))
    throw wrong(
      "name",
      name,
      "up to 40 letters, digits, dots, dashes and underscores, beginning with a letter or digit",
    );
  return name;
}

function reasonOf(table: Table): string | undefined {
  const reason = textOf(table, "reason");
  if (reason !== undefined && reason.length > longestReason)
    throw wrong("reason", reason, `at most ${String(longestReason)} characters`);
  return reason;
}

function limitOf(table: Table, action: Action): Limit | undefined {
  const given = limitKeys.filter((key) => table[key] !== undefined);
  const [kind, second] = given;
  const all = limitKeys.join(", ");
  if (action === "spare") {
    if (kind === undefined) return undefined;
    throw new FaultError(kind, `a rule with action = "spare" leaves alone all that it selects: omit ${kind}`);
  }
  if (kind === undefined) throw missing("a limit", `one of ${all}`);
  if (second !== undefined)
    throw new FaultError(
      second,
      `a rule has one limit, and this one has ${given.join(" and ")}. Write a rule for each`,
    );
  return readLimit(table, kind);
}

function readLimit(table: Table, kind: Limit["kind"]): Limit {
  const which = wordOf(table, "which", surplus);
  if (kind === "max-sessions") {
    const most = countOf(table, kind, [1, 10_000]) ?? 1;
    if (which === undefined) throw missing("which", '"oldest" or "newest": those that go where a user has more');
    return { kind, most, which };
  }
  if (which !== undefined) throw new FaultError("which", "which goes with max-sessions: omit it");
  return { kind, seconds: secondsOf(table, kind) ?? 0 };
}

/** What has no effect was meant otherwise. */
function rejectIdle(table: Table, rule: Rule): void {
  const idle: readonly (readonly [key: string, isUsed: boolean])[] = [
    ["warn", isEnding(rule)],
    ["grace", isEnding(rule)],
    ["even-critical", isEnding(rule)],
  ];
  for (const [key, isUsed] of idle)
    if (!isUsed && table[key] !== undefined)
      throw new FaultError(key, `${key} has no effect with action = "${rule.action}": omit it`);
}

function missing(what: string, allowed: string): FaultError {
  return new FaultError(undefined, `this rule needs ${what}: ${allowed}`);
}
