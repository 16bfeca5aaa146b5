import { describe, expect, test, vi } from "vitest";
import { renderAct } from "../../src/system/acts/act-record.ts";
import { FatalError } from "../../src/errors.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import {
  accepted,
  bootA,
  bootB,
  entry,
  fakeJournal,
  fingerprint,
  ofChild,
  ofJournald,
  ofLogind,
  ofMonitor,
  ofSystemd,
  type Entry,
  type EntrySpec,
} from "../helpers/fake-journal.ts";
import { now } from "../helpers/machine-builder.ts";
import { sshctl, type World } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report, session } from "../helpers/sessions.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const ago = (ms: number, boot = bootA): EntrySpec => ({ at: now - ms, boot });

/** A login and logout as Debian 13 writes them. */
function visit(user: string, pid: number, port: number, fromMs: number, toMs: number | undefined): Entry[] {
  const login = ago(fromMs);
  const uid = user === "bob" ? 1001 : 1000;
  const lines = [
    ofMonitor(pid, accepted(user, port), login),
    ofMonitor(
      pid,
      `pam_unix(sshd:session): session opened for user ${user}(uid=${String(uid)}) by ${user}(uid=0)`,
      login,
    ),
    ofLogind("new", `c${String(pid)}`, pid, login),
  ];
  if (toMs === undefined) return lines;
  const logout = ago(toMs);
  return [
    ...lines,
    ofChild(uid, `Received disconnect from 192.0.2.7 port ${String(port)}:11: disconnected by user`, logout),
    ofChild(uid, `Disconnected from user ${user} 192.0.2.7 port ${String(port)}`, logout),
    ofMonitor(pid, `pam_unix(sshd:session): session closed for user ${user}`, logout),
    ofLogind("removed", `c${String(pid)}`, pid, logout),
  ];
}

function machine(entries: readonly Entry[], given: World = {}, texts: Record<string, string> = {}) {
  return machineWith(
    entries.toSorted((a, b) => Number(a["__REALTIME_TIMESTAMP"]) - Number(b["__REALTIME_TIMESTAMP"])),
    given,
    texts,
  );
}

/** @param entries - in the order in which they were written, whatever the clock said. */
function machineWith(entries: readonly Entry[], given: World = {}, texts: Record<string, string> = {}) {
  const journal = fakeJournal(entries);
  const host = fakeHost({
    writtenMs: now,
    texts: { "/proc/sys/kernel/random/boot_id": `${bootA}\n`, ...texts },
    machine: { programLines: journal },
  });
  const world: World = { host, report: report([]), ...given };
  return { journal, run: async (...args: string[]) => sshctl(["history", ...args], world) };
}

interface Connection {
  on: string;
  id: string | null;
  user: string;
  peer: { port: number } | null;
  ended: string;
  endedVerified: boolean;
  loginAt: string | null;
  endedAt: string | null;
  endedBefore: string | null;
  seconds: number | null;
  signal: string | null;
  killedBy: { caller: string; signal: string | null; reason: string | null } | null;
  logindSession: string | null;
  sources: string[];
}

async function connections(made: ReturnType<typeof machine>, ...args: string[]): Promise<Connection[]> {
  const { out, exitCode } = await made.run("-o", "json", ...args);
  expect(exitCode).toBe(0);
  const document = JSON.parse(out) as { connections: Connection[] };
  expect(violationsOf("history-1", document)).toEqual([]);
  return document.connections;
}

const start = ofJournald("start", ago(30 * day));

