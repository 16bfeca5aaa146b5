import { execFileSync } from "node:child_process";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../../src/errors.ts";
import { foldNames } from "../../../../src/fleet/names/fold-names.ts";
import { expandNodeSet, isForClusterShell } from "../../../../src/fleet/names/node-set.ts";

const sets: readonly (readonly [string, string])[] = [
  ["web1", "web1"],
  ["web[1-3]", "web1 web2 web3"],
  ["web[08-11]", "web08 web09 web10 web11"],
  ["web[8-11]", "web8 web9 web10 web11"],
  ["web[00-10/5]", "web00 web05 web10"],
  ["web[1-9/4]", "web1 web5 web9"],
  ["web[1,3,5-6].example.org", "web1.example.org web3.example.org web5.example.org web6.example.org"],
  ["r[1-2]n[1,3]", "r1n1 r1n3 r2n1 r2n3"],
  ["n[1-2]5", "n15 n25"],
  ["w1[08-11]", "w108 w109 w110 w111"],
  ["web[1,01]", "web1 web01"],
  ["10.0.0.[1-3]", "10.0.0.1 10.0.0.2 10.0.0.3"],
  ["a b,c", "a b c"],
  ["web[1 - 2], db", "web1 web2 db"],
  ["web[1-2],web2", "web1 web2"],
  ["[1-3]", "1 2 3"],
];

describe("expands", () => {
  test.each(sets)("%s", (text, names) => {
    expect(expandNodeSet(text)).toEqual(names.split(" "));
  });

  test("an address of IPv6", () => {
    expect(expandNodeSet("fe80::1%eth0,2001:db8::1")).toEqual(["fe80::1%eth0", "2001:db8::1"]);
  });
});

describe("refuses", () => {
  test.each([
    ["", "it is empty"],
    [" ", "it is empty"],
    ["a,,b", "a name is missing"],
    [",", "a name is missing"],
    ["web[1-3", "a bracket has no other"],
    ["web]", "a bracket has no other"],
    ["web[1-[2]]", "no other"],
    ["web[]", "no range"],
    ["web[3-1]", "no range"],
    ["web[a-b]", "no range"],
    ["web[1-3,]", "no range"],
    ["web[1-5/0]", "no range"],
    ["web[-3]", "no range"],
    ["web[01-003]", "not the same length"],
    ["web[1-05]", "not the same length"],
    ["w1[9-10]", "in two ways"],
    ["n[9-10][1-2]", "nothing between"],
    ["web[1-1000000]", "more than 10000 hosts"],
    ["r[1-200]n[1-200]", "more than 10000 hosts"],
    ["a[1-6000],b[1-6000]", "more than 10000 hosts"],
    ["web[1-999999999999999]", "more than 10000 hosts"],
    ["-oProxyCommand=reboot", "no name of a host"],
    ["a,-l[1-2]", "no name of a host"],
    ["bob@web1", "no name of a host"],
    ["ssh://web1", "no name of a host"],
    ["web1;reboot", "no name of a host"],
    ["web\u001b[1]", "no name of a host"],
    ["$(reboot)", "no name of a host"],
    ["x".repeat(254), "no name of a host"],
  ])("%j", (text, why) => {
    expect(() => expandNodeSet(text)).toThrow(UsageError);
    expect(() => expandNodeSet(text)).toThrow(why);
  });

  test("a million names, at once", () => {
    const text = Array.from({ length: 1_000_000 }, (_, index) => `h${String(index)}`).join(",");
    const start = performance.now();
    expect(() => expandNodeSet(text)).toThrow("more than 10000 hosts");
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

test("what only ClusterShell knows is told from what is a plain set", () => {
  for (const text of ["@web", "@dc:web", "a!b", "a&b", "a^b", "web*", "web[1-3],@db"])
    expect(isForClusterShell(text)).toBe(true);
  for (const [text] of sets) expect(isForClusterShell(text)).toBe(false);
});

const name = fc
  .array(
    fc.oneof(
      fc.constantFrom("web", "db-", ".x", "n", "_", ":"),
      fc.integer({ min: 0, max: 120 }).map(String),
      fc.constantFrom("0", "00", "01", "007", "9007199254740993"),
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((parts) => parts.join(""))
  .filter((text) => !text.startsWith("-"));

const names = fc.uniqueArray(name, { minLength: 1, maxLength: 40 });

describe("folds", () => {
  test.each([
    [["web3", "web1", "web2"], "web[1-3]"],
    [["web1", "web3", "db2", "web17"], "db2,web[1,3,17]"],
    [["web08", "web09", "web10"], "web[08-10]"],
    [["web8", "web9", "web10"], "web[8-10]"],
    [["web1", "web01"], "web1,web01"],
    [["web1.dc2", "web2.dc2", "web3.dc2"], "web[1-3].dc2"],
    [["r1n1", "r1n2", "r2n1"], "r1n[1-2],r2n1"],
    [["10.0.0.2", "10.0.0.1"], "10.0.0.[1-2]"],
    [["db"], "db"],
    [[], ""],
  ])("%j", (all, folded) => {
    expect(foldNames(all)).toBe(folded);
  });

  property.prop([names])("into what expands to the same names", (all) => {
    expect(expandNodeSet(foldNames(all)).toSorted()).toEqual(all.toSorted());
  });
});

/** ClusterShell's own program, where it is installed. */
const cluset = ["cluset", "nodeset"].find((program) => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

describe.skipIf(cluset === undefined)("as ClusterShell does", () => {
  const expanded = (...texts: string[]) =>
    execFileSync(cluset ?? "", ["-e", "--", ...texts], { encoding: "utf8" })
      .trim()
      .split(/\s+/)
      .toSorted();

  test("expanding", () => {
    const texts = sets.map(([text]) => text);
    expect([...new Set(texts.flatMap(expandNodeSet))].toSorted()).toEqual(expanded(...texts));
  });

  const simple = name.filter((text) => /^[a-z]/.test(text) && !text.includes(":"));

  property.prop([fc.uniqueArray(simple, { minLength: 1, maxLength: 40 })], { numRuns: 10 })(
    "expanding what was folded",
    (all) => {
      expect(expanded(foldNames(all))).toEqual(all.toSorted());
    },
  );
});
