import { fc, test } from "@fast-check/vitest";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { isKrl, parseKrl } from "../../../../src/system/authorized-keys/krl.ts";
import { damagedLists, extendedLists, krl, section, soundLists, string } from "../../../helpers/krl.ts";

const newest = { openssh: 0 };
const old = { openssh: 804 };

test.each(soundLists)("%s is sound", (_, list) => {
  for (const rules of [newest, old]) expect(parseKrl(list, rules).problem).toBeUndefined();
});

test.each(damagedLists.filter(([, list]) => isKrl(list)))("%s is damage", (_, list) => {
  for (const rules of [newest, old]) expect(parseKrl(list, rules).problem).toEqual(expect.any(String));
});

test.each(extendedLists)("%s is for newer ones", (_, list) => {
  expect([parseKrl(list, newest).problem, parseKrl(list, old).problem]).toEqual([undefined, expect.any(String)]);
});

test("keys are named by themselves, and by two kinds of fingerprints", () => {
  const list = krl(
    {},
    section(2, string(Buffer.from("a"))),
    section(3, string(Buffer.alloc(20))),
    section(5, string(Buffer.alloc(32))),
  );
  expect([...parseKrl(list, newest).fingerprints]).toEqual([
    "SHA256:ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs",
    "SHA1:AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ]);
});

describe("of what ssh-keygen makes", () => {
  const folder = mkdtempSync(join(tmpdir(), "sshctl-krl-"));
  const keygen = (...args: string[]) => execFileSync("ssh-keygen", args, { cwd: folder, stdio: "pipe" });
  beforeAll(() => {
    for (const name of ["key", "ca"]) keygen("-q", "-t", "ed25519", "-N", "", "-f", name);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("everything cut off is damage, but for whole sections", () => {
    const key = readFileSync(join(folder, "key.pub"), "utf8");
    writeFileSync(
      join(folder, "spec"),
      `serial: 1\nserial: 5-900\nserial: 1000\nid: somebody\nsha1: ${key}key: ${key}`,
    );
    keygen("-q", "-k", "-s", "ca.pub", "-f", "list", "spec");
    const list = readFileSync(join(folder, "list"));
    const lengths = Array.from({ length: list.length - 8 }, (_, index) => 8 + index);
    const sound = lengths.filter((length) => parseKrl(list.subarray(0, length), newest).problem === undefined);
    expect(parseKrl(list, newest)).toMatchObject({ problem: undefined });
    expect(sound.length).toBeLessThan(5);
  });
});

test.prop([fc.uint8Array({ maxLength: 300 })])("whatever follows its mark, it is read or not", (bytes) => {
  expect(() => parseKrl(Buffer.concat([krl({}), bytes]), newest)).not.toThrow();
  expect(() => parseKrl(Buffer.concat([Buffer.from("SSHKRL\n\0"), bytes]), newest)).not.toThrow();
});