describe("a connection that was", () => {
  test("is a row, with how it ended and where that is known from", async () => {
    const made = machine([start, ...visit("alice", 118, 5000, 3 * hour, hour)]);
    expect(await connections(made)).toEqual([
      expect.objectContaining({
        on: "yes",
        id: null,
        user: "alice",
        uid: 1000,
        logindSession: "c118",
        pid: 118,
        boot: bootA,
        ended: "client",
        endedVerified: false,
        seconds: 7200,
        endedBefore: null,
        killedBy: null,
        auth: expect.objectContaining({ method: "publickey", fingerprint, verified: true }) as unknown,
        loginAt: new Date(now - 3 * hour).toISOString(),
        endedAt: new Date(now - hour).toISOString(),
        sources: ["sshd", "logind"],
      }),
    ]);
  });

  test("looks the same in the table, in lines and in CSV", async () => {
    const made = machine([start, ...visit("alice", 118, 5000, 3 * hour, hour)]);
    const table = await made.run("--columns", "user,from,lasted,ended");
    expect(table.out).toBe("USER   FROM            LASTED  ENDED\nalice  192.0.2.7:5000   2h00m  client?\n");
    expect(table.err).toContain("the journal reaches back to ");
    const csv = await made.run("-o", "csv", "--columns", "user,lasted,ended");
    expect(csv.out).toBe("host,user,lasted,ended\nweb1,alice,7200,client\n");
    const { out } = await made.run("-o", "ndjson");
    expect(violationsOf("history-1", JSON.parse(out), "#/$defs/pastLine")).toEqual([]);
  });

  test("is open as long as it is in the list, with the same identity", async () => {
    const open = session({ identity: { pid: 118, startTicks: 777 }, peer: { address: "192.0.2.7", port: 5000 } });
    const made = machine([start, ...visit("alice", 118, 5000, hour, undefined)], { report: report([open]) });
    expect(await connections(made)).toEqual([
      expect.objectContaining({
        id: "118:777",
        ended: "open",
        on: "yes",
        ttys: ["pts/1"],
        sources: ["sshd", "logind", "processes"],
      }),
    ]);
    expect(await connections(made, "--tty", "pts/1")).toHaveLength(1);
  });

  test("is not taken for an open one of the same process ID", async () => {
    const open = session({ identity: { pid: 118, startTicks: 777 }, peer: { address: "192.0.2.7", port: 6000 } });
    const made = machine([start, ...visit("alice", 118, 5000, 2 * hour, hour)], { report: report([open]) });
    expect((await connections(made)).map(({ ended, id }) => [ended, id])).toEqual([
      ["open", "118:777"],
      ["client", null],
    ]);
  });

  test("has an unknown end where nothing tells, and it is not open", async () => {
    const made = machine([start, ...visit("alice", 118, 5000, 2 * hour, undefined)]);
    expect(await connections(made)).toEqual([
      expect.objectContaining({
        ended: "unknown",
        endedAt: null,
        endedBefore: new Date(now).toISOString(),
        seconds: null,
      }),
    ]);
  });

  test("ended before another one got its process ID", async () => {
    const made = machine([
      start,
      ...visit("alice", 118, 5000, 3 * hour, undefined),
      ...visit("bob", 118, 5001, 2 * hour, hour),
    ]);
    expect((await connections(made)).map(({ user, endedBefore, ended }) => [user, endedBefore, ended])).toEqual([
      ["alice", new Date(now - 2 * hour).toISOString(), "unknown"],
      ["bob", null, "client"],
    ]);
  });
});

