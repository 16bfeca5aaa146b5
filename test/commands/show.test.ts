import { describe, expect, test } from "vitest";
import { violationsOf } from "../helpers/schemas.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { isoTime } from "../../src/text/time.ts";
import { now } from "../helpers/machine-builder.ts";
import { report, session, sharedSession } from "../helpers/sessions.ts";

const alice = session({ pid: 2001, ttys: ["pts/1"] });
const bob = session({
  pid: 3001,
  user: "bob",
  ttys: ["pts/2"],
  logindSession: "7",
  peer: { address: "10.0.0.8", port: 6000 },
});
const init = {
  pid: 1,
  ppid: 0,
  pgid: 1,
  sid: 1,
  startTicks: 1,
  comm: "systemd\u001b[2J",
  tty: undefined,
  foregroundGroup: -1,
};
const serving = { ...init, pid: 2001, ppid: 2000, comm: "sshd-session" };
const world = { report: report([alice, bob], { processes: new Map([init, serving].map((each) => [each.pid, each])) }) };

describe("one session, by any of its names", () => {
  test.each(["2001", "pts/1", "/dev/pts/1", "10.0.0.7:5000", "session:5"])("%s", async (name) => {
    const { out, err, exitCode } = await sshctl(["show", name, "-ojson"], world);
    expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
    expect(violationsOf("session-1", JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ session: { pid: 2001, user: "alice" } });
  });

  test("as text", async () => {
    const { out } = await sshctl(["show", "pts/2"], world);
    expect(out).toMatch(/^user +bob \(uid 1000\)$/m);
    expect(out).toMatch(/^from +10\.0\.0\.8:6000$/m);
  });
});

describe("a connection with several terminals", () => {
  const shared = sharedSession();
  const shown = async (...args: string[]) => {
    const { out } = await sshctl(["show", ...args], { report: report([shared]) });
    return Object.fromEntries(out.split("\n").map((line) => line.split(/ {2,}/)));
  };

  test("tells of each what runs there since when, and how long it has been idle", async () => {
    const facts = await shown("10.0.0.7:5000");
    expect(facts["pts/1"]).toMatch(/^bash, since \S+ \S+ \S+ \(1h00m ago\); 50m without input, 50m without output$/);
    expect(facts["pts/5"]).toMatch(
      /^vim \(running\), since \S+ \S+ \S+ \(20m ago\); 5s without input, 5s without output$/,
    );
    expect(facts["sftp"]).toMatch(/^sftp-server, since \S+ \S+ \S+ \(10m ago\)$/);
    expect(facts["pts/7"]).toMatch(/^passwd, since .*; 3m without input/);
    expect([facts["idle"], facts["command"]]).toEqual([undefined, undefined]);
  });

  test.each([
    ["pts/1", "50m without input, 50m without output", /^bash, since .*\(1h00m ago\)$/, "pts/5"],
    ["pts/5", "5s without input, 5s without output", /^vim \(running\), since .*\(20m ago\)$/, "pts/1"],
    ["pts/7", "3m without input, 3m without output", /^passwd, since .*\(4m ago\)$/, "pts/1"],
  ])("tells of %s alone if that was asked for, and then what else there is", async (tty, idle, command, other) => {
    const facts = await shown(tty);
    expect([facts["terminal"], facts["idle"]]).toEqual([tty, idle]);
    expect(facts["command"]).toMatch(command);
    expect(facts[other]).toMatch(/since/);
    expect(facts[tty]).toBeUndefined();
  });

  test("is a document with each of them", async () => {
    const { out } = await sshctl(["show", "pts/5", "-ojson"], { report: report([shared]) });
    expect(violationsOf("session-1", JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({
      session: {
        idleSeconds: 5,
        command: "vim",
        commandStartedAt: isoTime(now - 1_200_000),
        channels: [
          { tty: "pts/1", command: "bash", idleSeconds: 3000, busy: false },
          { tty: "pts/5", command: "vim", idleSeconds: 5, busy: true },
          { tty: null, command: "sftp-server", idleSeconds: null, busy: null },
        ],
        innerTerminals: [{ tty: "pts/7", command: "passwd", idleSeconds: 180 }],
      },
    });
  });
});

test.each([
  ["self", 'Your own session is marked in "sshctl list"'],
  ["all", 'Did you mean "sshctl list"?'],
  ["pts10", "Did you mean pts/10?"],
  ["/dev/pts10", "Did you mean pts/10?"],
  ["bob", 'For all that match: "sshctl list --user bob".'],
])("%s is answered with what is meant", async (word, hint) => {
  expect((await sshctl(["show", word], world)).err).toContain(hint);
});

test("an address that cannot be seen is not denied", async () => {
  const warnings = [{ code: "needs-root", message: "run as root" }];
  const unseen = report([session({ peer: undefined }), bob], { warnings });
  const { err, exitCode } = await sshctl(["show", "10.0.0.7:5000"], { report: unseen });
  expect(exitCode).toBe(4);
  expect(err).toContain("and the addresses of 1 session cannot be seen. Run it as root, with sudo.");
  expect(await sshctl(["show", "10.0.0.8:6000"], { report: unseen })).toMatchObject({ exitCode: 0 });
});

describe("what cannot be shown says why, in one line", () => {
  test.each([
    [["show"], 2, "show needs a session."],
    [["show", "abc"], 2, '"abc" does not name a session. Allowed: a PID'],
    [["show", "1\u001b[31m"], 2, String.raw`"1\x1b[31m" does not name a session.`],
    [["show", "pts/1", "pts/2"], 2, 'show takes no further argument "pts/2".'],
    [["show", "pts/9"], 1, "No SSH session is named pts/9."],
    [["show", "session:c77"], 1, "No SSH connection belongs to session:c77, and nothing that one has left behind."],
    [["show", "999"], 1, "There is no process 999."],
    [["show", "1"], 1, String.raw`1 is systemd\x1b[2J, not part of an SSH session.`],
    [["show", "self"], 2, '"self" does not name a session. Allowed: a PID'],
    [["show", "pts/1", "-o", "csv"], 2, '--output "csv" is not understood.'],
  ])("%j", async (args, exitCode, message) => {
    const outcome = await sshctl(args, world);
    expect(outcome).toMatchObject({ out: "", exitCode });
    expect(outcome.err).toContain(`sshctl: ${message}`);
    expect(outcome.err.trimEnd().split("\n")).toHaveLength(1);
  });
});

test("a name that means two sessions shows none, but lists them", async () => {
  const twin = session({ pid: 4001, peer: alice.peer });
  const outcome = await sshctl(["show", "10.0.0.7:5000"], { report: report([alice, twin]) });
  expect(outcome).toMatchObject({ out: "", exitCode: 2 });
  expect(outcome.err).toContain("means 2 sessions: PID 2001, alice on pts/1 from 10.0.0.7:5000; PID 4001");
});
