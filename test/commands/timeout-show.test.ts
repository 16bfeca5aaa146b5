import { describe, expect, test } from "vitest";
import { withBlock } from "../../src/features/timeout/shell/marked-block.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { session, sharedSession } from "../helpers/sessions.ts";
import { fakeHost, type HostSpec } from "../helpers/fake-host.ts";

interface ShownLimit {
  means: string;
  seconds: number | null;
  known: boolean;
  doubt: { reason: string; path: string; line: number } | null;
  settings: { path: string; line: number; outcome: string; ours: boolean }[];
}

interface Shown {
  limits: ShownLimit[];
  conflicts: string[];
  notes: string[];
  sessions: { pid: number; seconds: number | null; known: boolean }[];
}

async function show(machine: HostSpec, user: string): Promise<Shown> {
  const host = fakeHost(machine);
  const sessions = [session({ pid: 7, uid: 1000, ttys: ["pts/1"], startedAtMs: 5 }), session({ pid: 8, uid: 1001 })];
  const { out, err, exitCode } = await sshctl(["timeout", "show", "--user", user, "-ojson"], {
    host,
    sessions,
  });
  expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
  expect(violationsOf("timeout-1", JSON.parse(out))).toEqual([]);
  return JSON.parse(out) as Shown;
}

const tmoutOf = ({ limits }: Shown) => limits.find(({ means }) => means === "TMOUT");

test("each terminal of a connection that several share", async () => {
  const shared = { ...sharedSession(), uid: 1000 };
  const host = fakeHost({ texts: { "/etc/passwd": "alice:x:1000:1000::/home/alice:/bin/bash\n" } });
  const { out } = await sshctl(["timeout", "show", "--user", "alice", "-ojson"], { host, sessions: [shared] });
  expect(JSON.parse(out)).toMatchObject({ sessions: [{ tty: "pts/1" }, { tty: "pts/5" }] });
});

