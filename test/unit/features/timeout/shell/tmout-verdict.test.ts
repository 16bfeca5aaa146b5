import { describe, expect, test } from "vitest";
import { withBlock } from "../../../../../src/features/timeout/shell/marked-block.ts";
import type { StartupPart } from "../../../../../src/features/timeout/shell/startup-files.ts";
import {
  auditedLimitLines,
  limitLines,
  readLimit,
  type ShellLimit,
} from "../../../../../src/features/timeout/shell/tmout-text.ts";
import { globalDropIn, judge, standingInTheWay } from "../../../../../src/features/timeout/shell/tmout-verdict.ts";

const limit: ShellLimit = {
  seconds: 180,
  exported: true,
  sshOnly: false,
  exemptUids: [],
  exemptGids: [],
  commandLine: "sshctl timeout set 180 --global",
};
const part = (path: string, text: string): StartupPart => ({
  path,
  text,
  firstLine: 1,
  isUsers: path.startsWith("/home"),
});
const dropIn = (own: Partial<ShellLimit> = {}) =>
  part(globalDropIn, auditedLimitLines({ ...limit, ...own }, "2026-11-25"));
const block = (path: string, before = "") => part(path, withBlock(before, limitLines(limit, "2026-11-25")));

/** "path:line outcome" of every finding. */
const outcomes = (parts: readonly StartupPart[], person?: Parameters<typeof judge>[1]) =>
  judge(parts, person).findings.map(({ path, line, outcome }) => `${path}:${String(line)} ${outcome}`);

describe("who wins", () => {
  test("nobody, where nothing is set", () => {
    expect(judge([part("/etc/profile", "PATH=/bin\n")])).toMatchObject({
      seconds: undefined,
      by: undefined,
      findings: [],
    });
  });

  test("the last plain line", () => {
    const parts = [
      part("/etc/environment", "TMOUT=1\n"),
      part("/etc/profile", "TMOUT=2\n"),
      part("/home/a/.profile", "TMOUT=3\n"),
    ];
    expect(judge(parts)).toMatchObject({ seconds: 3, readonly: false, exported: true });
    expect(outcomes(parts)).toEqual([
      "/etc/environment:1 replaced",
      "/etc/profile:1 replaced",
      "/home/a/.profile:1 applies",
    ]);
  });

  test("the first readonly line, and later ones fail", () => {
    const parts = [part("/etc/profile", "readonly TMOUT=900\n"), part("/home/a/.profile", "TMOUT=3\nexport TMOUT\n")];
    expect(judge(parts)).toMatchObject({ seconds: 900, readonly: true, exported: true });
    expect(outcomes(parts)).toEqual([
      "/etc/profile:1 applies",
      "/home/a/.profile:1 fails",
      "/home/a/.profile:2 applies",
    ]);
  });

  test("nobody after unset", () => {
    expect(judge([part("/etc/profile", "TMOUT=9\nunset TMOUT\n")])).toMatchObject({
      seconds: undefined,
      by: undefined,
    });
  });

  test("our file is one finding, and whoever comes later fails", () => {
    const parts = [part("/etc/profile", "TMOUT=1\n"), dropIn(), block("/home/a/.profile")];
    expect(judge(parts)).toMatchObject({ seconds: 180, readonly: true, exported: true });
    expect(outcomes(parts)).toEqual([
      "/etc/profile:1 replaced",
      `${globalDropIn}:7 applies`,
      "/home/a/.profile:7 skipped",
    ]);
  });

  test("whom our file spares has none", () => {
    const person = { uid: 1000, gids: [1000, 27] };
    for (const own of [{ exemptUids: [0, 1000] }, { exemptGids: [27] }])
      expect(judge([dropIn(own)], person)).toMatchObject({ seconds: undefined });
    expect(judge([dropIn({ exemptUids: [0] })], person)).toMatchObject({ seconds: 180 });
  });
});

describe("what stands in the way of ours", () => {
  const ways = (parts: readonly StartupPart[]) =>
    standingInTheWay(judge(parts)).map(({ path, line }) => `${path}:${String(line)}`);

  test.each([
    [
      "an earlier readonly line",
      [part("/etc/profile", "TMOUT=5\nreadonly TMOUT\n"), dropIn()],
      ["/etc/profile:1", "/etc/profile:2"],
    ],
    ["a later plain line", [dropIn(), part("/etc/profile.d/tmout.sh", "TMOUT=5\n")], ["/etc/profile.d/tmout.sh:1"]],
    ["not an earlier plain line", [part("/etc/profile", "TMOUT=5\n"), dropIn()], []],
    [
      "not a later readonly without a value",
      [dropIn(), part("/etc/profile.d/x.sh", "readonly TMOUT\nexport TMOUT\n")],
      [],
    ],
  ])("%s", (_, parts, expected) => {
    expect(ways(parts)).toEqual(expected);
  });

  test("above and below our block in the same file", () => {
    const { text } = block("/home/a/.profile", "readonly TMOUT=1\n");
    expect(ways([part("/home/a/.profile", `${text}TMOUT=2\n`)])).toEqual(["/home/a/.profile:1", "/home/a/.profile:14"]);
  });
});

describe("lines of ours", () => {
  test.each([
    [{}],
    [{ exported: false, sshOnly: true }],
    [
      {
        exemptUids: [0, 1000],
        exemptGids: [10],
        commandLine: "sshctl timeout set 180 --global --except-user 'Zoë Smith'",
      },
    ],
  ])("can be read back: %j", (own) => {
    const whole = { ...limit, ...own };
    expect(readLimit(limitLines(whole, "2026-11-25"))).toEqual(whole);
    expect(readLimit(auditedLimitLines(whole, "2026-11-25"))).toEqual(whole);
  });

  test("keep to one line what asks for them", () => {
    const text = limitLines({ ...limit, commandLine: "sshctl timeout set 1 --user 'x\nrm -r /'" }, "2026-11-25");
    expect(text.split("\n")[0]).toBe("# 2026-11-25: sshctl timeout set 1 --user 'x?rm -r /'");
  });

  test("that somebody has changed are not taken for ours", () => {
    expect(readLimit("TMOUT=$HOURS\n")).toBeUndefined();
  });
});
