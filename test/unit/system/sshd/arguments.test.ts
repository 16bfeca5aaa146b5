import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { argumentsOfTitle, configurationFile, configurationOptions } from "../../../../src/system/sshd/arguments.ts";

describe("configurationOptions", () => {
  test.each<[string[], string[]]>([
    [["-D"], []],
    [
      ["-D", "-e", "-E", "/var/log/x", "-f", "/etc/ssh/other"],
      ["-f", "/etc/ssh/other"],
    ],
    [
      ["-Dp2222", "-oPort=22"],
      ["-p", "2222", "-o", "Port=22"],
    ],
    [
      ["-4", "-o", "Banner a b", "-t", "-C", "user=x"],
      ["-4", "-o", "Banner a b"],
    ],
    [
      ["-D", "-h", "/k1", "-h", "/k2", "-R"],
      ["-h", "/k1", "-h", "/k2"],
    ],
    [["-D", "rest", "-p", "1"], []],
    [["-D", "--", "-p", "1"], []],
    [["-f"], []],
    [[], []],
  ])("%j", (args, options) => {
    expect(configurationOptions(args)).toEqual(options);
  });

  test("holds no option that makes sshd do something else, and read again it is the same", () => {
    const word = fc.oneof(fc.string(), fc.constantFrom("-D", "-t", "-T", "-R", "-i", "-f", "-o", "-Dt", "-dT", "-p2"));
    fc.assert(
      fc.property(fc.array(word), (args) => {
        const options = configurationOptions(args);
        expect(configurationOptions(options)).toEqual(options);
        for (let index = 0; index < options.length; index += 1) {
          expect(options[index]).toMatch(/^-[46cfghopu]$/);
          if (options[index] !== "-4" && options[index] !== "-6") index += 1;
        }
      }),
    );
  });
});

describe("argumentsOfTitle", () => {
  test.each<[string, string[] | undefined]>([
    ["sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", ["-D"]],
    ["sshd: /usr/sbin/sshd [listener] 0 of 10-100 startups", []],
    [
      String.raw`sshd: /usr/sbin/sshd -oBanner\t/a\\b -o Port\n22 [listener] 0 of 10-100 startups`,
      ["-oBanner\t/a\\b", "-o", "Port\n22"],
    ],
    [
      "sshd: /usr/sbin/sshd -D -o AuthorizedKeysCommand /opt/eic %u %f -o AuthorizedKeysCommandUser ec2 [listener] 0 of 10-100 startups",
      ["-D", "-o", "AuthorizedKeysCommand /opt/eic %u %f", "-o", "AuthorizedKeysCommandUser ec2"],
    ],
    [
      "sshd: /usr/sbin/sshd -p 22 -p 2222 -f /etc/ssh/o [listener] 3 of 10-100 startups",
      ["-p", "22", "-p", "2222", "-f", "/etc/ssh/o"],
    ],
    ["sshd: /usr/sbin/sshd -D -o Por", undefined],
    ["/usr/sbin/sshd", undefined],
    ["sshd: alice [priv]", undefined],
    ["", undefined],
  ])("%j", (title, args) => {
    expect(argumentsOfTitle(title)).toEqual(args);
  });

  test("ends in good time, whatever it is given", () => {
    const hostile = `sshd: /${" -o".repeat(50_000)} [listener] 0`;
    expect(argumentsOfTitle(hostile)?.length).toBeGreaterThan(0);
    fc.assert(fc.property(fc.string(), (text) => argumentsOfTitle(text) === undefined || text.includes("[listener]")));
  });
});

test("configurationFile is the last one", () => {
  expect(configurationFile(["-f", "/a", "-o", "-f", "-f", "/b"])).toBe("/b");
  expect(configurationFile(["-p", "22"])).toBeUndefined();
});
