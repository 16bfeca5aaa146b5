import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { Session } from "../../../../../src/domain/session.ts";
import { columnNames } from "../../../../../src/features/sessions/text/columns.ts";
import { sortSessions, type SortKey } from "../../../../../src/features/sessions/text/sort.ts";
import { anySession } from "../../../../helpers/arbitraries.ts";
import { now } from "../../../../helpers/machine-builder.ts";
import { session } from "../../../../helpers/sessions.ts";

const view = { host: "web1", nowMs: now, fullCommand: false };
const key = (text: string): SortKey => {
  const column = columnNames.find((name) => name === text.replace(/^-/, ""));
  if (column === undefined) throw new Error(`${text} is no column.`);
  return { column, descending: text.startsWith("-") };
};
const order = (sessions: readonly Session[], ...keys: string[]) =>
  sortSessions(sessions, keys.map(key), view).map(({ pid }) => pid);

const sessions = [
  session({ pid: 1, user: "bob", lastInputMs: now - 100_000, startedAtMs: 3 }),
  session({ pid: 2, user: undefined, uid: undefined, lastInputMs: now - 9000, startedAtMs: 2 }),
  session({ pid: 3, user: "alice", lastInputMs: undefined, startedAtMs: undefined }),
  session({ pid: 4, user: "bob", lastInputMs: now - 20_000, startedAtMs: 3 }),
];

describe("by", () => {
  test.each([
    [[], [2, 1, 4, 3]],
    [["idle"], [2, 4, 1, 3]],
    [["-idle"], [1, 4, 2, 3]],
    [["user"], [3, 1, 4, 2]],
    [["-user"], [1, 4, 3, 2]],
    [
      ["user", "-pid"],
      [3, 4, 1, 2],
    ],
    [["-login"], [1, 4, 2, 3]],
    [["pid"], [1, 2, 3, 4]],
  ])("%j, numbers as numbers, the unknown last", (keys, pids) => {
    expect(order(sessions, ...keys)).toEqual(pids);
  });
});

const anyKey = fc.record({ column: fc.constantFrom(...columnNames), descending: fc.boolean() });

test.prop([fc.array(anySession), fc.array(anyKey, { maxLength: 3 })])(
  "the order in which they were found does not matter",
  (all, keys) => {
    const unique = [...new Map(all.map((each) => [each.pid, each])).values()];
    expect(sortSessions(unique.toReversed(), keys, view)).toEqual(sortSessions(unique, keys, view));
    expect(new Set(sortSessions(unique, keys, view))).toEqual(new Set(unique));
  },
);
