import { describe, expect, test } from "vitest";
import { PermissionError } from "../../src/errors.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report, session, stranger } from "../helpers/sessions.ts";

const noServer =
  'sshctl: No SSH server is running on this machine: there is nobody to list.\nsshctl: "sshctl list --example" shows an example host.\n';

const sessions = [
  session({ pid: 1 }),
  session({ pid: 2 }),
  session({ pid: 3, user: "=bob", uid: 1001, peer: undefined, lastInputMs: undefined }),
  session({ pid: 4, container: true }),
  stranger({ pid: 5 }),
];

describe("a number", () => {
  test.each([
    [[], "3\n"],
    [["--user", "alice"], "2\n"],
    [["--user", "nobody"], "0\n"],
    [["--phase", "any"], "4\n"],
    [["--phase", "authenticating"], "1\n"],
    [["--containers"], "4\n"],
    [["--not-user", "alice", "--containers"], "1\n"],
  ])("%j", async (args, out) => {
    const expected = { exitCode: 0, out, err: "" };
    expect(await sshctl(["count", ...args], { sessions })).toEqual(expected);
    expect(await sshctl(["count", ...args], { sessions, width: 80 })).toEqual(expected);
  });
});

describe("one count for each value", () => {
  test("in a pipe", async () => {
    const { out } = await sshctl(["count", "--by", "user"], { sessions });
    expect(out).toBe("USER   COUNT\nalice      2\n=bob       1\n");
  });

  test("of which some are not known", async () => {
    const { out } = await sshctl(["count", "--by", "from", "--no-headers"], { sessions });
    expect(out).toBe("10.0.0.7  2\n-         1\n");
  });

  test("at a terminal", async () => {
    const { out } = await sshctl(["count", "--by", "user", "--color=never"], { sessions, width: 80 });
    expect(out).toBe("USER   COUNT\nalice      2\n=bob       1\n");
  });

  test("as CSV", async () => {
    const { out } = await sshctl(["count", "--by", "user", "-o", "csv"], { sessions });
    expect(out).toBe("host,user,count\nweb1,alice,2\nweb1,'=bob,1\n");
  });

  test.each([undefined, 80])("of nobody, without titles, is nothing (width %j)", async (width) => {
    const world = { sessions: [], ...(width === undefined ? {} : { width }) };
    expect((await sshctl(["count", "--by", "user", "--no-headers"], world)).out).toBe("");
  });
});

describe("as JSON", () => {
  test.each([
    [[], { total: 3, by: null, groups: null }],
    [
      ["--by", "user"],
      {
        total: 3,
        by: "user",
        groups: [
          { value: "alice", count: 2 },
          { value: "=bob", count: 1 },
        ],
      },
    ],
  ])("%j", async (args, expected) => {
    const { out } = await sshctl(["count", "--json", ...args], { sessions });
    const document: unknown = JSON.parse(out);
    expect(violationsOf("count-1", document)).toEqual([]);
    expect(document).toMatchObject({ ...expected, authenticating: 1, hidden: 1 });
    expect((await sshctl(["count", "-o", "json", ...args], { sessions })).out).toBe(out);
  });
});

describe("on stderr", () => {
  test("who could not be counted", async () => {
    const { out, err } = await sshctl(["count", "--idle", "1"], { sessions });
    expect([out, err]).toEqual(["2\n", "sshctl: 1 session left out: the selection cannot be decided for PID 3\n"]);
  });

  test("warnings", async () => {
    const warnings = [{ code: "needs-root", message: "run as root" }];
    const { out, err } = await sshctl(["count"], { report: report(sessions, { warnings }) });
    expect([out, err]).toEqual(["3\n", "sshctl: run as root\n"]);
  });

  test.each([undefined, 80])("that there is no server to count for (width %j)", async (width) => {
    const { out, err } = await sshctl(["count"], {
      report: report([], { listeners: [] }),
      ...(width === undefined ? {} : { width }),
    });
    expect([out, err]).toEqual(["0\n", noServer]);
  });
});

describe("as a plugin of Nagios", () => {
  const blind = (code: string) => ({ report: { ...report([session()]), warnings: [{ code, message: "a | b" }] } });

  test.each([
    [["--warn", "3", "--crit", "5"], 0, "SSH OK: 3 sessions | sessions=3;3;5;0\n"],
    [["--warn", "2", "--crit", "3"], 1, "SSH WARNING: 3 sessions | sessions=3;2;3;0\n"],
    [["--warn", "2", "--crit", "2"], 2, "SSH CRITICAL: 3 sessions | sessions=3;2;2;0\n"],
    [["--warn", "2"], 1, "SSH WARNING: 3 sessions | sessions=3;2;;0\n"],
    [["--crit", "0"], 2, "SSH CRITICAL: 3 sessions | sessions=3;;0;0\n"],
    [["--crit", "1", "--user", "=bob"], 0, "SSH OK: 1 session | sessions=1;;1;0\n"],
    [["--crit", "1", "--from", "10.0.0.9"], 3, "SSH UNKNOWN: it cannot be decided whether 1 session should count\n"],
    [["--crit", "1", "--not-from", "10.0.0.9"], 2, "SSH CRITICAL: 2 sessions | sessions=2;;1;0\n"],
  ])("%j", async (args, exitCode, out) => {
    expect(await sshctl(["count", ...args], { sessions })).toEqual({ exitCode, out, err: "" });
  });

  test.each(["needs-root", "no-ptrace", "pid-namespace"])(
    "is not sure of a number that may be too small: %s",
    async (code) => {
      expect(await sshctl(["count", "--warn", "5"], blind(code))).toEqual({
        exitCode: 3,
        out: "SSH UNKNOWN: a / b\n",
        err: "",
      });
      expect(await sshctl(["count", "--crit", "0"], blind(code))).toMatchObject({ exitCode: 2 });
    },
  );

  test("says that nothing could be read", async () => {
    const failure = new PermissionError("Processes are\nhidden.");
    expect(await sshctl(["count", "--warn", "5"], { failure })).toEqual({
      exitCode: 3,
      out: String.raw`SSH UNKNOWN: Processes are\nhidden.` + "\n",
      err: "",
    });
  });

  test.each([
    [["--warn", "5", "--crit", "4"], "--crit 4 is below --warn 5"],
    [["--warn", "many"], "whole numbers"],
    [["--warn", "-1"], "whole numbers"],
    [["--warn", "1", "--by", "user"], "no --by"],
    [["--crit", "1", "--json"], "no --json"],
    [["--crit", "1", "-o", "csv"], "no --output"],
    [["--crit", "1", "--on", "web1"], "one host"],
  ])("refuses %j", async (args, reason) => {
    const { exitCode, out, err } = await sshctl(["count", ...args], { sessions });
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(reason);
  });
});
