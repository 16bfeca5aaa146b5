/** Which sessions the observer must not end: those that the own terminal hangs on. */
import { describe, expect, test } from "vitest";
import { byTty, select } from "../../../../src/domain/selection.ts";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import { findTarget } from "../../../../src/domain/target.ts";
import { Host, type ProcessSpec } from "../../../helpers/machine-builder.ts";
import { generationNames, Sshd, type Login } from "../../../helpers/ssh-servers.ts";

/** Alice on pts/1 and bob on pts/2, each in a logind session of the own name. */
function twoUsers(generation: (typeof generationNames)[number] = "10.0") {
  const host = new Host();
  const sshd = Sshd.daemon(host, generation);
  const alice = sshd.login({ user: "alice", ttys: ["pts/1"], scope: "alice" });
  const bob = sshd.login({ user: "bob", ttys: ["pts/2"], scope: "bob" });
  return { host, sshd, alice, bob };
}

function shellOf({ programs }: Login): ProcessSpec {
  const [shell] = programs;
  if (shell === undefined) throw new Error("No shell.");
  return shell;
}

/** Whose sessions are the observer's own, by the pid that serves them; "?" where it cannot be decided. */
function ownIn(host: Host, observer: ProcessSpec): (number | "?")[] {
  return host
    .sessions(observer)
    .flatMap(({ self, pid }): (number | "?")[] => (self === true ? [pid] : self === undefined ? ["?"] : []));
}

const warningCodes = (host: Host, observer: ProcessSpec) => host.report(observer).warnings.map(({ code }) => code);

describe.each(generationNames)("OpenSSH %s", (generation) => {
  test("the session above the own shell is own", () => {
    const { host, alice } = twoUsers(generation);
    expect(ownIn(host, host.run(shellOf(alice), "node"))).toEqual([alice.serving.pid]);
  });

  test("so is root's", () => {
    const { host, sshd } = twoUsers(generation);
    const root = sshd.login({ user: "root", ttys: ["pts/0"] });
    expect(ownIn(host, host.run(shellOf(root), "node"))).toEqual([root.serving.pid]);
  });
});

describe("through what stands between", () => {
  test.each<[string, readonly Partial<ProcessSpec>[]]>([
    [
      "sudo",
      [
        { comm: "sudo", uid: 1000 },
        { comm: "node", uid: 0 },
      ],
    ],
    [
      "sudo with a terminal of its own",
      [{ comm: "sudo" }, { comm: "sudo", tty: "pts/7" }, { comm: "node", uid: 0, tty: "pts/7" }],
    ],
    ["su", [{ comm: "su" }, { comm: "bash", uid: 0, args: ["-bash"] }, { comm: "node", uid: 0 }]],
    ["nested shells", [{ comm: "zsh" }, { comm: "bash" }, { comm: "sh" }, { comm: "node" }]],
    [
      "script(1), with another terminal",
      [{ comm: "script" }, { comm: "sh", tty: "pts/8", sid: 777 }, { comm: "node", tty: "pts/8" }],
    ],
    ["setsid", [{ comm: "node", sid: 778, tty: undefined }]],
  ])("%s", (_, chain) => {
    const { host, alice } = twoUsers();
    const observer = chain.reduce<ProcessSpec>((parent, given) => host.child(parent, given), shellOf(alice));
    expect(ownIn(host, observer)).toEqual([alice.serving.pid]);
    expect(ownIn(host, Object.assign(observer, { uid: 0 }))).toEqual([alice.serving.pid]);
  });
});

describe("whoever is not in an SSH session has none of their own", () => {
  test.each<[string, Partial<ProcessSpec>]>([
    ["a service", { comm: "node" }],
    ["a login at the console", { comm: "node", tty: "tty1" }],
  ])("%s", (_, given) => {
    const { host } = twoUsers();
    const observer = host.process(given);
    expect(ownIn(host, observer)).toEqual([]);
    expect(warningCodes(host, observer)).toEqual([]);
  });
});

