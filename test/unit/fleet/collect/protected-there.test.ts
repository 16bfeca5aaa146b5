import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { findProtectedThere, isInGroupThere } from "../../../../src/fleet/collect/protected-there.ts";

const nonce = "0123abcd";
const roots = "owner\tdrwxr-xr-x\t0\nowner\tdrwxr-xr-x\t0\nowner\t-rw-r--r--\t0\n";
const find = (rows: string) =>
  findProtectedThere(Buffer.from(`Welcome!\nprotected\t${nonce}\n${rows}\nunprotected\t${nonce}\nrecording\n`), nonce);

describe("whom another host protects", () => {
  test("is nobody without a file", () => {
    expect(find("")).toMatchObject({ kind: "lines", entries: [] });
  });

  test("is told by its lines, and by the groups of those who run something", () => {
    const there = find(
      `${roots}line\talice # the boss\nline\t%ops\ngroup\tops\t27\ngids\t1000\t1000 27\ngids\t1001\t\n`,
    );
    expect(there).toMatchObject({
      kind: "lines",
      entries: [
        { name: "alice", line: 1 },
        { name: "%ops", line: 2 },
      ],
    });
    if (there.kind !== "lines") throw new Error(there.why);
    expect([1000, 1001, 4].map((uid) => isInGroupThere(there, uid, "ops"))).toEqual([true, false, true]);
    expect([1000, 1001].map((uid) => isInGroupThere(there, uid, "27"))).toEqual([true, false]);
    expect(isInGroupThere(there, 1000, "none")).toBe(false);
  });

  test.each([
    ["nothing at all", "no marks", "has not said"],
    ["a file that a group can write", "owner\tdrwxr-xr-x\t0\nowner\t-rw-rw-r--\t0\nline\talice", "by others"],
    ["a file that all can write", "owner\t-rw-r--rw-\t0\nline\talice", "by others"],
    ["a file of a user", "owner\t-rw-r--r--\t1000\nline\talice", "by others"],
    ["a link", "owner\tlrwxrwxrwx\t0\nline\talice", "by others"],
    ["a file that cannot be read", `${roots}unreadable`, "cannot be read"],
    ["a line that means nobody", `${roots}line\t10.0.0.0/99`, "line 1"],
    ["too large a file", `${roots}line\t${"#".repeat(262_145)}`, "too large"],
  ])("is unknown after %s", (_, rows, why) => {
    const there = rows === "no marks" ? findProtectedThere(Buffer.from("recording\n"), nonce) : find(rows);
    expect(there).toMatchObject({ kind: "unknown", why: expect.stringContaining(why) });
  });

  test.prop([fc.uint8Array({ maxLength: 2000 })])("is never an error, whatever a host writes", (bytes) => {
    const text = Buffer.concat([Buffer.from(`protected\t${nonce}\n`), bytes, Buffer.from(`\nunprotected\t${nonce}\n`)]);
    expect(["lines", "unknown"]).toContain(findProtectedThere(text, nonce).kind);
  });
});
