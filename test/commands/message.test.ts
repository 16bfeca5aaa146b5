import { describe, expect, test } from "vitest";
import type { Told } from "../../src/host/terminal/terminals.ts";
import type { Session } from "../../src/domain/session.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report, session } from "../helpers/sessions.ts";

const alice = session({ pid: 903, ttys: ["pts/1"] });
const bob = session({ pid: 913, user: "bob", uid: 1001, ttys: ["pts/2", "pts/3"] });
const tunnel = session({ pid: 923, kind: "tunnel", ttys: [], lastInputMs: undefined });
const own = session({ pid: 933, ttys: ["pts/4"], self: true });
const boxed = session({ pid: 943, ttys: ["pts/1"], container: true });

/** `sshctl message ARGS` on a machine whose terminals answer so, and take everything otherwise. */
async function run(
  args: readonly string[],
  sessions: readonly Session[] = [alice, bob, tunnel, own, boxed],
  answers: Readonly<Record<string, Told>> = {},
  uid = 0,
) {
  const written: [string, number, string][] = [];
  const entries: string[] = [];
  const host = fakeHost({
    uid,
    machine: {
      terminals: {
        tell: (tty, owner, text) => {
          const answer = answers[tty] ?? "told";
          if (answer === "told") written.push([tty, owner, text]);
          return answer;
        },
      },
      feed: async (_name, _args, input) => {
        entries.push(input);
        return Promise.resolve(0);
      },
    },
  });
  const outcome = await sshctl(["message", ...args], { report: report(sessions), host });
  return { ...outcome, written, entries };
}

test("reaches every terminal of every session but the own one, by its owner, and is written down once", async () => {
  const { written, out, err, exitCode, entries } = await run(["Reboot", "at", "18:00", "--reason", "CHG-1182"]);
  expect(written.map(([tty, owner]) => [tty, owner])).toEqual([
    ["pts/1", 1000],
    ["pts/2", 1001],
    ["pts/3", 1001],
  ]);
  expect(written[0]?.[2]).toMatch(/^\r\n\x07web1: message from root[^:]*: Reboot at 18:00\r\n$/);
  expect(out).toContain("web1: 2 of 4 sessions got it\n");
  expect(out).toMatch(/913 +got it$/m);
  expect(out).toMatch(/923 +has no terminal$/m);
  expect(out).toMatch(/933 +your own session, left out$/m);
  expect([err, exitCode]).toEqual(["", 0]);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatch(/^SSHCTL_ID=20261123T\d{9}-[0-9a-z]{4}$/m);
  for (const field of ["SSHCTL_ACT=message", "SSHCTL_TEXT=Reboot at 18:00", "SSHCTL_REASON=CHG-1182"])
    expect(entries[0]).toContain(`${field}\n`);
});

test("shows in a dry run who would get it, and writes nothing", async () => {
  const { written, out, exitCode, entries } = await run(["Hello", "-n"]);
  expect([written, entries, exitCode]).toEqual([[], [], 0]);
  expect(out).toContain("web1: 2 of 4 sessions would get it\n");
});

test("keeps its contract as JSON", async () => {
  for (const args of [["a\nb"], ["Hello", "--dry-run"], ["Hello", "--user", "zoe", "--ok-if-none"]]) {
    const { out, exitCode } = await run([...args, "-o", "json"], undefined, { "pts/1": "blocked" });
    const document: unknown = JSON.parse(out);
    expect(violationsOf("message-1", document)).toEqual([]);
    expect(exitCode).toBe(args[0] === "a\nb" ? 5 : 0);
  }
  const { out } = await run(["a\nb", "-o", "json"], undefined, { "pts/1": "blocked" });
  expect(JSON.parse(out)).toMatchObject({
    text: "a\nb",
    dryRun: false,
    sessions: [{ outcome: "blocked" }, { outcome: "told" }, { outcome: "no-terminal" }, { outcome: "own" }],
  });
});

test("nothing raw reaches a terminal, and lines stay lines", async () => {
  const { written } = await run(["first \u001B[2J\nsecond\u0007\r\n", "--user", "alice"]);
  expect(written.map(([, , text]) => text)).toEqual([
    expect.stringMatching(/^\r\n\x07web1: message from root[^:]*:\r\nfirst \\x1b\[2J\r\nsecond\\x07\r\n$/),
  ]);
});

describe("how it ends", () => {
  test.each<[string, Readonly<Record<string, Told>>, number, string]>([
    ["one terminal of two is enough", { "pts/2": "blocked" }, 0, "got it"],
    ["output that is stopped", { "pts/1": "blocked" }, 5, "NOT TOLD: its user has stopped the output"],
    ["a terminal that is somebody else's by now", { "pts/1": "refused" }, 5, "NOT TOLD: its terminal cannot be"],
  ])("%s", async (_, answers, code, text) => {
    const { exitCode, out } = await run(["Hello"], [alice, bob], answers);
    expect(exitCode).toBe(code);
    expect(out).toContain(text);
  });

  test.each([
    [[], "No session matches: there is nobody to tell."],
    [[tunnel], "Nobody can be told: no session that matches has a terminal."],
    [[own], "Nobody can be told: the only session that matches is your own."],
    [[own, tunnel], "Nobody can be told: no session that matches but your own has a terminal."],
  ])("with 1 where there is nobody to tell, with 0 where that is no matter", async (sessions, text) => {
    expect(await run(["Hello"], sessions)).toMatchObject({ exitCode: 1, out: "", err: `sshctl: ${text}\n` });
    expect((await run(["Hello", "--ok-if-none"], sessions)).exitCode).toBe(0);
  });

  test("with 4 where all terminals are other users'", async () => {
    const all = { "pts/1": "refused", "pts/2": "refused", "pts/3": "refused" } as const;
    const denied = await run(["Hello"], undefined, all, 1002);
    expect(denied).toMatchObject({ exitCode: 4, out: "", entries: [] });
    expect((await run(["Hello"], undefined, { "pts/2": "refused", "pts/3": "refused" }, 1000)).exitCode).toBe(5);
  });

  test("says that there is no such user", async () => {
    const { exitCode, err } = await run(["Hello", "--user", "alicee"]);
    expect(exitCode).toBe(1);
    expect(err).toContain("there is no user alicee, did you mean alice?");
  });

  test("says what could not be decided", async () => {
    const unclear = session({ pid: 953, kind: undefined, ttys: [], lastInputMs: undefined });
    expect((await run(["Hello", "--idle", "1m"], [alice, unclear])).exitCode).toBe(5);
  });

  test.each([
    [[], "message needs a text"],
    [[" "], "message needs a text"],
    [["x".repeat(2001)], "Allowed: 20 lines and 2000 characters."],
    [["\n".repeat(20) + "x\n".repeat(21)], "Allowed: 20 lines"],
    [["Hello", "--yes"], "--yes"],
    [["Hello", "--example"], "Nothing can be written to on the example host"],
  ])("with 2 for %j", async (args, text) => {
    const { exitCode, err, written } = await run(args);
    expect([exitCode, written]).toEqual([2, []]);
    expect(err).toContain(text);
  });
});
