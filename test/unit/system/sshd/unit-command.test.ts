import { describe, expect, test } from "vitest";
import {
  expandWords,
  parseEnvironmentFile,
  readUnitCommand,
  splitWords,
} from "../../../../src/system/sshd/unit-command.ts";
import { fakeSystemd } from "../../../helpers/fake-systemd.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";

test.each([
  ["", []],
  ["-o  Port=22\t-4", ["-o", "Port=22", "-4"]],
  [`-o "Banner /a b" -f '/x y'`, ["-o", "Banner /a b", "-f", "/x y"]],
  [String.raw`a\ b "c\"d"`, ["a b", 'c"d']],
  ['"open to the end', ["open to the end"]],
])("splitWords %j", (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test("expandWords replaces words and parts of words", () => {
  const variables = new Map([
    ["OPTS", "-o 'A b' -4"],
    ["F", "/x y"],
  ]);
  expect(expandWords(["-D", "$OPTS", "-f", "${F}", "$NONE", "p$OPTS", "$$OPTS"], variables)).toEqual([
    "-D",
    "-o",
    "A b",
    "-4",
    "-f",
    "/x y",
    "p$OPTS",
    "$OPTS",
  ]);
});

test("parseEnvironmentFile reads what systemd reads", () => {
  const text = '# no\n; no\nSSHD_OPTS="-o \\"Banner /x y\\""\nA=\'b c\'\n B = c \\\n d\nnothing\n1=x\n';
  expect(parseEnvironmentFile(text)).toEqual(['SSHD_OPTS=-o "Banner /x y"', "A=b c", "B=c  d"]);
});

describe("readUnitCommand", () => {
  const read = async (systemd: Parameters<typeof fakeSystemd>[0], texts = {}) =>
    readUnitCommand("ssh.service", {
      files: memoryFiles({ texts }),
      programs: { run: async (name, args) => Promise.resolve(fakeSystemd(systemd, name, args)) },
    });

  test("the file's variables count more than the unit's", async () => {
    const environment = ["SSHD_OPTS=-p 1"];
    expect(await read({ environment })).toEqual({ program: "/usr/sbin/sshd", args: ["-D", "-p", "1"] });
    const texts = { "/etc/default/ssh": 'SSHD_OPTS="-o \\"AuthorizedKeysCommand /x %u\\""\n' };
    expect((await read({ environment }, texts))?.args).toEqual(["-D", "-o", "AuthorizedKeysCommand /x %u"]);
  });

  test.each(["", "{", "null\nnull\nnull", '{"data":[]}\n{"data":1}\n', '{"data":[["/x"]]}'])(
    "knows nothing by %j, or not much",
    async (stdout) => {
      const programs = { run: async () => Promise.resolve({ stdout, exitCode: 0 }) };
      const command = await readUnitCommand("a.service", { files: memoryFiles({}), programs });
      expect(command?.args ?? []).toEqual([]);
    },
  );

  test("asks for the unit by its name on the bus", async () => {
    const asked: string[] = [];
    const run = async (_: string, args: readonly string[]) => {
      asked.push(...args.filter((arg) => arg.includes("/unit/")));
      return Promise.resolve(undefined);
    };
    await readUnitCommand("my-ssh@0.service", { files: memoryFiles({}), programs: { run } });
    expect(asked).toEqual(["/org/freedesktop/systemd1/unit/my_2dssh_400_2eservice"]);
  });
});