describe("what applies, and why", () => {
  test("nothing, on a fresh machine", async () => {
    const shown = await show({}, "alice");
    expect(shown.limits.map(({ means, seconds, known }) => [means, seconds, known])).toEqual([
      ["TMOUT", null, true],
      ["sshd", null, false],
      ["sshd-unused", null, false],
      ["logind", null, true],
    ]);
    expect(shown.sessions).toMatchObject([{ pid: 7, known: false }]);
  });

  test("what sshctl has set", async () => {
    const host = fakeHost();
    await sshctl(["timeout", "set", "600", "--global", "--except-user", "bob"], { host: host });
    const texts = Object.fromEntries(host.texts);
    for (const [user, seconds] of [
      ["alice", 600],
      ["carol", 600],
      ["erin", 600],
      ["bob", null],
      ["dave", null],
    ] as const)
      expect(tmoutOf(await show({ texts }, user))?.seconds, user).toBe(seconds);
    const shown = await show({ texts }, "alice");
    expect(tmoutOf(shown)?.settings).toMatchObject([
      { path: "/etc/profile.d/sshctl-timeout.sh", line: 8, outcome: "applies", ours: true },
    ]);
    expect(shown.sessions).toMatchObject([{ pid: 7, seconds: 600, known: true }]);
  });

  test("contradictions", async () => {
    const texts = {
      "/etc/profile.d/a.sh": "readonly TMOUT=900\n",
      "/home/alice/.bash_login": "TMOUT=300\n. ~/.bashrc\n",
      "/home/alice/.profile": withBlock("", "TMOUT=60\n"),
      "/home/alice/.bashrc": "readonly TMOUT=\u001b[2J\n",
    };
    const shown = await show({ texts }, "alice");
    expect(tmoutOf(shown)?.seconds).toBe(900);
    expect(shown.conflicts.join("\n")).toContain("/home/alice/.bash_login:1 (TMOUT=300) fails at every login");
    expect(shown.conflicts.join("\n")).toContain("Different values are set");
    expect(shown.conflicts.join("\n")).toContain("~/.bash_login hides ~/.profile");
    const { out } = await sshctl(["timeout", "show", "--user", "alice"], { host: fakeHost({ texts }) });
    expect(out).toContain(String.raw`\x1b[2J`);
    expect(out).not.toMatch(/[^\n\x20-\x7e]/);
  });

  test("a damaged block is like lines of somebody else", async () => {
    const texts = { "/home/alice/.profile": withBlock("", "TMOUT=60\n").replace("# <<<", "#") };
    const shown = await show({ texts }, "alice");
    expect(tmoutOf(shown)).toMatchObject({ seconds: 60, settings: [{ ours: false }] });
  });

  test.each([
    ["1", "TMOUT=0\n", null],
    ["2", "TMOUT=$(hours)\n", null],
    ["3", "TMOUT=15\n", 15],
  ])("by hand %s", async (_, text, seconds) => {
    const shown = await show({ texts: { "/home/alice/.profile": text } }, "alice");
    expect(tmoutOf(shown)).toMatchObject({ seconds, known: !text.includes("$") });
  });

  test.each([
    ["a condition", "if date | grep -q Mon; then\n  TMOUT=600\nfi\n", 1, "depends on a condition"],
    ["what a program prints", "\nTMOUT=$(limit)\n", 2, "is computed there"],
    ["what eval runs", 'TMOUT=5\neval "$(limits)"\nTMOUT=6\n', 2, "what eval runs"],
    ["what is not understood", "TMOUT=5\nfor ((;;)); do :; done\n", 2, "for (( )) is not followed"],
    ["NUL bytes", "TMOUT=5\0\n", 1, "NUL bytes"],
  ])("%s makes it uncertain, at its place", async (_, text, line, reason) => {
    const shown = await show({ texts: { "/etc/profile.d/x.sh": text } }, "alice");
    expect(tmoutOf(shown)).toMatchObject({
      seconds: null,
      known: false,
      doubt: { reason: expect.stringContaining(reason), path: "/etc/profile.d/x.sh", line },
    });
    expect(tmoutOf(shown)?.settings.map(({ outcome }) => outcome)).toContain("unknown");
    const host = fakeHost({ texts: { "/etc/profile.d/x.sh": text } });
    const { out } = await sshctl(["timeout", "show", "--user", "alice"], { host });
    expect(out).toMatch(/^shell \(TMOUT\) +not certain: .*--ask-shell/m);
    expect(out).toContain(`/etc/profile.d/x.sh:${String(line)}`);
  });

  test.each([
    ["for one command", "TMOUT=5 true\n"],
    ["in a function", "f() {\n  TMOUT=5\n}\n"],
    ["in a here-document", "cat <<E\nTMOUT=5\nE\n"],
    ["in a subshell", "(TMOUT=5)\n"],
  ])("a line that is %s sets nothing", async (_, text) => {
    const shown = await show({ texts: { "/etc/profile.d/x.sh": text } }, "alice");
    expect(tmoutOf(shown)).toMatchObject({ seconds: null, known: true, doubt: null });
    for (const { outcome } of tmoutOf(shown)?.settings ?? []) expect(outcome).toBe("skipped");
  });

  test.each([
    ["where no Match sets it", "", [300, true]],
    ["not where one does", "Match User alice\n  ChannelTimeout *=5s\n", [null, false]],
  ])("sshd tells it without root, %s", async (_, match, expected) => {
    const run: HostSpec["run"] = async (name, args) => {
      const stdout = "channeltimeout session:*=5m\nunusedconnectiontimeout none\n";
      return Promise.resolve(
        name === "sshd" && args[0] !== "-T" ? { stdout, stderr: "OpenSSH_10.0p2, x", exitCode: 0 } : undefined,
      );
    };
    const shown = await show({ run, texts: { "/etc/ssh/sshd_config": match } }, "alice");
    expect([shown.limits[1]?.seconds, shown.limits[1]?.known]).toEqual(expected);
  });

  test("keepalives are no limit, and session= ends nothing before 10.6", async () => {
    const answers =
      (version: string): NonNullable<HostSpec["run"]> =>
      async (name) => {
        const stdout =
          "ClientAliveInterval 300\nclientalivecountmax 0\nchanneltimeout session=5m\nunusedconnectiontimeout 60\n";
        return Promise.resolve(
          name === "sshd" ? { stdout, stderr: `OpenSSH_${version}p1, x`, exitCode: 0 } : undefined,
        );
      };
    const old = await show({ run: answers("9.2") }, "alice");
    expect(old.limits[1]).toMatchObject({ means: "sshd", seconds: null, known: true });
    expect(old.limits[2]).toMatchObject({ means: "sshd-unused", seconds: 60 });
    expect(old.notes.join("\n")).toContain("session= ends nothing before OpenSSH 10.6");
    expect(old.notes.join("\n")).toContain("ends nothing since OpenSSH 8.2");
    expect((await show({ run: answers("10.6") }, "alice")).limits[1]).toMatchObject({ seconds: 300 });
  });
});

