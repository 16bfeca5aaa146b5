import { describe, expect, test } from "vitest";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import { readTerminalKeeper } from "../../../../src/system/procfs/terminal-keeper.ts";
import { Sshd } from "../../../helpers/ssh-servers.ts";
import { Host, type ProcessSpec } from "../../../helpers/machine-builder.ts";

const alice = 1000;

/** Alice and bob are logged in, on pts/1 and pts/2, and pts/8 belongs to alice. */
function machine(owner = alice) {
  const host = new Host();
  const sshd = Sshd.daemon(host, "10.0");
  sshd.login({ user: "alice", ttys: ["pts/1"], peer: "10.0.0.7:5000" });
  sshd.login({ user: "bob", ttys: ["pts/2"], peer: "10.0.0.8:6000" });
  for (const [tty, uid] of [
    ["pts/1", alice],
    ["pts/2", 1001],
    ["pts/8", owner],
  ] as const)
    host.terminal(tty, { uid });
  return host;
}

/** A server with a shell in its window, and these terminals open. */
function window(host: Host, attached: readonly string[], given: Partial<ProcessSpec> = {}): ProcessSpec {
  const server = host.process({
    comm: "tmux: server",
    uid: alice,
    masters: ["pts/8"],
    fds: Object.fromEntries(attached.map((tty, index) => [index + 5, `/dev/${tty}`])),
    ...given,
  });
  host.child(server, { comm: "bash", tty: "pts/8", uid: server.uid, sid: server.pid + 1 });
  return server;
}

function keeper(host: Host, tty = "pts/8", viewer = 0) {
  const found = readTerminalKeeper(host.files(viewer), tty, assembleSessions(host.snapshot()));
  return found && { ...found, attached: found.attached?.map((each) => [each.tty, each.session?.user]) };
}

describe("a window of a multiplexer", () => {
  test("belongs to its server, and is used from the sessions of its clients", () => {
    const host = machine();
    const { pid } = window(host, ["pts/1"]);
    const attached = [["pts/1", "alice"]];
    expect(keeper(host)).toEqual({ tty: "pts/8", pid, comm: "tmux: server", uid: alice, user: "alice", attached });
  });

  test("is nobody's where no client is attached", () => {
    const host = machine();
    window(host, []);
    expect(keeper(host)).toMatchObject({ attached: [] });
  });

  test("is used from a terminal of no session", () => {
    const host = machine();
    host.terminal("pts/5", { uid: alice });
    window(host, ["pts/5"]);
    expect(keeper(host)).toMatchObject({ attached: [["pts/5", undefined]] });
  });

  test("of root's server is used from anybody's session", () => {
    const host = machine(0);
    window(host, ["pts/2"], { uid: 0 });
    expect(keeper(host)).toMatchObject({ uid: 0, user: "root", attached: [["pts/2", "bob"]] });
  });

  test("of a server whose files cannot be seen is still its", () => {
    const host = machine();
    const { pid } = window(host, ["pts/1"], { owner: 0 });
    expect(keeper(host, "pts/8", alice)).toMatchObject({ pid, attached: undefined });
  });
});

describe("what a user could make up", () => {
  test("a program that has the terminal of somebody else open is not attached from there", () => {
    const host = machine();
    window(host, ["pts/2"]);
    expect(keeper(host)).toMatchObject({ attached: [["pts/2", undefined]] });
  });

  test("a parent that does not have the other end keeps nothing", () => {
    const host = machine();
    window(host, ["pts/1"], { masters: ["pts/9"] });
    expect(keeper(host)).toBeUndefined();
  });

  test("a terminal of another owner is not a user's", () => {
    const host = machine(1001);
    window(host, ["pts/1"]);
    expect(keeper(host)).toBeUndefined();
  });

  test("a terminal of the same number on a file system of a user's own is another one", () => {
    const host = machine();
    const server = host.process({ comm: "tmux: server", uid: alice, masters: ["pts/8"], fds: { 5: "/dev/pts/1" } });
    host.child(server, { comm: "bash", tty: "pts/8", uid: alice, devpts: 99, sid: server.pid + 1 });
    expect(keeper(host)).toBeUndefined();
  });

  test.each(["pts/99", "tty1"])("%s has no keeper", (tty) => {
    const host = machine();
    window(host, ["pts/1"]);
    expect(keeper(host, tty)).toBeUndefined();
  });
});
