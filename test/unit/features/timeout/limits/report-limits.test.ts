import { describe, expect, test } from "vitest";
import { cshLimit } from "../../../../../src/features/timeout/shell/csh-limit.ts";
import { logindLimit } from "../../../../../src/features/timeout/limits/logind-limit.ts";
import { findConfigLines, includesDropIns } from "../../../../../src/system/sshd/config-lines.ts";
import { channelSeconds, unusedSeconds } from "../../../../../src/features/timeout/sshd/effective.ts";
import { fakeHost } from "../../../../helpers/fake-host.ts";

const filesOf = (texts: Readonly<Record<string, string>>) => fakeHost({ texts }).files;

/** A machine whose service manager and logind say this; nothing where it is undefined. */
const logindOf = async (texts: Readonly<Record<string, string>>, version: string | undefined, usec = "") =>
  logindLimit(
    fakeHost({
      texts,
      run: async (name, args) => {
        const property = name === "busctl" ? args.at(-1) : undefined;
        const stdout = property === "Version" ? `s "${version ?? ""}"\n` : usec;
        return Promise.resolve(version === undefined ? undefined : { stdout, exitCode: 0 });
      },
    }),
  );

describe("logind", () => {
  const conf = "/etc/systemd/logind.conf";
  const none = "t 18446744073709551615\n";

  test.each([
    ["30min", 1800],
    ["1h 30min", 5400],
    ["900", 900],
    ["2h30m", 9000],
    ["infinity", undefined],
    ["", undefined],
    ["5 fortnights", "unknown"],
    ["soon", "unknown"],
  ])("StopIdleSessionSec=%s", async (value, seconds) => {
    const { settings } = await logindOf({ [conf]: `[Login]\nStopIdleSessionSec=${value}\n` }, "252.39-1", none);
    expect(settings[0]?.seconds).toBe(seconds);
  });

  test("the last drop-in by name wins, whichever folder it is in", async () => {
    const texts = {
      "/usr/lib/systemd/logind.conf": "[Login]\nStopIdleSessionSec=1\n",
      [conf]: "[Login]\n#StopIdleSessionSec=2\nStopIdleSessionSec=3\n",
      [`${conf}.d/10-x.conf`]: "[Login]\nStopIdleSessionSec=4\n",
      "/usr/lib/systemd/logind.conf.d/20-x.conf": "[Login]\nStopIdleSessionSec=5\n",
      "/usr/lib/systemd/logind.conf.d/10-x.conf": "[Login]\nStopIdleSessionSec=6\n",
    };
    const { seconds, settings } = await logindOf(texts, "252.39-1~deb12u1", "t 5000000\n");
    expect(seconds).toBe(5);
    expect(settings.map(({ path, line, outcome }) => `${path}:${String(line)} ${outcome}`)).toEqual([
      "/etc/systemd/logind.conf:3 replaced",
      "/etc/systemd/logind.conf.d/10-x.conf:2 replaced",
      "/usr/lib/systemd/logind.conf.d/20-x.conf:2 applies",
    ]);
  });

  test("only [Login] counts", async () => {
    const text =
      "StopIdleSessionSec=1\n[Manager]\nStopIdleSessionSec=2\n[Login]\nStopIdleSessionSec=3\n[X]\nStopIdleSessionSec=4\n";
    const { settings } = await logindOf({ [conf]: text }, "252", "t 3000000\n");
    expect(settings.map(({ line, outcome }) => [line, outcome])).toEqual([[5, "applies"]]);
  });

  test.each([
    ["which knows none", "247.3-7+deb11u5", "", undefined, "skipped", "has no StopIdleSessionSec"],
    ["that says so", "252.39-1~deb12u1", "t 30000000\n", 30, "applies", "stopped with all its processes"],
    ["that has not read it yet", "255", none, undefined, "skipped", "sessions are not stopped"],
    ["that says nothing", "252", "", "unknown", "unknown", "does not report"],
    ["that knows no terminals", "257.8-1~deb13u2", "t 30000000\n", undefined, "skipped", "never stops them"],
    ["of a later version", "262~rc1", "t 30000000\n", undefined, "skipped", "never stops them"],
    ["of which nothing is known", undefined, "", "unknown", "unknown", "not known which logind"],
  ])("a logind %s", async (_, version, usec, seconds, outcome, describe) => {
    const limit = await logindOf({ [conf]: "[Login]\nStopIdleSessionSec=30\n" }, version, usec);
    expect(limit.seconds).toBe(seconds);
    expect(limit.settings.map((setting) => setting.outcome)).toEqual([outcome]);
    expect(limit.describe).toContain(describe);
  });

  test("nothing is set, and perhaps there is no logind", async () => {
    expect((await logindOf({}, undefined)).seconds).toBeUndefined();
  });
});

