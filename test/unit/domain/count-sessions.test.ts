import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { countBy, countKeys } from "../../../src/domain/count-sessions.ts";
import { anySession } from "../../helpers/arbitraries.ts";
import { session, stranger } from "../../helpers/sessions.ts";

const sessions = [
  session({ pid: 1, user: "carol", kind: "sftp" }),
  session({ pid: 2, user: "bob", local: { address: "::", port: 2222 } }),
  session({ pid: 3, user: "alice" }),
  session({ pid: 4, user: "bob", server: "dropbear", command: "vim" }),
  stranger({ pid: 5, peer: { address: "10.0.0.9", port: 1 } }),
];

test.each([
  [
    "user",
    [
      ["bob", 2],
      [undefined, 1],
      ["alice", 1],
      ["carol", 1],
    ],
  ],
  [
    "from",
    [
      ["10.0.0.7", 4],
      ["10.0.0.9", 1],
    ],
  ],
  [
    "kind",
    [
      ["shell", 3],
      [undefined, 1],
      ["sftp", 1],
    ],
  ],
  [
    "phase",
    [
      ["open", 4],
      ["authenticating", 1],
    ],
  ],
  [
    "port",
    [
      ["22", 4],
      ["2222", 1],
    ],
  ],
  [
    "server",
    [
      ["openssh", 4],
      ["dropbear", 1],
    ],
  ],
  [
    "command",
    [
      ["bash", 3],
      [undefined, 1],
      ["vim", 1],
    ],
  ],
] as const)("by %s, the most frequent first, then by name", (key, counts) => {
  expect(countBy(sessions, key).map(({ value, count }) => [value, count])).toEqual(counts);
});

test("names of objects' own members are names like any other", () => {
  const named = ["constructor", "__proto__", "constructor"].map((user) => session({ user }));
  expect(countBy(named, "user")).toEqual([
    { value: "constructor", count: 2 },
    { value: "__proto__", count: 1 },
  ]);
});

test.prop([fc.array(anySession), fc.constantFrom(...countKeys)])("every session is counted once", (all, key) => {
  const counts = countBy(all, key);
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
  expect(new Set(counts.map(({ value }) => value)).size).toBe(counts.length);
});