describe("the shell itself is asked", () => {
  const texts = { "/home/alice/.profile": "TMOUT=$(limit)\n" };
  const asking = async (runAsUser: NonNullable<HostSpec["runAsUser"]>, user = "alice") => {
    const host = fakeHost({ texts, runAsUser });
    return sshctl(["timeout", "show", "--user", user, "--ask-shell", "-ojson"], { host });
  };

  test("and what it says is told", async () => {
    const { out, exitCode } = await asking(async (user, command) => {
      expect(user).toMatchObject({ uid: 1000, gid: 1000 });
      const mark = /[\da-f-]{36}/.exec(command.at(-1) ?? "")?.[0] ?? "";
      const stdout = `\n${mark}set:600\ndeclare -rx TMOUT="600"\n\n${mark}\n\n${mark}\n`;
      return Promise.resolve({ kind: "ended", stdout });
    });
    expect(exitCode).toBe(0);
    expect(violationsOf("timeout-1", JSON.parse(out))).toEqual([]);
    const tmout = tmoutOf(JSON.parse(out) as Shown);
    expect(tmout).toMatchObject({
      seconds: 600,
      known: true,
      readonly: true,
      exported: false,
      asked: true,
      doubt: null,
    });
  });

  test("and says nothing", async () => {
    const { out, err, exitCode } = await asking(async () => Promise.resolve({ kind: "late" }));
    expect(err).toContain("/bin/bash did not answer within 5 s. The limit shown is what its startup files set.");
    expect(exitCode).toBe(5);
    expect(tmoutOf(JSON.parse(out) as Shown)).toMatchObject({ known: false, asked: false });
  });

  test("but not one that has no TMOUT", async () => {
    const { err, exitCode } = await asking(async () => Promise.reject(new Error("It was run.")), "bob");
    expect(err).toContain("/usr/bin/fish has no TMOUT to ask for");
    expect(exitCode).toBe(5);
  });

  test("only if it is asked for", async () => {
    const host = fakeHost({ texts, runAsUser: async () => Promise.reject(new Error("It was run.")) });
    expect(await sshctl(["timeout", "show", "--user", "alice"], { host })).toMatchObject({
      exitCode: 0,
      err: "",
    });
  });

  test("by root for others only", async () => {
    const host = fakeHost({ uid: 1000 });
    const args = ["timeout", "show", "--user", "bob", "--ask-shell"];
    expect(await sshctl(args, { host })).toMatchObject({ exitCode: 4, out: "" });
  });
});

describe("who may see it", () => {
  const asAlice = async (args: readonly string[]) =>
    sshctl(["timeout", "show", ...args], { host: fakeHost({ uid: 1000 }) });

  test("everybody their own", async () => {
    expect(await asAlice([])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("alice, whose login shell is /bin/bash"),
    });
  });

  test("root those of others", async () => {
    expect(await asAlice(["--user", "bob"])).toMatchObject({ exitCode: 4, out: "" });
  });

  test("nobody those of nobody", async () => {
    expect(await asAlice(["--user", "zoe"])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("There is no user zoe."),
    });
  });
});