describe("tcsh", () => {
  const account = { name: "tess", uid: 1010, gid: 1010, home: "/home/tess", shell: "/bin/tcsh" };

  test.each([
    ["set autologout=15", 900],
    ["set -r autologout = 1", 60],
    ["set autologout=(30 5)", 1800],
    ["set autologout=$x", "unknown"],
    ["# set autologout=15", undefined],
  ])("%s", (line, seconds) => {
    expect(cshLimit(account, fakeHost({ texts: { "/etc/csh/login.d/limit": `${line}\n` } })).seconds).toBe(seconds);
  });

  test("the user's own file comes last", () => {
    const texts = { "/etc/csh.cshrc": "set autologout=15\n", "/home/tess/.tcshrc": "set autologout=0\n" };
    const { settings } = cshLimit(account, fakeHost({ texts }));
    expect(settings.map(({ outcome }) => outcome)).toEqual(["replaced", "applies"]);
  });
});

describe("sshd", () => {
  const settings = (channels: string) => new Map([["channeltimeout", channels]]);

  test.each([
    ["none", undefined, undefined],
    ["session:shell=15m", 900, 900],
    ["session:*=90", 90, 90],
    ["session=5m", undefined, 300],
    ["session:command=5 session:*=10", 10, 10],
    ["session:shell=0 session:*=10", undefined, undefined],
    ["x11-connection=5m *=1h", 3600, 3600],
    ["global=5m", undefined, undefined],
    ["session:s?ell=2", 2, 2],
    ["session.shell=2", undefined, undefined],
    ["=", undefined, undefined],
  ])("ChannelTimeout %s", (value, old, young) => {
    expect(channelSeconds(settings(value), "session:shell", 1005)).toBe(old);
    expect(channelSeconds(settings(value), "session:shell", 1006)).toBe(young);
  });

  test.each([
    ["none", undefined],
    ["600", 600],
    ["10m", 600],
    ["0", undefined],
  ])("UnusedConnectionTimeout %s", (value, seconds) => {
    expect(unusedSeconds(new Map([["unusedconnectiontimeout", value]]))).toBe(seconds);
  });

  const keywords = new Set(["channeltimeout"]);

  test("lines are found where sshd reads them, with their Match", () => {
    const files = filesOf({
      "/etc/ssh/sshd_config": [
        "Include /etc/ssh/sshd_config.d/*.conf",
        "channeltimeout=session:*=1",
        'Match User "alice"',
        "  ChannelTimeout session:*=2",
        "Match all",
        "\tChannelTimeout session:*=3",
        "# ChannelTimeout session:*=4",
      ].join("\n"),
      "/etc/ssh/sshd_config.d/20.conf": "ChannelTimeout session:*=5\n",
      "/etc/ssh/sshd_config.d/10.conf": "Match Group ops\nChannelTimeout session:*=6\n",
      "/etc/ssh/sshd_config.d/.hidden.conf": "ChannelTimeout session:*=7\n",
      "/etc/ssh/sshd_config.d/readme": "ChannelTimeout session:*=8\n",
    });
    expect(findConfigLines(keywords, files).map(({ path, line, match }) => [path, line, match])).toEqual([
      ["/etc/ssh/sshd_config.d/10.conf", 2, "Group ops"],
      ["/etc/ssh/sshd_config.d/20.conf", 1, undefined],
      ["/etc/ssh/sshd_config", 2, undefined],
      ["/etc/ssh/sshd_config", 4, 'User "alice"'],
      ["/etc/ssh/sshd_config", 6, undefined],
    ]);
  });

  test("a file that includes itself comes to an end", () => {
    const files = filesOf({ "/etc/ssh/sshd_config": "Include sshd_config\nChannelTimeout session:*=1\n" });
    expect(findConfigLines(keywords, files)).toHaveLength(17);
  });

  test.each([
    ["Include /etc/ssh/sshd_config.d/*.conf\n", true],
    ['  include "/etc/ssh/sshd_config.d/*.conf"\n', true],
    ["#Include /etc/ssh/sshd_config.d/*.conf\n", false],
    ["Match User alice\nInclude /etc/ssh/sshd_config.d/*.conf\n", false],
    ["", false],
  ])("%j: drop-ins are read: %s", (text, expected) => {
    expect(includesDropIns(filesOf({ "/etc/ssh/sshd_config": text }))).toBe(expected);
  });
});