describe.each(["tmux", "screen"])("%s", (multiplexer) => {
  /** A server with these terminals attached, and the observer in a pane. The server began in alice's session. */
  function pane(host: Host, alice: Login, attached: readonly string[], given: Partial<ProcessSpec> = {}) {
    const { cgroup } = shellOf(alice);
    const server = host.process({
      comm: multiplexer === "tmux" ? "tmux: server" : "screen",
      uid: 1000,
      cgroup,
      fds: Object.fromEntries([
        [0, "/dev/null"],
        [5, "/dev/ptmx"],
        [6, "socket:[4242]"],
        ...attached.map((tty, index) => [index + 7, `/dev/${tty}`]),
      ]),
      ...given,
    });
    const shell = host.child(server, { comm: "bash", tty: "pts/9", sid: 900 });
    return host.run(shell, "node", { environ: { SSH_CONNECTION: "10.0.0.7 1 10.0.0.1 22" } });
  }

  test("hangs on the session from which it is attached", () => {
    const { host, alice } = twoUsers();
    expect(ownIn(host, pane(host, alice, ["pts/1"]))).toEqual([alice.serving.pid]);
  });

  test("attached twice, it hangs on both", () => {
    const { host, alice, bob } = twoUsers();
    expect(ownIn(host, pane(host, alice, ["pts/1", "pts/2"]))).toEqual([alice.serving.pid, bob.serving.pid]);
  });

  test("attached anew, it hangs on the new session, not on the one in which it was started", () => {
    const { host, alice, bob } = twoUsers();
    expect(ownIn(host, pane(host, alice, ["pts/2"]))).toEqual([bob.serving.pid]);
  });

  test("attached anew after the first connection died", () => {
    const { host, alice, bob } = twoUsers();
    const observer = pane(host, alice, ["pts/2"]);
    for (const process of [shellOf(alice), alice.serving, alice.connection]) host.kill(process);
    expect(ownIn(host, observer)).toEqual([bob.serving.pid]);
  });

  test("attached by nobody, it hangs on no session", () => {
    const { host, alice } = twoUsers();
    const observer = pane(host, alice, []);
    expect(ownIn(host, observer)).toEqual([]);
    expect(warningCodes(host, observer)).not.toContain("own-session-undecided");
  });

  test("attached within another one", () => {
    const { host, alice, bob } = twoUsers();
    const outer = pane(host, alice, ["pts/2"]);
    expect(outer.tty).toBe("pts/9");
    const server = host.process({ comm: "tmux: server", uid: 1000, fds: { 7: "/dev/pts/9" } });
    const shell = host.child(server, { comm: "bash", tty: "pts/10", sid: 901 });
    expect(ownIn(host, host.run(shell, "node"))).toEqual([bob.serving.pid]);
  });

  test("of which one cannot see what it holds leaves everything in doubt", () => {
    const { host, alice } = twoUsers();
    const observer = pane(host, alice, ["pts/1"], { owner: 0 });
    expect(ownIn(host, observer)).toEqual(["?", "?"]);
    expect(warningCodes(host, observer)).toContain("own-session-undecided");
  });
});

describe("a connection from this machine to itself", () => {
  /** Alice's shell runs ssh, which is logged in again over 127.0.0.1. */
  function nested(clientGiven: Partial<ProcessSpec> = {}) {
    const { host, sshd, alice, bob } = twoUsers();
    const client = host.run(shellOf(alice), "ssh", clientGiven);
    const inner = sshd.login({ user: "carol", ttys: ["pts/3"], peer: "127.0.0.1:40000", local: "127.0.0.1:22" });
    client.fds = { 3: host.connected("127.0.0.1:40000", "127.0.0.1:22", { uid: 1000 }).link };
    return { host, sshd, alice, bob, client, inner };
  }

  test("both ends are own", () => {
    const { host, alice, inner } = nested();
    const observer = host.run(shellOf(inner), "node", { uid: 0 });
    expect(ownIn(host, observer)).toEqual([alice.serving.pid, inner.serving.pid]);
  });

  test("from the outer one, only that is own", () => {
    const { host, alice } = nested();
    expect(ownIn(host, host.run(shellOf(alice), "node", { uid: 0 }))).toEqual([alice.serving.pid]);
  });

  test("through a third one", () => {
    const { host, sshd, alice, inner } = nested();
    const second = host.run(shellOf(inner), "ssh");
    const innermost = sshd.login({ user: "bob", ttys: ["pts/4"], peer: "[::1]:40001", local: "[::1]:22" });
    second.fds = { 3: host.connected("[::1]:40001", "[::1]:22", { uid: 1002 }).link };
    const observer = host.run(shellOf(innermost), "node", { uid: 0 });
    expect(ownIn(host, observer)).toEqual([alice.serving.pid, inner.serving.pid, innermost.serving.pid]);
  });

  test("through a port that the outer session forwards", () => {
    const { host, sshd, alice } = twoUsers();
    const inner = sshd.login({ user: "carol", ttys: ["pts/3"], peer: "127.0.0.1:40000", local: "127.0.0.1:22" });
    alice.serving.fds[9] = host.connected("127.0.0.1:40000", "127.0.0.1:22", { uid: 1000 }).link;
    expect(ownIn(host, host.run(shellOf(inner), "node", { uid: 0 }))).toEqual([alice.serving.pid, inner.serving.pid]);
  });

  test("a session that others have over a port which the own one forwards is theirs", () => {
    const { host, sshd, alice } = twoUsers();
    sshd.login({ user: "carol", ttys: ["pts/3"], peer: "127.0.0.1:40000", local: "127.0.0.1:22" });
    alice.serving.fds[9] = host.connected("127.0.0.1:40000", "127.0.0.1:22", { uid: 1000 }).link;
    expect(ownIn(host, host.run(shellOf(alice), "node", { uid: 0 }))).toEqual([alice.serving.pid]);
  });

  test("of a client that nobody sees leaves doubt", () => {
    const { host, inner, client } = nested();
    client.fds = {};
    const observer = host.run(shellOf(inner), "node", { uid: 0 });
    expect(ownIn(host, observer)).toEqual(["?", "?", inner.serving.pid]);
  });

  test("without root, the outer session is never said to be another's", () => {
    const { host, alice, inner } = nested();
    shellOf(inner).environ = { SSH_CONNECTION: "127.0.0.1 40000 127.0.0.1 22" };
    const observer = host.run(shellOf(inner), "node");
    const outer = host.sessions(observer).find(({ pid }) => pid === alice.serving.pid);
    expect(outer).toBeDefined();
    expect(outer?.self).not.toBe(false);
  });
});