describe("how it ended", () => {
  const endOf = async (...lines: Entry[]) => {
    const [row] = await connections(machine([start, ...visit("alice", 118, 5000, 2 * hour, undefined), ...lines]));
    return row && [row.ended, row.endedVerified, row.signal, row.killedBy];
  };
  const closed = ofMonitor(118, "pam_unix(sshd:session): session closed for user alice", ago(hour));

  test("is unknown where sshd only says that it did", async () => {
    expect(await endOf(closed)).toEqual(["unknown", true, null, null]);
  });

  test("is by a signal", async () => {
    const reaped = ofMonitor(118, "error: mm_reap: preauth child terminated by signal 9", ago(hour));
    expect(await endOf(reaped, closed)).toEqual(["killed", true, "KILL", null]);
  });

  test("is by sshctl, with who and why", async () => {
    const line = renderAct({
      id: "20261128T140000000-7f2c",
      act: "kill",
      isDone: true,
      caller: { uid: 0, name: "root", login: undefined },
      reason: "left over",
      facts: { session: "118:777", pid: "131", signal: "TERM", outcome: "ended by TERM in 0.1s" },
    });
    const record = entry(line, { ...ago(hour - 100), fields: { SYSLOG_IDENTIFIER: "sshctl" } });
    expect(await endOf(closed, record)).toEqual([
      "killed",
      true,
      null,
      { caller: "root", signal: "TERM", reason: "left over", act: "20261128T140000000-7f2c" },
    ]);
  });

  test("is by systemd, or because it was idle", async () => {
    const stop = ofSystemd("session-c118.scope", ago(hour));
    expect(await endOf(stop, closed)).toEqual([
      "killed",
      true,
      null,
      { caller: "systemd", signal: null, reason: null, act: null },
    ]);
    const idle = ofLogind("out", "", 0, {
      ...ago(hour),
      fields: { SESSION_ID: "", MESSAGE: 'Session "c118" of user "alice" is idle, stopping.' },
    });
    expect((await endOf(idle, stop, closed))?.[0]).toBe("timeout");
  });

  test("is what the user's own processes say, marked, and never what those of others say", async () => {
    const gone = ofChild(1000, "Connection closed by 192.0.2.7 port 5000", ago(hour));
    expect(await endOf(gone, closed)).toEqual(["gone", false, null, null]);
    const forged = ofChild(1001, "Disconnected from user alice 192.0.2.7 port 5000", ago(hour));
    expect(await endOf(forged, closed)).toEqual(["unknown", true, null, null]);
    expect(await endOf(forged)).toEqual(["unknown", true, null, null]);
  });

  test("is with the machine, or in its crash", async () => {
    const before = (specs: readonly Entry[]) => specs.map((each) => ({ ...each, _BOOT_ID: bootB }));
    const lines = before([start, ...visit("alice", 118, 5000, 5 * hour, undefined)]);
    const newBoot = ofJournald("start", ago(hour));
    const shutdown = before([ofSystemd("multi-user.target", ago(2 * hour)), ofJournald("stop", ago(2 * hour - 1000))]);
    expect(await connections(machine([...lines, ...shutdown, newBoot]))).toEqual([
      expect.objectContaining({
        ended: "shutdown",
        endedAt: null,
        endedBefore: new Date(now - 2 * hour + 1000).toISOString(),
      }),
    ]);
    const closedThen = before([
      {
        ...closed,
        __REALTIME_TIMESTAMP: String((now - 2 * hour) * 1000),
        __MONOTONIC_TIMESTAMP: String((now - 2 * hour) * 1000),
      },
    ]);
    expect(await connections(machine([...lines, ...closedThen, ...shutdown, newBoot]))).toEqual([
      expect.objectContaining({ ended: "shutdown", endedAt: new Date(now - 2 * hour).toISOString() }),
    ]);
    const last = before([entry("anything", ago(2 * hour))]);
    expect(await connections(machine([...lines, ...last, newBoot]))).toEqual([
      expect.objectContaining({ ended: "lost", endedAt: null, endedBefore: new Date(now - 2 * hour).toISOString() }),
    ]);
  });
});

