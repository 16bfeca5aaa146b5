import { test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../../src/errors.ts";
import { foldNames } from "../../../../src/fleet/names/fold-names.ts";
import { expandNodeSet, isForClusterShell } from "../../../../src/fleet/names/node-set.ts";
import { hostNames, nodeSets } from "../../../helpers/node-sets.ts";

describe("expands", () => {
  test.each(nodeSets)("%s", (text, names) => {
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
    ["web[1-3", "brackets do not match"],
    ["web]", "brackets do not match"],
    ["web[1-[2]]", "do not match"],
    ["web[]", "not a range"],
    ["web[3-1]", "not a range"],
    ["web[a-b]", "not a range"],
    ["web[1-3,]", "not a range"],
    ["web[1-5/0]", "not a range"],
    ["web[-3]", "not a range"],
    ["web[01-003]", "different lengths"],
    ["web[1-05]", "different lengths"],
    ["w1[9-10]", "in two ways"],
    ["n[9-10][1-2]", "nothing between"],
    ["web[1-1000000]", "more than 10000 hosts"],
    ["r[1-200]n[1-200]", "more than 10000 hosts"],
    ["a[1-6000],b[1-6000]", "more than 10000 hosts"],
    ["web[1-999999999999999]", "more than 10000 hosts"],
    ["-oProxyCommand=reboot", "not a host name"],
    ["a,-l[1-2]", "not a host name"],
    ["bob@web1", "not a host name"],
    ["ssh://web1", "not a host name"],
    ["web1;reboot", "not a host name"],
    ["web\u001b[1]", "not a host name"],
    ["$(reboot)", "not a host name"],
    ["x".repeat(254), "not a host name"],
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
  for (const [text] of nodeSets) expect(isForClusterShell(text)).toBe(false);
});

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

  property.prop([hostNames])("into what expands to the same names", (all) => {
    expect(expandNodeSet(foldNames(all)).toSorted()).toEqual(all.toSorted());
  });
});
