/** Failed logins of many hosts in one order. Pure. */
import { groupBy } from "../../../domain/group-by.ts";
import type { AttemptCountJson } from "../../../text/json-contract.ts";
import { timeOf, type HostDocument } from "../../sessions/fleet/ask-sshctl.ts";
import { inOrder, type AttemptCount, type AttemptKey } from "../attempts.ts";

export interface HostAttempts {
  /** Undefined where they are counted over all hosts. */
  host: string | undefined;
  count: AttemptCount;
}

/** @param by - with it, what is alike on several hosts is one row. */
export function attemptsOf(
  answered: readonly HostDocument<"history-failed">[],
  by: AttemptKey | undefined,
): HostAttempts[] {
  const rows = answered.flatMap(({ name, document }) =>
    document.attempts.map((told) => ({ host: name, count: countOf(told) })),
  );
  if (by === undefined) return rows.toSorted((a, b) => inOrder(undefined)(a.count, b.count));
  const alike = groupBy(
    rows.map(({ count }) => count),
    ({ from, user, isInvalid, method, startMs }) => JSON.stringify([from, user, isInvalid, method, startMs]),
  );
  return [...alike.values()]
    .flatMap((counts) => sumOf(counts) ?? [])
    .toSorted(inOrder(by))
    .map((count) => ({ host: undefined, count }));
}

function sumOf([first, ...others]: readonly AttemptCount[]): AttemptCount | undefined {
  if (first === undefined) return undefined;
  return others.reduce(
    (sum, count) => ({
      ...sum,
      attempts: sum.attempts + count.attempts,
      logins: sum.logins + count.logins,
      firstMs: Math.min(sum.firstMs, count.firstMs),
      lastMs: Math.max(sum.lastMs, count.lastMs),
      isVerified: sum.isVerified && count.isVerified,
    }),
    first,
  );
}

/** docs/schemas/history-failed-1.json */
function countOf(told: AttemptCountJson): AttemptCount {
  return {
    from: told.from ?? undefined,
    user: told.user ?? undefined,
    isInvalid: told.invalid,
    method: told.method ?? undefined,
    startMs: timeOf(told.start),
    attempts: told.attempts,
    logins: told.logins,
    firstMs: timeOf(told.firstAt) ?? 0,
    lastMs: timeOf(told.lastAt) ?? 0,
    isVerified: told.verified,
  };
}