describe("the time that is asked for", () => {
  const all = [
    start,
    ...visit("early", 101, 5001, 10 * day, 9 * day),
    ...visit("long", 102, 5002, 20 * day, 2 * hour),
    ...visit("late", 103, 5003, 3 * hour, hour),
  ];
  const users = async (...args: string[]) => (await connections(machine(all), ...args)).map(({ user }) => user);

  test("is the last week, with those who came before and left in it", async () => {
    expect(await users()).toEqual(["long", "late"]);
    expect(await users("--since", "30 days ago")).toEqual(["long", "early", "late"]);
    expect(await users("--until", "8 days ago")).toEqual(["long", "early"]);
    expect(await users("--since", "15 days ago", "--until", "12 days ago")).toEqual(["long"]);
  });

  test("is read, and nothing before it but what belongs to it", async () => {
    // Reading takes time: the report is younger than the command line.
    const made = machine(all, { report: report([], { takenAtMs: now + 5 }) });
    await made.run();
    const ofServers = made.journal.asked.filter((args) => args.some((arg) => arg.startsWith("--grep=")));
    const week = String((now - 7 * day) / 1000);
    expect(ofServers.map((args) => args.filter((arg) => /^--(?:since|until)/.test(arg)))).toEqual([
      [`--since=@${week}.000`],
    ]);
  });

  test("is a moment", async () => {
    expect(await users("--at", "90min ago")).toEqual(["late"]);
    expect(await users("--at", "150min ago")).toEqual(["long", "late"]);
    expect(await users("--at", "9.5d ago")).toEqual(["long", "early"]);
    expect(await users("--at", "now")).toEqual([]);
  });

  test("is a moment of a boot of which the journal has forgotten the start", async () => {
    const made = machine(all.slice(1));
    expect((await connections(made, "--at", "5 days ago")).map(({ user }) => user)).toEqual(["long"]);
  });

  test("has how connections ended that outlived it", async () => {
    expect(await connections(machine(all), "--at", "5 days ago")).toEqual([
      expect.objectContaining({ user: "long", ended: "client", endedAt: new Date(now - 2 * hour).toISOString() }),
    ]);
  });

  test("leaves nobody out of whom nothing was written in it", async () => {
    const open = session({
      user: "open",
      identity: { pid: 104, startTicks: 1 },
      peer: { address: "192.0.2.7", port: 5004 },
    });
    const made = machine([...all, ...visit("open", 104, 5004, 25 * day, undefined)], { report: report([open]) });
    expect(await connections(made, "--since", "30min ago")).toEqual([
      expect.objectContaining({ user: "open", loginAt: new Date(now - 25 * day).toISOString() }),
    ]);
  });

  test("says perhaps where an end is not known", async () => {
    const made = machine([
      start,
      ...visit("alice", 118, 5000, 2 * day, undefined),
      ...visit("bob", 118, 5001, hour, undefined),
    ]);
    expect((await connections(made, "--at", "1 day ago")).map(({ user, on }) => [user, on])).toEqual([
      ["alice", "perhaps"],
    ]);
    const { out } = await made.run("--at", "1 day ago");
    expect(out).toContain("alice");
  });

  test.each([
    [["--at", "tomorrow"], "is in the future"],
    [["--since", "tomorrow"], "is in the future"],
    [["--since", "today", "--until", "yesterday"], "--since"],
    [["--at", "soon"], '--at "soon" is not understood.'],
    [["--since", "2h"], '--since "2h" is a span of time, not a moment. Write --since "2h ago".'],
    [["--at", "1d 2h"], 'Write --at "1d 2h ago".'],
    [["--since", "90"], '--since "90" is not understood.'],
    [["--at", "2026-10-25 02:30 Europe/Berlin"], "was twice: clocks were set back."],
    [["--at", "2026-03-29 02:30 Europe/Berlin"], "never was: clocks were set forward."],
    [["--at", "now", "--since", "today"], "--at is one moment"],
    [["--kind", "shell"], "history cannot choose by --kind: no log keeps that."],
    [["--busy"], "history cannot choose by --busy"],
    [["--not-forward", "agent"], "history cannot choose by --not-forward"],
    [["--containers"], "history cannot choose by --containers"],
    [["--root", "a", "--journal", "b"], "--root and --journal name two machines."],
    [["--columns", "user", "-o", "json"], "-o json has no columns to choose."],
  ])("%j is refused", async (args, message) => {
    const made = machine(all);
    const { exitCode, err, out } = await made.run(...args);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(made.journal.asked).toEqual([]);
  });
});

