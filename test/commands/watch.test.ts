import { afterEach, describe, expect, test, vi } from "vitest";
import type { SessionReport } from "../../src/domain/session.ts";
import { FatalError } from "../../src/errors.ts";
import { now } from "../helpers/machine-builder.ts";
import { fakeHost, type FakeHost } from "../helpers/fake-host.ts";
import { sshctl, type World } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report, session, stranger } from "../helpers/sessions.ts";

const alice = session({ pid: 2001 });
const bob = session({ pid: 3001, user: "bob", uid: 1001, commandLine: "vim s3cret", command: "vim" });
const waiting = stranger({ pid: 4001 });
const at = (seconds: number, ...sessions: SessionReport["sessions"]) =>
  report(sessions, { takenAtMs: now + seconds * 1000 });

const linesOf = (text: string) => text.split("\n").slice(0, -1);

async function events(args: readonly string[], world: World): Promise<Record<string, unknown>[]> {
  const { out, exitCode } = await sshctl(["watch", "-o", "ndjson", ...args], world);
  expect(exitCode).toBe(0);
  return linesOf(out).map((line) => {
    const document = JSON.parse(line) as Record<string, unknown>;
    expect(violationsOf("event-1", document)).toEqual([]);
    return document;
  });
}

const names = (all: readonly Record<string, unknown>[]) => all.map(({ event }) => event);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("in a pipe", () => {
  test("lines for people and grep, in the time zone of the terminal", async () => {
    vi.stubEnv("TZ", "Asia/Kathmandu");
    const looks = [at(0, alice), at(2, alice, bob), at(4, session({ pid: 2001, ttys: ["pts/1", "pts/9"] }))];
    const { out, err, exitCode } = await sshctl(["watch", "--count", "3"], { looks });
    expect(linesOf(out)).toEqual([
      "2026-11-23 14:45:00 +0545  snapshot       1 session",
      "2026-11-23 14:45:02 +0545  opened         PID 3001, bob on pts/1 from 10.0.0.7:5000, shell, vim",
      "2026-11-23 14:45:04 +0545  closed         PID 3001, bob on pts/1 from 10.0.0.7:5000, after 1h00m",
      "2026-11-23 14:45:04 +0545  changed        PID 2001, alice on pts/1,pts/9 from 10.0.0.7:5000: ttys pts/1 -> pts/1,pts/9",
    ]);
    expect([err, exitCode]).toEqual(["", 0]);
  });

  test("JSON that keeps its contract, whatever happens", async () => {
    const warnings = [{ code: "needs-root", message: "run as root" }];
    const looks = [at(0, alice, waiting), report([alice, bob], { takenAtMs: now + 2000, warnings }), at(4)];
    const all = await events(["--phase", "any", "--count", "3"], { looks });
    expect(names(all)).toEqual(["snapshot", "closed", "opened", "warning", "closed", "closed"]);
    expect(all[1]).toMatchObject({ session: { phase: "authenticating" }, durationSeconds: 3602, origin: "look" });
  });

  test("unauthenticated connections only when they are asked for", async () => {
    const looks = [at(0), at(2, waiting), at(4)];
    expect(names(await events(["--count", "3"], { looks }))).toEqual(["snapshot"]);
    expect(names(await events(["--count", "3", "--phase", "any"], { looks }))).toEqual([
      "snapshot",
      "opened",
      "closed",
    ]);
  });

  test("only what was chosen", async () => {
    const looks = [at(0), at(2, alice, bob), at(4)];
    const all = await events(["--user", "bob", "--count", "3"], { looks });
    expect(all.map(({ session }) => (session as { user: string } | null)?.user)).toEqual([undefined, "bob", "bob"]);
  });

  test("--once and --count 1 are a snapshot", async () => {
    for (const args of [["--once"], ["--count", "1"]])
      expect(names(await events(args, { looks: [at(0, alice), at(2)] }))).toEqual(["snapshot"]);
  });

  test("--events leaves out the rest; a warning then goes to standard error", async () => {
    const warnings = [{ code: "needs-root", message: "run as root\u001B[2J" }];
    const looks = [at(0, alice), report([], { warnings })];
    const { out, err } = await sshctl(["watch", "--events", "closed,opened", "--count", "2"], { looks });
    expect(linesOf(out)).toHaveLength(1);
    expect(err).toBe(String.raw`sshctl: run as root\x1b[2J` + "\n");
  });

  test("--json is the format for programs", async () => {
    const run = async (...args: string[]) => sshctl(["watch", "--once", ...args], { sessions: [session()] });
    expect(await run("--json")).toEqual(await run("-o", "ndjson"));
    expect(await run("--json", "-o", "lines")).toMatchObject({
      exitCode: 2,
      out: "",
      err: expect.stringContaining("Choose one."),
    });
  });

  test.each(["lines", "ndjson"])("-o %s shows arguments only with --full-command", async (format) => {
    const world = { looks: [at(0), at(2, bob)] };
    const args = ["watch", "-o", format, "--count", "2"];
    expect((await sshctl(args, world)).out).not.toContain("s3cret");
    expect((await sshctl([...args, "--full-command"], world)).out).toContain("s3cret");
  });

  test.each(["lines", "ndjson"])("-o %s prints what strangers chose so that it is harmless", async (format) => {
    const evil = session({ user: "\u001B]0;x\u0007\nroot", command: "\u202Ecmd" });
    const { out } = await sshctl(["watch", "-o", format, "--count", "2"], { looks: [at(0), at(2, evil)] });
    expect(linesOf(out)).toHaveLength(2);
    expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe("--until-none", () => {
  test("says what it waits for", async () => {
    const own = session({ pid: 2101, self: true });
    const unclear = session({ pid: 2201, kind: undefined, ttys: [], lastInputMs: undefined });
    const wait = ["watch", "--until-none", "--wait", "15m", "--idle", "1m"];
    const { err } = await sshctl(wait, { looks: [at(0, alice, own, unclear), at(2)] });
    expect(err).toBe(
      "sshctl: waiting for 2 sessions to end, at most 15m: PID 2001, alice on pts/1 from 10.0.0.7:5000, PID 2201, alice from 10.0.0.7:5000; of 1 it is not known whether it is meant; not waiting for your own\n",
    );
    const alone = await sshctl(["watch", "--until-none"], { looks: [at(0, own)] });
    expect([alone.err, alone.exitCode]).toEqual(["sshctl: no session to wait for; not waiting for your own\n", 0]);
  });

  test("refuses a user that nobody is: a typo must not let a reboot go on", async () => {
    const run = await sshctl(["watch", "--until-none", "--user", "alcie"], {
      looks: [at(0, alice)],
      directory: { alcie: { kind: "nobody" } },
    });
    expect(run).toMatchObject({ exitCode: 2, err: expect.stringContaining("Nobody is meant: there is no user alcie") });
  });

  test("refuses a terminal that no session has", async () => {
    const run = await sshctl(["watch", "--until-none", "--tty", "pts/99"], { looks: [at(0, alice)] });
    expect(run).toMatchObject({ exitCode: 2, err: expect.stringContaining("No session has the terminal pts/99.") });
    const listed = await sshctl(["list", "--tty", "pts/99"], { sessions: [alice] });
    expect(listed.err).toContain("no session has the terminal pts/99");
  });

  test("ends with 0 when nobody of the chosen is left", async () => {
    const looks = [at(0, alice, bob), at(2, alice, bob), at(4, alice)];
    expect(names(await events(["--until-none", "--user", "bob"], { looks }))).toEqual(["snapshot", "closed"]);
  });

  test("with --wait ends with 1 when somebody stays", async () => {
    const { exitCode, err } = await sshctl(["watch", "--until-none", "--wait", "10"], { looks: [at(0, alice)] });
    expect(exitCode).toBe(1);
    expect(err).toContain(
      "sshctl: the time is up, and 1 session is still there: PID 2001, alice on pts/1 from 10.0.0.7:5000\n",
    );
  });

  test("takes who cannot be decided for present", async () => {
    const looks = [at(0, session({ lastInputMs: undefined }))];
    const { exitCode } = await sshctl(["watch", "--until-none", "--wait", "10", "--idle", "1m"], { looks });
    expect(exitCode).toBe(1);
  });
});

describe("a machine that cannot be read", () => {
  test("at first is an error like that of list", async () => {
    const { exitCode, err } = await sshctl(["watch"], { failure: new FatalError("There is no /proc.") });
    expect([exitCode, err]).toEqual([3, "sshctl: There is no /proc.\n"]);
  });

  test("later is a warning, told once, and nobody is taken for gone", async () => {
    const failure = new FatalError("There is no /proc.");
    const all = await events(["--until-none"], { looks: [at(0, alice), failure, failure, at(2)] });
    expect(names(all)).toEqual(["snapshot", "warning", "closed"]);
  });
});

test("a login between two looks is told by the journal, and the journal is left alone in the end", async () => {
  const stopped: string[] = [];
  const peer = { address: "10.0.0.9", port: 4000 };
  const message = { outcome: "accepted" as const, method: "password", user: "carol", peer, key: undefined };
  const record = { message, pid: 500, timeMs: now + 100, source: "journal", verified: true };
  const live: World["live"] = {
    followLogins: async (sinceMs, onNotice, onProblem) => {
      expect(sinceMs).toBe(now);
      onNotice({ kind: "login", login: { record, server: "openssh", ticks: 9 } });
      onNotice({ kind: "logout", pid: 500, timeMs: now + 600 });
      onProblem();
      onProblem();
      return Promise.resolve(() => stopped.push("journal"));
    },
  };
  const all = await events(["--count", "3"], { looks: [at(0), at(2), at(4)], live });
  expect(names(all)).toEqual(["snapshot", "warning", "opened", "closed"]);
  expect(all[3]).toMatchObject({
    session: { id: "500:9", user: "carol", auth: { method: "password" } },
    durationSeconds: 0.5,
    origin: "journal",
    time: "2026-11-23T09:00:00.600Z",
  });
  expect(stopped).toEqual(["journal"]);
});

describe("--exec", () => {
  test("is given every event that --events lets through, and not what is wrong with it", async () => {
    const told: string[] = [];
    const hooks: FakeHost["hooks"] = {
      findFault: () => undefined,
      run: async (path, input) => {
        told.push(`${path} ${(JSON.parse(input) as { event: string }).event}`);
        return Promise.resolve({ code: 1 });
      },
    };
    const world = { looks: [at(0, alice), at(2, bob), at(4)], host: fakeHost({ machine: { hooks } }) };
    const all = await events(["--exec", "/p", "--events", "opened,warning", "--count", "3"], world);
    expect(told).toEqual(["/p opened"]);
    expect(names(all)).toEqual(["opened", "warning"]);
    expect(all[1]).toMatchObject({
      warning: { code: "hook-failed", message: "/p exited with code 1 (event: opened)" },
    });
  });
});

describe("what is not understood", () => {
  const hooks = { findFault: () => "it must be a path", run: async () => Promise.reject(new Error("It was run.")) };

  test.each([
    [["--once", "--count", "3"], "--once and --count cannot be combined"],
    [["--wait", "5m"], "Add --until-none"],
    [["--interval", "0"], "at least 0.1"],
    [["--interval", "soon"], "at least 0.1"],
    [["--count", "0"], "whole numbers from 1"],
    [["--events", "login"], "opened, authenticated"],
    [["-o", "json"], "lines, ndjson"],
    [["-o", "screen"], "needs a terminal"],
    [["--columns", "user"], "works only with -o screen"],
    [["--sort", "user"], "works only with -o screen"],
    [["--exec", "bare-name"], "it must be a path"],
    [["--exec-jobs", "2"], "Add --exec PROGRAM"],
    [["--exec-limit", "soon"], "at least 1"],
    [["--root", "/tmp"], "Nothing happens on a recorded host"],
  ])("%j", async (args, said) => {
    const { exitCode, err } = await sshctl(["watch", ...args], {
      failure: new Error("The machine was read."),
      host: fakeHost({ machine: { hooks } }),
    });
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
    expect(linesOf(err)).toHaveLength(1);
  });
});
