/** `sshctl watch` on a terminal: a screen in memory, and keys. */
import { describe, expect, test } from "vitest";
import type { SessionReport } from "../../src/domain/session.ts";
import { FatalError } from "../../src/errors.ts";
import type { Scanner } from "../../src/report/thread/scanner.ts";
import { now } from "../helpers/machine-builder.ts";
import { memoryScanner, MemoryScreen, SteppedClock } from "../helpers/live.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { sshctl, type Outcome } from "../helpers/run-cli.ts";
import { report, session } from "../helpers/sessions.ts";

const alice = session({ pid: 2001, commandLine: "vim s3cret", command: "vim" });
const own = session({ pid: 5001, user: "root", self: true, selfProof: "you run this inside it" });
const at = (seconds: number, ...sessions: SessionReport["sessions"]) =>
  report(sessions, { takenAtMs: now + seconds * 1000 });

interface Shown {
  screen: MemoryScreen;
  clock: SteppedClock;
  done: Promise<Outcome>;
}

async function watchOn(
  looks: readonly (SessionReport | Error)[],
  args: readonly string[] = [],
  given: Partial<Scanner> = {},
): Promise<Shown> {
  const screen = new MemoryScreen(100, 12);
  const clock = new SteppedClock();
  const done = sshctl(["watch", ...args], {
    host: fakeHost({ machine: { clock, openScreen: screen.open } }),
    live: { openScanner: async () => Promise.resolve(memoryScanner(looks, given)) },
    width: 100,
    env: { NO_COLOR: "1" },
    looks: looks.filter((look) => !(look instanceof Error)),
  });
  await Promise.race([screen.opened, done]);
  await screen.settled();
  return { screen, clock, done };
}

describe("the screen", () => {
  test("comes up with the first look, follows each further one, and is given back", async () => {
    const { screen, clock, done } = await watchOn([at(0, alice), at(2, alice, own)]);
    expect(await screen.settled()).toContain("alice");
    clock.step();
    expect(await screen.settled()).toMatch(/^ \+ \*.*root/m);
    await screen.type("q");
    expect(await done).toEqual({ exitCode: 0, out: "", err: "" });
    expect(screen.acts).toEqual(["open", "close"]);
  });

  test("is never touched when the machine cannot be read", async () => {
    const { screen, done } = await watchOn([new FatalError("There is no /proc.")]);
    expect(await done).toEqual({ exitCode: 3, out: "", err: "sshctl: There is no /proc.\n" });
    expect(screen.acts).toEqual([]);
  });

  test("is given back when a look finds a defect", async () => {
    const { screen, clock, done } = await watchOn([at(0, alice), new Error("defect")]);
    clock.step();
    await expect(done).rejects.toThrow("defect");
    expect(screen.acts).toEqual(["open", "close"]);
  });

  test("is left when its terminal is gone", async () => {
    const { screen, done } = await watchOn([at(0, alice)]);
    screen.hangUp();
    expect((await done).exitCode).toBe(0);
  });

  test("tells a notice in full beside the keys", async () => {
    const trouble = "There is no /proc, and none of what it would tell can be told in a line of sixty columns.";
    const { screen, clock, done } = await watchOn([at(0, alice), new FatalError(trouble)]);
    await screen.resize(60, 40);
    clock.step();
    expect(await screen.settled()).not.toContain("sixty columns");
    expect((await screen.type("?")).replaceAll(/\s+/g, " ")).toContain(trouble);
    await screen.type("\x1bq");
    await done;
  });

  test("--events without anybody to tell is refused", async () => {
    const { exitCode, err } = await (await watchOn([at(0, alice)], ["--events", "opened"])).done;
    expect([exitCode, err]).toEqual([2, expect.stringContaining("--events works only with a stream of events")]);
  });

  test("says what went wrong, and goes on", async () => {
    const { screen, clock, done } = await watchOn([at(0, alice), new FatalError("There is no /proc."), at(4)]);
    clock.step();
    expect(await screen.settled()).toContain("this look failed: There is no /proc.");
    clock.step();
    expect(await screen.settled()).toMatch(/^>-.*alice/m);
    await screen.type("q");
    await done;
  });

  test("follows its size", async () => {
    const { screen, done } = await watchOn([at(0, alice)]);
    expect((await screen.resize(60, 10)).split("\n")).toHaveLength(10);
    expect((await screen.resize(200, 50)).split("\n")).toHaveLength(50);
    await screen.type("\x03");
    expect((await done).exitCode).toBe(0);
  });

  test("Ctrl-Z and Ctrl-L are handed to the terminal", async () => {
    const { screen, done } = await watchOn([at(0, alice)]);
    await screen.type("\x1a\x0cq");
    await done;
    expect(screen.acts).toEqual(["open", "suspend", "clear", "close"]);
  });

  test("--columns, --sort, --user and --full-command", async () => {
    const args = ["--columns", "user,command", "--sort=-user", "--full-command", "--not-user", "bob"];
    const { screen, done } = await watchOn([at(0, alice, own, session({ user: "bob", uid: 1001, pid: 9 }))], args);
    const lines = (await screen.settled()).split("\n").map((line) => line.slice(3).trimEnd());
    expect(lines.slice(2, 6)).toEqual(["USER   COMMAND", "root   -bash", "alice  vim s3cret", ""]);
    await screen.type("q");
    await done;
  });

  test("--until-none, --count and --once end it", async () => {
    const none = await watchOn([at(0, alice), at(2)], ["--until-none"]);
    none.clock.step();
    expect((await none.done).exitCode).toBe(0);
    const once = await watchOn([at(0, alice, own)], ["--once"]);
    expect((await once.done).out.split("\n").slice(2, 5)).toEqual([
      "   ME  USER   KIND   TTY    FROM            PID  LOGIN  IDLE  COMMAND",
      expect.stringMatching(/^ {7}alice/),
      expect.stringMatching(/^ {3}\*   root/),
    ]);
    expect(once.screen.acts).toEqual([]);
  });

  test("-o lines streams on a terminal, too", async () => {
    const { done, screen } = await watchOn([at(0, alice)], ["-o", "lines", "--once"]);
    expect((await done).out).toContain("snapshot");
    expect(screen.acts).toEqual([]);
  });
});

