import { describe, expect, test } from "vitest";
import { joinAccounts, parseAccounts } from "../../../src/domain/accounts.ts";

const passwd = [
  "root:x:0:0:root:/root:/bin/bash",
  "toor:x:0:0::/root:/bin/sh",
  "# operator:x:11:0::/root:/bin/sh",
  "",
  "broken",
  "nouid:x::0::/:/bin/sh",
  "minus:x:-1:0::/:/bin/sh",
  "hex:x:0x10:0::/:/bin/sh",
  "float:x:1.5:0::/:/bin/sh",
  "huge:x:99999999999999999999:0::/:/bin/sh",
  ":x:7:7::/:/bin/sh",
  "alice@corp.example:*:1000:1000:Alice:/home/alice:/bin/bash",
  String.raw`CORP\bob:*:1001:1001::/home/bob:/bin/bash`,
  "Zoë Smith:*:1002:1002::/home/zoe:/bin/bash",
  "root:x:6666:0::/root:/bin/sh",
  "short:x:1003",
].join("\n");

const accounts = parseAccounts(passwd);

describe("names by uid", () => {
  test.each([
    [0, ["root", "toor"]],
    [1000, ["alice@corp.example"]],
    [1001, [String.raw`CORP\bob`]],
    [1002, ["Zoë Smith"]],
    [1003, []],
    [11, []],
    [7, []],
    [16, []],
    [1, []],
    [4242, []],
  ])("%i", (uid, names) => {
    expect(accounts.names(uid)).toEqual(names);
  });
});

describe("uids by name", () => {
  test.each([
    ["root", 0],
    ["toor", 0],
    ["broken", undefined],
    ["nouid", undefined],
    ["minus", undefined],
    ["float", undefined],
    ["huge", undefined],
    ["constructor", undefined],
    ["__proto__", undefined],
    ["", undefined],
  ])("%j", (name, uid) => {
    expect(accounts.uid(name)).toBe(uid);
  });
});

test("of two lists the first one's names stand in front, and its uids count", () => {
  const joined = joinAccounts(parseAccounts("local:x:1:1\nroot:x:0:0"), parseAccounts("far:x:1:1\nroot:x:9:9"));
  expect(joined.names(1)).toEqual(["local", "far"]);
  expect(joined.uid("root")).toBe(0);
  expect(joined.uid("far")).toBe(1);
});
