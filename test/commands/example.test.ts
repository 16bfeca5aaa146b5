/** --example: what a stranger tries first works anywhere, without root, and touches nothing. */
import { describe, expect, test, vi } from "vitest";
import { offeredLines } from "../../packaging/offered-lines.ts";
import { commands as table } from "../../src/commands.ts";
import { localSource } from "../../src/domain/report-request.ts";
import { sessionKinds, type Session } from "../../src/domain/session.ts";
import { forwardKinds } from "../../src/domain/forwards.ts";
import { machineOf } from "../../src/host/host.ts";
import { exampleMachine } from "../../src/report/example-machine.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { MemoryScreen, SteppedClock } from "../helpers/live.ts";
import { sshctl } from "../helpers/run-cli.ts";

const note = "sshctl: this is an example host, not this machine: for that, leave out --example\n";

/** This machine must not be read. */
const unread = { failure: new Error("The machine was read.") };

async function sessions(): Promise<readonly Session[]> {
  const { reports } = await exampleMachine(fakeHost(), false);
  return (await reports.read({ ...localSource, logins: true })).sessions;
}

describe("the example", () => {
  test("has twelve sessions, of every kind", async () => {
    const all = await sessions();
    expect(all).toHaveLength(12);
    expect(new Set(all.flatMap(({ kind }) => kind ?? []))).toEqual(new Set(sessionKinds));
    expect(all.filter(({ phase }) => phase === "authenticating")).toHaveLength(1);
    expect(all.filter(({ self }) => self === true)).toHaveLength(1);
    expect(all.filter(({ user }) => user === "root")).toHaveLength(1);
    expect(all.filter(({ ttys }) => ttys.length === 2)).toHaveLength(1);
    expect(all.filter(({ local }) => local?.port === 2222)).toHaveLength(1);
    expect(all.filter(({ peer }) => peer?.address.includes(":"))).toHaveLength(2);
    const forwards = new Set(all.flatMap(({ forwards = [] }) => forwards.map(({ kind }) => kind)));
    expect(forwardKinds.filter((kind) => forwards.has(kind))).toEqual(["remote-listener", "local"]);
    expect(new Set(all.flatMap(({ auth }) => auth?.method ?? []))).toEqual(new Set(["publickey", "password"]));
  });

  test("has addresses that are kept for documentation, RFC 5737 and 3849", async () => {
    for (const { peer, local } of await sessions())
      for (const end of [peer, local])
        expect(end?.address).toMatch(/^(?:192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|2001:db8:)/);
  });

  test("is shown by list, with one line that says what it is", async () => {
    const { exitCode, out, err } = await sshctl(["list", "--phase", "any", "--example"], unread);
    expect([exitCode, err]).toEqual([0, note]);
    expect(out.trimEnd().split("\n")).toHaveLength(13);
  });

  test.each([
    ["list --example"],
    ["list -o wide --example"],
    ["list --key SHA256:wcPFP6DV --example"],
    ["list --forward-port 9902 --example"],
    ["count --example"],
    ["count --by kind --example"],
    ["show pts/1 --example"],
    ["show session:5 --example"],
    ["kill pts/2 --dry-run --example"],
    ["kill-all --user alice --dry-run --example"],
    ["watch --once --example"],
    ["--example list"],
    ...table.overview.examples.filter(([line]) => line.includes("--example")).map(([line]) => [line.slice(7)]),
    ...offeredLines.map(([line]) => [line.startsWith("watch") ? `${line} --count 3` : line]),
  ])("answers %s", async (line = "") => {
    const { exitCode, out, err } = await sshctl(line.split(" "), unread);
    const asked = /^sshctl: pts\/2 shares the connection of .*: this also ends .*\n/m;
    expect([exitCode, err.replace(line.startsWith("kill pts/2") ? asked : "", "")]).toEqual([0, note]);
    expect(out).not.toBe("");
  });

  test("offers show, watch and kill --dry-run", () => {
    expect(offeredLines.map(([line]) => line.split(" ")[0])).toEqual(["show", "watch", "kill"]);
  });
});

describe("nothing can be done to it", () => {
  test.each([["kill pts/2 --example"], ["kill pts/2 --yes --example"], ["kill-all --yes --example"]])(
    "%s",
    async (line) => {
      const { exitCode, out, err } = await sshctl(line.split(" "), unread);
      expect([exitCode, out]).toEqual([2, ""]);
      expect(err).toBe("sshctl: Nothing can be ended on the example host. Add --dry-run to see what would be done.\n");
    },
  );

  test.each([
    ["list --example --root /srv/recorded", "--example and --root name two hosts. Give one of them."],
    ["count --example --source tools", "The example host holds no outputs of ps and ss. Leave out --source."],
    ["kill pts/2 -n --backend pkill --example", "No programs run on the example host. Leave out --backend."],
    ["keys --example", "keys has no option --example: it belongs to list, show, kill and others."],
    ["doctor --example", "doctor has no option --example: it belongs to list, show, kill and others."],
  ])("%s", async (line, message) => {
    const { exitCode, out, err } = await sshctl(line.split(" "), unread);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  test("its PIDs reach no process of this machine", async () => {
    const { host } = await exampleMachine(fakeHost(), false);
    const { signals, cgroups, terminals, newArchives, foreignFiles, feed } = await machineOf(host);
    for (const deed of [
      () => signals.send(1021, "TERM"),
      () => cgroups.kill("/user.slice/user-1002.slice/session-5.scope"),
      () => terminals.tell("pts/2", 1002, "Hello"),
      () => newArchives.inFolder("/tmp/never"),
      () => foreignFiles.memory("/proc/1021/mem", () => ""),
      () => feed("logger", [], "", 10),
    ])
      expect(deed).toThrow("Nothing was done: this is the example host.");
  });

  test("not even from the screen", async () => {
    const screen = new MemoryScreen(100, 30);
    const host = fakeHost({ machine: { clock: new SteppedClock(), openScreen: screen.open } });
    const done = sshctl(["watch", "--example"], { ...unread, host, width: 100, env: { TERM: "xterm" } });
    const shown = async (text: string) =>
      vi.waitFor(async () => expect(await screen.settled()).toContain(text), 20_000);
    await screen.opened;
    await shown("web1.example");
    await screen.type("x");
    await shown("1 session to end");
    await screen.type("y");
    await shown("Nothing was done: this is the example host.");
    await screen.type("q");
    await screen.type("q");
    expect(await done).toMatchObject({ exitCode: 0, err: note });
  });
});

test("watch plays what happens there", async () => {
  const { exitCode, out, err } = await sshctl(["watch", "--example", "-o", "lines", "--count", "31"], unread);
  expect([exitCode, err]).toEqual([0, note]);
  const [first, ...events] = out.trimEnd().split("\n");
  expect(first).toMatch(/^2026-11-23 09:00:00 \+0000 +snapshot +11 sessions$/);
  expect(events.filter((line) => line.includes(" opened "))).toHaveLength(3);
  expect(events.filter((line) => line.includes(" closed "))).toHaveLength(5);
  expect(events).toContainEqual(expect.stringMatching(/^2026-11-23 09:00:14 \+0000 +opened .* erin on pts\/8 /));
});
