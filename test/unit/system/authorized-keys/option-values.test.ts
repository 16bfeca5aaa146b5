/** What real logins showed of each value; test/lab/keys/keys-lines.test.ts tries them again. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseLine } from "../../../../src/system/authorized-keys/authorized-key.ts";
import type { LineRules } from "../../../../src/system/authorized-keys/line-rules.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";

const rules: LineRules = { openssh: 1006, usesNames: false, isService: (name) => name === "ssh" };

function problemOf(options: string, { ...own }: Partial<LineRules> = {}): string | undefined {
  const parsed = parseLine(`${options} ${key}`, { ...rules, ...own });
  return parsed !== undefined && "key" in parsed ? parsed.options.problem : "no key";
}

const isTaken = (options: string, own: Partial<LineRules> = {}) => problemOf(options, own) === undefined;

test.each([
  ['permitopen="localhost:22"', true],
  ['permitopen="[::1]:*"', true],
  ['permitopen="localhost/22"', true],
  ['permitopen="localhost: +22"', true],
  ['permitopen="localhost:ssh"', true],
  ['permitopen="localhost:http"', false],
  ['permitopen="localhost"', false],
  ['permitopen="localhost:0"', false],
  ['permitopen="localhost:65536"', false],
  ['permitopen="[::1:22"', false],
  [`permitopen="${"x".repeat(1024)}:22"`, true],
  [`permitopen="${"x".repeat(1025)}:22"`, false],
  ['permitlisten="22"', true],
  ['permitlisten="ssh"', true],
  ['permitlisten="localhost"', false],
  ['tunnel="any"', true],
  ['tunnel="2147483645"', true],
  ['tunnel="2147483646"', false],
  ['tunnel=""', false],
  ['environment="_="', true],
  ['environment="=1"', false],
  ['environment="A"', false],
  ['principals="a"', false],
  ['cert-authority,principals="a"', true],
  ['cert-authority,principals=","', false],
  ['command="a",command="b"', false],
  ["command=open", false],
  ["no-such-option", false],
  ["no-restrict", false],
  ["ptyx", false],
  [",,pty,", true],
])("%s", (options, expected) => {
  expect(isTaken(options)).toBe(expected);
});

describe("from", () => {
  test.each([
    ["10.0.0.0/8", true],
    ["10.0.0.1/8", false],
    ["10/8", false],
    ["10.1", true],
    ["0xa000000/8", true],
    ["010.0.0.0/8", true],
    ["10.0.0.0/33", false],
    ["*,10.0.0.0/33", false],
    ["*,10.0.0.0/x", true],
    ["*,::1/64", false],
    ["fe80::/10", true],
    ["::ffff:10.0.0.0/104", true],
    ["*,::ffff:10.0.0.1/104", false],
    ["*,", false],
    ["!", false],
    ["!10.0.0.1", false],
    ["!10.0.0.1,10.*", true],
    ["fe80::1%eth0", true],
    ["host.example.org", false],
    ["*,host.example.org", true],
  ])("%s", (list, expected) => {
    expect(isTaken(`from="${list}"`)).toBe(expected);
  });

  test("a name counts where sshd looks names up", () => {
    expect(isTaken('from="*.example.org"', { usesNames: true })).toBe(true);
  });

  test("a mask that is none was a pattern once", () => {
    expect([902, 1000].map((openssh) => isTaken('from="*,::/129"', { openssh }))).toEqual([true, false]);
  });

  test("a mask with a sign is a number for some", () => {
    const taken = [804, 902, 1000].map((openssh) => isTaken('from="*,10.0.0.0/+33"', { openssh }));
    expect(taken).toEqual([false, true, false]);
  });
});

describe("expiry-time", () => {
  test.each<[string, boolean, boolean]>([
    ["20990101", true, true],
    ["20990101Z", false, true],
    ["20990101UTC", false, true],
    ["2099 1 1", true, true],
    ["20990230", true, true],
    ["2099011x", true, false],
    ["19690101", false, true],
    ["19700101", false, false],
    ["209901012500", false, false],
    ["20990101000061", true, true],
    ["20990101000062", false, false],
    ["209901", false, false],
    ["2099é11", false, false],
  ])("%s, of OpenSSH 8.4 and 10.6", (time, old, newest) => {
    const taken = [804, 1006].map((openssh) => isTaken(`expiry-time="${time}"`, { openssh }));
    expect(taken).toEqual([old, newest]);
  });

  test("before 1970 never comes, for those that take it", () => {
    expect(parseLine(`expiry-time="19690101",expiry-time="20300101Z" ${key}`, rules)).toMatchObject({
      options: { expiresAtMs: Date.UTC(2030, 0, 1) },
    });
    expect(parseLine(`expiry-time="19690101" ${key}`, rules)).toMatchObject({ options: { expiresAtMs: undefined } });
  });
});

describe("long lines", () => {
  test.each([
    [701, 8000, true],
    [701, 9000, false],
    [707, 9000, true],
    [707, 17_000, false],
    [708, 1_000_000, true],
    [0, 1_000_000, true],
  ])("of OpenSSH %d, with a comment of %d", (openssh, length, isKey) => {
    const parsed = parseLine(`${key} ${"x".repeat(length)}`, { ...rules, openssh });
    expect(parsed !== undefined && "key" in parsed).toBe(isKey);
  });

  test.each([
    ["quotes", `command="${String.raw`\"`.repeat(1_000_000)}"`],
    ["options", "pty,".repeat(500_000)],
    ["sources", `from="${"10.0.0.1,".repeat(20_000)}10.0.0.1"`],
    ["no space at all", "x".repeat(4_000_000)],
    ["an open quote", `command="${"x".repeat(4_000_000)}`],
  ])("of %s are read", (_, options) => {
    expect(() => problemOf(options)).not.toThrow();
  });
});

describe("names of signatures stand for the keys that make them", () => {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
  const rsa = ["ssh-rsa", "\x01\0\x01", `\0${"\xff".repeat(256)}`].map((text) => field(Buffer.from(text, "latin1")));
  const blob = Buffer.concat(rsa).toString("base64");

  test.each(["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"])("%s", (type) => {
    expect(parseLine(`${type} ${blob}`)).toMatchObject({ key: { type: "ssh-rsa", name: "RSA", bits: 2048 } });
  });
});

test.prop([
  fc.constantFrom("from", "permitopen", "permitlisten", "tunnel", "expiry-time"),
  fc.string({ unit: "binary" }),
])("whatever the value of %s is, it is judged", (name, value) => {
  for (const openssh of [0, 701, 804, 1006]) expect(() => problemOf(`${name}="${value}"`, { openssh })).not.toThrow();
});