describe("when clocks are changed", () => {
  // 25 October 2026, in Berlin: 02:30 summer time, and once more an hour later.
  const [first, second] = [Date.parse("2026-10-25T00:30:00Z"), Date.parse("2026-10-25T01:30:00Z")];
  const all = [
    start,
    ...visit("summer", 101, 5001, now - first + 10 * minute, now - first - 10 * minute),
    ...visit("both", 102, 5002, now - first, now - second),
    ...visit("winter", 103, 5003, now - second + 10 * minute, now - second - 10 * minute),
  ].toSorted((a, b) => Number(a["__REALTIME_TIMESTAMP"]) - Number(b["__REALTIME_TIMESTAMP"]));
  const journal = [ofJournald("start", { at: first - day, boot: bootA }), ...all.filter((each) => each !== start)];
  const users = async (...args: string[]) => (await connections(machine(journal), ...args)).map(({ user }) => user);

  test("the offset says which of two hours is meant", async () => {
    expect(await users("--at", "2026-10-25 02:30 +02:00")).toEqual(["summer", "both"]);
    expect(await users("--at", "2026-10-25 02:30 +01:00")).toEqual(["both", "winter"]);
  });

  test("a span of that hour leaves nobody out", async () => {
    const at = "2026-10-25 02:30 Europe/Berlin";
    expect(await users("--since", at, "--until", at)).toEqual(["summer", "both", "winter"]);
  });

  test("an hour that is shown twice is an hour long", async () => {
    const [, both] = await connections(machine(journal), "--since", "2026-10-25", "--until", "2026-10-26");
    expect(both).toMatchObject({ user: "both", seconds: 3600 });
  });

  test("no setting of the clock makes a connection longer, or ends it before its login", async () => {
    const login = { at: now - hour, boot: bootA, sinceBootMs: 10 * minute };
    const logout = { at: now - 3 * hour, boot: bootA, sinceBootMs: 25 * minute };
    const [row] = await connections(
      machineWith([
        start,
        ofMonitor(118, accepted("alice", 5000), login),
        ofMonitor(118, "pam_unix(sshd:session): session closed for user alice", logout),
      ]),
    );
    expect(row).toMatchObject({ user: "alice", seconds: 900, loginAt: new Date(now - hour).toISOString() });
  });

  test("the table and the counts are those of the terminal's zone, with both offsets", async () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const { out, err } = await machine(journal).run("--since", "2026-10-25", "--until", "2026-10-26");
    expect(out).toMatch(/^both .* 2026-10-25 02:30:00 +02:30:00 +1h00m/m);
    expect(err).toContain("times are those of Europe/Berlin, +0200 and later +0100");
    const hours = await machine(journal).run("--since", "2026-10-25", "--by", "hour", "-o", "csv");
    expect(hours.out.match(/^web1,2026-10-25T0[01]:00:00/gm)).toEqual([
      "web1,2026-10-25T00:00:00",
      "web1,2026-10-25T01:00:00",
    ]);
    expect((await machine(journal).run("--at", "2026-10-25 02:30")).err).toContain(
      'Write the one that you mean with its offset: "2026-10-25 02:30:00 +0200" or "2026-10-25 02:30:00 +0100".',
    );
    vi.unstubAllEnvs();
  });
});

describe("who is chosen", () => {
  const entries = [start, ...visit("alice", 118, 5000, 3 * hour, hour), ...visit("bob", 119, 5001, 2 * hour, hour)];
  const users = async (...args: string[]) => (await connections(machine(entries), ...args)).map(({ user }) => user);

  test("nobody, if no user is called so, and perhaps another one", async () => {
    const { err, exitCode } = await machine(entries, {
      directory: { alcie: { kind: "nobody" } },
      users: ["alice"],
    }).run("--user", "alcie");
    expect(err).toContain("sshctl: there is no user alcie, did you mean alice?\n");
    expect(exitCode).toBe(0);
  });

  test("by user, address and key", async () => {
    expect(await users("--user", "alice")).toEqual(["alice"]);
    expect(await users("--not-user", "alice")).toEqual(["bob"]);
    expect(await users("--user", "1001")).toEqual(["bob"]);
    expect(await users("--from", "192.0.2.0/24", "--user", "bob")).toEqual(["bob"]);
    expect(await users("--from", "10.0.0.0/8")).toEqual([]);
    expect(await users("--key", fingerprint.slice(0, 12))).toEqual(["alice", "bob"]);
    expect(await users("--not-key", fingerprint)).toEqual([]);
  });

  test("leaves out, and says so, what logs do not keep", async () => {
    const { err, exitCode } = await machine(entries).run("--tty", "pts/1");
    expect(exitCode).toBe(0);
    expect(err).toContain("2 connections left out");
  });
});

describe("what cannot be known", () => {
  test("is said where the journal cannot be read", async () => {
    const open = session({ user: "alice" });
    const made = machine([], { report: report([open]) });
    const { out, err, exitCode } = await made.run();
    expect(exitCode).toBe(0);
    expect(out).toContain("alice");
    expect(err).toContain("the journal cannot be read");
  });

  test("is said where processes cannot be looked at", async () => {
    const made = machine([start, ...visit("alice", 118, 5000, 3 * hour, hour)], {
      failure: new FatalError("No /proc."),
    });
    const { out, err, exitCode } = await made.run();
    expect([exitCode, out.includes("alice")]).toEqual([0, true]);
    expect(err).toContain("which connections are open is not known: No /proc.");
  });

  test("is said where journald has dropped lines", async () => {
    const dropped = {
      ...start,
      ...entry("Suppressed 31 messages from ssh.service", ago(hour)),
      SYSLOG_IDENTIFIER: "systemd-journald",
      MESSAGE_ID: "a596d6fe7bfa4994828e72309e95d61e",
    };
    const { err } = await machine([start, dropped]).run();
    expect(err).toContain("journald has dropped 31 lines of ssh.service");
  });

  test("is nobody, with code 0", async () => {
    const { out, exitCode } = await machine([start], { width: 80 }).run("--at", "1h ago");
    expect([exitCode, out]).toEqual([
      0,
      `nobody was on at ${"2026-11-21 08:41:07 +0000".replace(/.*/, out.slice(17, -1))}\n`,
    ]);
  });
});