describe("enter", () => {
  test("shows what show tells, and Esc goes back", async () => {
    const details = { session: alice, ancestors: [], processes: [], cgroup: "/x", traffic: undefined, warnings: [] };
    const find = async () => Promise.resolve({ details, report: at(0, alice) });
    const { screen, done } = await watchOn([at(0, alice)], [], { details: find });
    const text = await screen.type("\r");
    expect(text).toContain("Session of PID 2001");
    expect(text).toMatch(/^user +alice \(uid 1000\)/m);
    expect(await screen.type("\x1b")).toMatch(/^>.*alice/m);
    await screen.type("q");
    await done;
  });

  test("breaks what is longer than a line", async () => {
    const cgroup = `/${"x".repeat(150)}`;
    const details = { session: alice, ancestors: [], processes: [], cgroup, traffic: undefined, warnings: [] };
    const find = async () => Promise.resolve({ details, report: at(0, alice) });
    const { screen, done } = await watchOn([at(0, alice)], [], { details: find });
    await screen.resize(100, 40);
    expect((await screen.type("\r")).match(/x/g)?.length).toBeGreaterThanOrEqual(150);
    await screen.type("qq");
    await done;
  });

  test("says so when the session has ended", async () => {
    const { screen, done } = await watchOn([at(0, alice)]);
    expect(await screen.type("\r")).toContain("The session has ended.");
    await screen.type("q");
    await screen.type("q");
    await done;
  });

  test("can be called off", async () => {
    const find = async () => new Promise<undefined>(() => undefined);
    const { screen, done } = await watchOn([at(0, alice)], [], { details: find });
    expect(await screen.type("\r")).toContain("Ctrl-C cancels");
    expect(await screen.type("\x03")).toMatch(/^>.*alice/m);
    await screen.type("q");
    await done;
  });
});