describe("what has lost its parents", () => {
  test("(nohup, setsid) belongs to the session in whose scope it runs", () => {
    const { host, alice } = twoUsers();
    const { cgroup } = shellOf(alice);
    expect(ownIn(host, host.process({ comm: "node", uid: 0, cgroup }))).toEqual([alice.serving.pid]);
  });

  test("belongs to none when that session is over", () => {
    const { host } = twoUsers();
    const cgroup = "/user.slice/user-1000.slice/session-gone.scope";
    expect(ownIn(host, host.process({ comm: "node", cgroup }))).toEqual([]);
  });

  test("belongs to none without a scope, also beside sessions that have none", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice", ttys: ["pts/1"] });
    expect(ownIn(host, host.process({ comm: "node", cgroup: "/system.slice/ssh.service" }))).toEqual([]);
  });
});

describe("a terminal that the service manager opened (systemd-run --pty) may be used from anywhere", () => {
  test.each([
    ["the machine's manager", (host: Host) => host.process({ comm: "bash", tty: "pts/9" })],
    [
      "a user's manager",
      (host: Host) => {
        const manager = host.process({ comm: "systemd", uid: 1000 });
        return host.child(manager, { comm: "bash", tty: "pts/9" });
      },
    ],
  ])("%s", (_, open) => {
    const { host } = twoUsers();
    const observer = host.run(open(host), "node");
    expect(ownIn(host, observer)).toEqual(["?", "?"]);
    expect(warningCodes(host, observer)).toContain("own-session-undecided");
  });
});

test("files of another machine have no observer", () => {
  const { host } = twoUsers();
  expect(host.sessions().map(({ self }) => self)).toEqual([false, false]);
});

describe("below something that keeps terminals like a multiplexer, but is none that we know", () => {
  function keptBy(comm: string, scope: string | undefined) {
    const { host, alice } = twoUsers();
    const cgroup = scope === undefined ? "0::/system.slice/x.service\n" : shellOf(alice).cgroup;
    const keeper = host.process({ comm, uid: 1000, cgroup });
    const shell = host.child(keeper, { comm: "bash", tty: "pts/9", sid: 900, cgroup });
    return { host, alice, observer: host.run(shell, "node") };
  }

  test("what was started in a login session may hang on any", () => {
    const { host, observer } = keptBy("dtach", "alice");
    expect(ownIn(host, observer)).toEqual(["?", "?"]);
    expect(warningCodes(host, observer)).toContain("own-session-undecided");
  });

  test.each<[string, string, string | undefined]>([
    ["mosh hangs on no SSH session", "mosh-server", "alice"],
    ["neither does what the machine itself started", "xterm", undefined],
  ])("%s", (_, comm, scope) => {
    const { host, observer } = keptBy(comm, scope);
    expect(ownIn(host, observer)).not.toContain("?");
    expect(warningCodes(host, observer)).not.toContain("own-session-undecided");
  });
});