test("of a time before all sources nothing is said to be known", async () => {
  const { out, err, exitCode } = await machine([start], { width: 80 }).run("--at", "40 days ago");
  expect([exitCode, out]).toEqual([0, expect.stringMatching(/^it is not known who was on at 20/)]);
  expect(err).toContain("no log reaches back that far");
  const { connections: found, warnings } = JSON.parse(
    (await machine([start]).run("--at", "40 days ago", "-o", "json")).out,
  );
  expect([found, warnings]).toEqual([[], [expect.objectContaining({ code: "before-sources" })]]);
});

describe("log files", () => {
  const line = (ms: number, pid: number, text: string) =>
    `${new Date(now - ms).toISOString()} web1 sshd[${String(pid)}]: ${text}`;
  const log = (...lines: string[]) => ({ "/var/log/auth.log": `${lines.join("\n")}\n` });
  const oldVisit = [
    line(20 * day, 90, accepted("erin", 4000)),
    line(19 * day, 91, "Disconnected from user erin 192.0.2.7 port 4000"),
    line(19 * day, 90, "pam_unix(sshd:session): session closed for user erin"),
  ];
  const young = ofJournald("start", ago(10 * day));

  test("tell of the time before the journal, and prove nothing", async () => {
    const made = machine(
      [young, ...visit("alice", 118, 5000, 3 * hour, hour)],
      {},
      log(...oldVisit, line(2 * hour, 7, accepted("bob", 1))),
    );
    const rows = await connections(made, "--since", "30 days ago");
    expect(rows.map(({ user, sources }) => [user, sources])).toEqual([
      ["erin", ["/var/log/auth.log"]],
      ["alice", ["sshd", "logind"]],
    ]);
    expect(rows[0]).toMatchObject({
      ended: "client",
      endedVerified: false,
      seconds: 86_400,
      boot: null,
      auth: { verified: false },
    });
    const { err } = await made.run("--since", "30 days ago");
    expect(err).toContain("/var/log/auth.log, to which every user can write, reaches back to ");
    expect(await connections(made)).toHaveLength(1);
  });

  test("tell of logins that the journal has the end of, and of open ones", async () => {
    const open = session({
      user: "erin",
      identity: { pid: 90, startTicks: 1 },
      peer: { address: "192.0.2.7", port: 4000 },
    });
    const lines = log(oldVisit[0] ?? "", line(20 * day, 95, accepted("dave", 4001)));
    const end = ofMonitor(95, "pam_unix(sshd:session): session closed for user dave", ago(5 * day));
    const made = machine([young, end], { report: report([open]) }, lines);
    const rows = await connections(made, "--since", "30 days ago");
    expect(rows.map(({ user, ended, loginAt, seconds }) => [user, ended, loginAt, seconds])).toEqual([
      ["erin", "open", new Date(now - 20 * day).toISOString(), 20 * 86_400],
      ["dave", "unknown", new Date(now - 20 * day).toISOString(), 15 * 86_400],
    ]);
  });

  test("are all there is where no journal can be read", async () => {
    const made = machine([], {}, log(...oldVisit, line(10 * day, 97, accepted("bob", 4002))));
    expect((await connections(made, "--since", "30 days ago")).map(({ user, ended }) => [user, ended])).toEqual([
      ["erin", "client"],
      ["bob", "unknown"],
    ]);
  });
});

describe("journal files of another machine", () => {
  test("are read without what is here", async () => {
    const open = session({ identity: { pid: 119, startTicks: 1 } });
    const made = machine([start, ...visit("alice", 118, 5000, 3 * hour, undefined)], { report: report([open]) });
    const rows = await connections(made, "--journal", "/mnt/log");
    expect(rows.map(({ user, ended, endedBefore }) => [user, ended, endedBefore])).toEqual([
      ["alice", "unknown", null],
    ]);
    expect(made.journal.asked.every((args) => args.includes("--directory=/mnt/log"))).toBe(true);
  });
});
