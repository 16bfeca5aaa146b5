import { describe, expect, test } from "vitest";
import { findAccount, findGroup, findUser, rememberedLookup } from "../../../src/system/accounts.ts";
import type { ProgramOutput } from "../../../src/host/programs/run.ts";
import { memoryFiles } from "../../helpers/memory-files.ts";

const passwd = [
  "root:x:0:0::/root:/bin/sh",
  "toor:x:0:0::/root:/bin/sh",
  "alice:x:1000:1000::/home/alice:/bin/sh",
  "4711:x:1001:1001::/home/4711:/bin/sh",
].join("\n");
const files = memoryFiles({ texts: { "/etc/passwd": passwd, "/etc/group": "ops:x:2000:alice\n" } });

/** A directory that takes names without regard to case and domain, and knows a user whose name is a number. */
function directory(answer?: (name: string) => ProgramOutput | undefined) {
  const asked: string[] = [];
  const run = async (name: string, args: readonly string[]): Promise<ProgramOutput | undefined> => {
    const key = args.at(-1) ?? "";
    asked.push([name, ...args].join(" "));
    if (answer !== undefined) return Promise.resolve(answer(key));
    if (name === "id") return Promise.resolve({ stdout: key === "5555" ? "70002\n" : `${key}\n`, exitCode: 0 });
    const isBob = /^(?:CORP\\)?bob(?:@corp\.example)?$/i.test(key) || key === "70001";
    if (isBob) return Promise.resolve({ stdout: "bob:*:70001:70001::/home/bob:/bin/sh\n", exitCode: 0 });
    if (key === "70002") return Promise.resolve({ stdout: "5555:*:70002:70002::/home/5:/bin/sh\n", exitCode: 0 });
    if (args[0] === "group" && key === "Admins")
      return Promise.resolve({ stdout: "admins:*:80000:bob\n", exitCode: 0 });
    return Promise.resolve({ stdout: "", exitCode: 2 });
  };
  return { files, asked, programs: { run } };
}

describe("findUser", () => {
  test.each([
    ["alice", { kind: "account", uid: 1000, name: "alice", others: [] }],
    ["toor", { kind: "account", uid: 0, name: "toor", others: ["root"] }],
    ["bob", { kind: "account", uid: 70_001, name: "bob", others: [] }],
    ["Bob", { kind: "account", uid: 70_001, name: "bob", others: [] }],
    [String.raw`CORP\bob`, { kind: "account", uid: 70_001, name: "bob", others: [] }],
    ["bob@corp.example", { kind: "account", uid: 70_001, name: "bob", others: [] }],
    ["4711", { kind: "account", uid: 1001, name: "4711", others: [] }],
    ["5555", { kind: "account", uid: 70_002, name: "5555", others: [] }],
    ["1000", { kind: "nobody" }],
    ["Alice", { kind: "nobody" }],
    ["-u", { kind: "nobody" }],
  ])("%s", async (name, user) => {
    expect(await findUser(name, directory())).toEqual(user);
  });

  test.each([
    ["is broken", { stdout: "", exitCode: 1 }, "unknown"],
    ["hangs", { stdout: "", exitCode: undefined }, "unknown"],
    ["tells nonsense", { stdout: "bob\n", exitCode: 0 }, "unknown"],
    ["is not there", undefined, "nobody"],
  ])("of a directory that %s", async (_, output, kind) => {
    expect(
      await findUser(
        "bob",
        directory(() => output),
      ),
    ).toEqual({ kind });
  });
});

test("findAccount takes a number for a name first, then for a uid", async () => {
  const find = async (name: string) => (await findAccount(name, directory()))?.name;
  expect(await Promise.all(["Bob", "4711", "5555", "1000", "70001", "1"].map(find))).toEqual([
    "bob",
    "4711",
    "5555",
    "alice",
    "bob",
    undefined,
  ]);
});

test("findGroup takes the directory's word for what it was asked", async () => {
  expect(await findGroup("Admins", directory())).toMatchObject({ name: "admins", members: ["bob"] });
  expect(await findGroup("2000", directory())).toMatchObject({ name: "ops" });
  expect(await findGroup("nothing", directory())).toBeUndefined();
});

describe("rememberedLookup", () => {
  test("asks for each name once", async () => {
    const here = directory();
    const find = rememberedLookup(here);
    for (const name of ["Bob", "Bob", "nobody", "nobody", "alice"]) await find(name);
    expect(here.asked).toHaveLength(2);
  });

  test("asks a directory that does not answer no more", async () => {
    const here = directory(() => ({ stdout: "", exitCode: undefined }));
    const find = rememberedLookup(here);
    for (const name of ["a", "b", "c"]) expect(await find(name)).toEqual({ kind: "unknown" });
    expect(here.asked).toHaveLength(1);
  });

  test("asks for no more names than a command can wait for", async () => {
    const here = directory();
    const find = rememberedLookup(here);
    for (let number = 0; number < 1000; number += 1) await find(`name-${String(number)}`);
    expect(here.asked.length).toBeLessThanOrEqual(256);
  });
});