describe("what a user can make up", () => {
  /** Another file system of terminals than the machine's, as everybody can mount one in a user namespace. */
  const devpts = 99;

  test("a terminal of the same number is not the one that sshd has allocated", () => {
    const { host, alice, bob } = twoUsers();
    Object.assign(shellOf(bob), { tty: "pts/1", devpts });
    expect(host.sessions().map(({ user, ttys }) => [user, ttys])).toEqual([
      ["alice", ["pts/1"]],
      ["bob", ["pts/2"]],
    ]);
    expect(ownIn(host, host.run(shellOf(alice), "node", { uid: 0 }))).toEqual([alice.serving.pid]);
  });

  test.each([true, false])(
    "a command from outside is on no terminal of the machine's (its own is seen: %s)",
    (isSeen) => {
      const { host, alice } = twoUsers();
      const fds: Record<number, string> = isSeen ? { 0: "/dev/pts/1" } : { 0: "/dev/null" };
      const observer = host.process({ comm: "node", ppid: 0, tty: "pts/1", devpts, fds });
      expect(ownIn(host, observer)).toEqual(isSeen ? [] : ["?", "?"]);
      const orphan = host.process({ comm: "node", ppid: 0, tty: "pts/1" });
      expect(ownIn(host, orphan)).toEqual([alice.serving.pid]);
    },
  );

  test("a process on a terminal of the same number is no client of a multiplexer", () => {
    const { host, alice, bob } = twoUsers();
    const server = host.process({ comm: "tmux: server", uid: 1000, fds: { 7: "/dev/pts/1" } });
    host.run(shellOf(bob), "impostor", { tty: "pts/1", devpts });
    const pane = host.child(server, { comm: "node", uid: 0, tty: "pts/9" });
    expect(ownIn(host, pane)).toEqual([alice.serving.pid]);
  });

  test.each(["02", "03", "08"])("a socket that is not established (state %s) is no other end", (state) => {
    const { host, sshd, bob } = twoUsers();
    const root = sshd.login({ user: "root", ttys: ["pts/0"], peer: "10.0.0.7:4000", local: "10.0.0.1:22" });
    const forged = host.connected("10.0.0.7:4000", "10.0.0.1:22", { uid: 1001, state });
    host.run(shellOf(bob), "forger", { fds: { 3: forged.link } });
    expect(ownIn(host, host.run(shellOf(root), "node"))).toEqual([root.serving.pid]);
  });

  test.each([
    ["a server", { comm: "sshd-session", exe: "/home/alice/sshd-session" }],
    ["a multiplexer", { comm: "tmux: server" }],
    ["a service manager", { comm: "systemd" }],
  ])("a program in between that is called like %s hides no session of the command's own", (_, given) => {
    const { host, alice } = twoUsers();
    const fake = host.child(shellOf(alice), { ...given, uid: 1000, args: ["x"] });
    expect(ownIn(host, host.child(fake, { comm: "node", uid: 0 }))).toEqual([alice.serving.pid]);
  });

  test("a terminal inside of a session means that session, if it is the machine's", () => {
    const { host, alice, bob } = twoUsers();
    host.child(shellOf(alice), { comm: "script", tty: "pts/7" });
    host.child(shellOf(bob), { comm: "script", tty: "pts/8", devpts });
    const report = host.report();
    const meant = (tty: string) =>
      findTarget({ kind: "tty", tty }, report.sessions, report.processes).map(({ pid }) => pid);
    expect([meant("pts/7"), meant("pts/8"), meant("pts/2")]).toEqual([[alice.serving.pid], [], [bob.serving.pid]]);
    expect(select(report.sessions, [byTty(["pts/7", "pts/8"])], 0).sessions).toMatchObject([{ user: "alice" }]);
  });

  test("a terminal inside of a session means that session where nothing tells file systems of terminals apart", () => {
    const { host, alice } = twoUsers();
    host.child(shellOf(alice), { comm: "script", tty: "pts/7" });
    const report = assembleSessions({ ...host.snapshot(), innerTerminals: undefined });
    expect(
      report.sessions.map(({ user, ttys, innerTerminals }) => [user, ttys, innerTerminals?.map(({ tty }) => tty)]),
    ).toEqual([
      ["alice", ["pts/1"], ["pts/7"]],
      ["bob", ["pts/2"], []],
    ]);
    expect(findTarget({ kind: "tty", tty: "pts/7" }, report.sessions, report.processes)).toMatchObject([
      { user: "alice" },
    ]);
    expect(select(report.sessions, [byTty(["pts/7"])], 0).sessions).toMatchObject([{ user: "alice" }]);
  });
});
