import { describe, expect, test } from "vitest";
import { fakeHost } from "../helpers/fake-host.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { report, session } from "../helpers/sessions.ts";

const alice = session({ pid: 2001, ttys: ["pts/3"] });
const keeper = { tty: "pts/8", pid: 320, comm: "tmux: server", uid: 1000, user: "alice" };
const attached = [{ tty: "pts/3", session: alice }];
const says = "pts/8 is a window of tmux server 320 (alice), attached from pts/3 (PID 2001, alice from 10.0.0.7:5000)";

describe("a window of a multiplexer belongs to no session, and is said to be one", () => {
  const world = { report: report([alice]), keeper: { ...keeper, attached } };

  test("by show, with where to look", async () => {
    const err = `sshctl: ${says}. "sshctl show pts/3" shows that session.\n`;
    expect(await sshctl(["show", "pts/8"], world)).toEqual({ exitCode: 1, out: "", err });
  });

  test("by kill, which ends nothing else instead", async () => {
    const host = fakeHost();
    const { err, exitCode } = await sshctl(["kill", "pts/8", "--yes"], { ...world, host });
    expect(exitCode).toBe(1);
    expect(err).toBe(`sshctl: ${says}. Nothing was done. "sshctl kill pts/3" ends the attachment, not the server.\n`);
    expect(await sshctl(["kill", "pts/8", "--yes", "--ok-if-none"], world)).toMatchObject({ exitCode: 0 });
  });

  test("by list, which chooses nobody", async () => {
    const { out, err } = await sshctl(["list", "--tty", "pts/8", "--json"], world);
    expect(err).toBe(`sshctl: ${says}\n`);
    expect(JSON.parse(out)).toMatchObject({ sessions: [], warnings: [{ code: "kept-terminal", message: says }] });
    expect((await sshctl(["list", "--tty", "pts/3"], world)).err).toBe("");
  });
});

test.each([
  [{ ...keeper, attached: [] }, "pts/8 is a window of tmux server 320 (alice), to which nobody is attached."],
  [{ ...keeper, attached: undefined }, "and from where that is used cannot be seen."],
  [{ ...keeper, attached: [{ tty: "tty1", session: undefined }] }, "attached from tty1 (no SSH session)."],
  [
    { ...keeper, comm: "mosh-server", user: undefined, attached: [] },
    "pts/8 is a terminal of mosh-server (PID 320, uid 1000), and belongs to no SSH session.",
  ],
])("what else keeps a terminal: %j", async (kept, text) => {
  const { err } = await sshctl(["show", "pts/8"], { report: report([alice]), keeper: kept });
  expect(err).toContain(text);
});
