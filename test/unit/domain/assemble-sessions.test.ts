/** The join over whole machines, each described as data and read through the sources. */
import { describe, expect, test } from "vitest";
import type { Session } from "../../../src/domain/session.ts";
import { bootedAt, Host, now } from "../../helpers/machine-builder.ts";
import { Dropbear, generationNames, Sshd } from "../../helpers/ssh-servers.ts";

/** The one session that there is. */
function only(host: Host): Session {
  const [session, ...others] = host.sessions();
  if (session === undefined || others.length > 0) throw new Error(`${String(others.length + 1)} sessions`);
  return session;
}

describe.each(generationNames)("OpenSSH %s", (generation) => {
  test("a user's shell is one session, served by a child of its monitor", () => {
    const host = new Host();
    const sshd = Sshd.daemon(host, generation);
    const { connection, serving, programs, socket } = sshd.login({
      user: "alice",
      peer: "10.0.0.7:5000",
      ttys: ["pts/1"],
      scope: "c2",
    });
    const [shell] = programs;
    const shellAt = bootedAt + (shell?.startedAt ?? 0) * 1000;
    host.terminal("pts/1", { idle: 90, quiet: 10 });
    expect(only(host)).toEqual({
      identity: { pid: connection.pid, startTicks: connection.startedAt * 100 },
      pid: serving.pid,
      monitorPid: connection.pid,
      server: "openssh",
      phase: "open",
      user: "alice",
      uid: 1000,
      kind: "shell",
      ttys: ["pts/1"],
      channels: [
        {
          pid: shell?.pid,
          kind: "shell",
          tty: "pts/1",
          startedAtMs: shellAt,
          program: { name: "bash", line: "-bash", startedAtMs: shellAt },
          busy: false,
          activity: { lastInputMs: now - 90_000, lastOutputMs: now - 10_000 },
        },
      ],
      rootInside: [],
      innerTerminals: [],
      peer: { address: "10.0.0.7", port: 5000 },
      local: { address: "10.0.0.1", port: 22 },
      socketInode: socket.inode,
      acceptedAtMs: bootedAt + connection.startedAt * 1000,
      startedAtMs: bootedAt + serving.startedAt * 1000,
      lastInputMs: now - 90_000,
      lastOutputMs: now - 10_000,
      command: "bash",
      commandLine: "-bash",
      commandStartedAtMs: shellAt,
      busy: false,
      logindSession: "c2",
      forwards: [],
      container: false,
      self: false,
    });
  });

  test("root's shell is one session too", () => {
    const host = new Host();
    const { connection, serving } = Sshd.daemon(host, generation).login({ user: "root", ttys: ["pts/0"] });
    const session = only(host);
    expect(session).toMatchObject({ user: "root", uid: 0, kind: "shell", ttys: ["pts/0"], pid: serving.pid });
    expect(session.monitorPid).toBe(connection === serving ? undefined : connection.pid);
  });

  test("a connection on which nothing runs is a tunnel", () => {
    const host = new Host();
    Sshd.daemon(host, generation).login({ user: "bob" });
    expect(only(host)).toMatchObject({ user: "bob", kind: "tunnel", ttys: [], busy: false, command: undefined });
  });

  test("strangers and guesses at names are connections on which nobody has logged in", () => {
    const host = new Host();
    const sshd = Sshd.daemon(host, generation);
    sshd.accept("192.0.2.1:4001");
    sshd.guess("root", "192.0.2.2:4002");
    sshd.guess("unknown", "192.0.2.3:4003");
    const sessions = host.sessions();
    expect(sessions.map(({ phase, peer }) => [phase, peer?.port])).toEqual([
      ["authenticating", 4001],
      ["authenticating", 4002],
      ["authenticating", 4003],
    ]);
    expect(sessions.map(({ user, uid, kind, busy, ttys }) => [user, uid, kind, busy, ttys.length])).toEqual(
      Array.from({ length: 3 }, () => [undefined, undefined, undefined, undefined, 0]),
    );
  });

  test.each(["opening", "closing"] as const)(
    "a login that PAM keeps %s has a user, and nothing runs over it",
    (phase) => {
      const host = new Host();
      const { connection, socket } = Sshd.daemon(host, generation).hang("alice", phase);
      host.child(connection, { comm: "pam_helper" });
      expect(socket.inode).toBeGreaterThan(0);
      const { sessions, warnings } = host.report();
      expect(sessions).toMatchObject([
        {
          phase,
          pid: connection.pid,
          identity: { pid: connection.pid },
          user: "alice",
          uid: 1000,
          peer: { port: 4999 },
          ttys: [],
        },
      ]);
      expect(sessions[0]).toMatchObject({
        monitorPid: undefined,
        kind: undefined,
        command: undefined,
        busy: undefined,
      });
      expect(warnings).toEqual([]);
    },
  );

  test("a session child that does not serve yet is a login that opens, and what is signalled to end it", () => {
    const host = new Host();
    const { connection } = Sshd.daemon(host, generation).hang("alice", "opening");
    const { comm, exe, args, pgid, title, fds } = connection;
    const child = host.child(connection, { comm, exe, args, pgid, title, fds });
    expect(only(host)).toMatchObject({
      phase: "opening",
      pid: child.pid,
      monitorPid: connection.pid,
      user: "alice",
      uid: 1000,
      kind: undefined,
    });
  });

  test("a guess at a name that does not exist is no login, though its helper has ended", () => {
    const host = new Host();
    Sshd.daemon(host, generation).hang("unknown", "opening");
    expect(only(host)).toMatchObject({ phase: "authenticating", user: undefined });
  });

  test("of a name that no account has, as a directory takes it, nobody knows the user", () => {
    const host = new Host();
    Sshd.daemon(host, generation).hang("Alice", "opening");
    expect(only(host)).toMatchObject({ phase: "opening", user: undefined, uid: undefined });
  });

  test("where the kernel's word was not recorded, the connection tells whether a login opens or closes", () => {
    for (const [isLeft, phase] of [
      [false, "opening"],
      [true, "closing"],
    ] as const) {
      const host = new Host();
      const { connection, socket } = Sshd.daemon(host, generation).hang("alice", "opening");
      connection.catchesTerm = undefined;
      if (isLeft) host.endConnection(socket);
      expect(only(host)).toMatchObject({ phase, user: "alice" });
    }
  });

  test("a listener that ended leaves the sessions where they are", () => {
    const host = new Host();
    const sshd = Sshd.daemon(host, generation);
    const before = [sshd.login({ user: "alice", ttys: ["pts/1"] }), sshd.login({ user: "root", ttys: ["pts/0"] })];
    if (sshd.parent !== undefined) host.kill(sshd.parent);
    const { sessions, listeners } = host.report();
    expect(sessions.map(({ pid, user }) => [pid, user])).toEqual([
      [before[0]?.serving.pid, "alice"],
      [before[1]?.serving.pid, "root"],
    ]);
    expect(listeners).toEqual([]);
  });

  test("an upgrade leaves sessions of executables that are deleted", () => {
    const host = new Host();
    const { connection, serving } = Sshd.daemon(host, generation).login({ user: "alice", ttys: ["pts/1"] });
    for (const process of new Set([connection, serving])) process.exe += " (deleted)";
    Sshd.daemon(host, "10.6", { listen: ["10.0.0.2:22"] }).login({ user: "bob" });
    expect(host.sessions().map(({ user }) => user)).toEqual(["alice", "bob"]);
  });

  test.each([
    ["where the environment was short", "sshd: /usr/sbin/sshd -D [listener] 0 of 1", true],
    ["where it was empty", "sshd: /usr/sbin/ss\0D\0", true],
  ])("a listener whose title was cut, %s, is neither a session nor the end of those below it", (_, title, isFull) => {
    const host = new Host();
    const sshd = Sshd.daemon(host, generation);
    if (sshd.parent !== undefined) Object.assign(sshd.parent, { title, isFull });
    sshd.login({ user: "alice", ttys: ["pts/1"] });
    sshd.login({ user: "root", ttys: ["pts/0"] });
    const { sessions, listeners, warnings } = host.report();
    expect(sessions.map(({ user }) => user)).toEqual(["alice", "root"]);
    expect([listeners.map(({ pid }) => pid), warnings]).toEqual([[sshd.parent?.pid], []]);
  });

  test("the listener is found, with all its addresses", () => {
    const host = new Host();
    const sshd = Sshd.daemon(host, generation, { listen: ["[::]:2222", "0.0.0.0:22", "[::]:22"] });
    expect(host.report().listeners).toEqual([
      {
        pid: sshd.parent?.pid,
        server: "openssh",
        addresses: [
          { address: "::", port: 22 },
          { address: "0.0.0.0", port: 22 },
          { address: "::", port: 2222 },
        ],
      },
    ]);
  });

  test("sshd -i, started by the service manager, has the same sessions", () => {
    const host = new Host();
    host.initHolds(host.listening("[::]:22"));
    const sshd = Sshd.perConnection(host, generation);
    const { connection } = sshd.login({
      user: "alice",
      ttys: ["pts/1"],
      local: "[::ffff:10.0.0.1]:22",
      peer: "[::ffff:10.0.0.7]:5000",
    });
    sshd.login({ user: "root", ttys: ["pts/2"] });
    sshd.guess("root", "192.0.2.2:4002");
    expect(host.sessions().map(({ user, phase }) => [user, phase])).toEqual([
      ["alice", "open"],
      ["root", "open"],
      [undefined, "authenticating"],
    ]);
    expect(host.sessions()[0]).toMatchObject({
      identity: { pid: connection.pid },
      peer: { address: "10.0.0.7", port: 5000 },
    });
  });
});

describe("root up to 9.7 is one process that may hold much", () => {
  /** With a port forwarded from the other side, in use, and a connection to somewhere else, all on lower numbers. */
  function withForwards() {
    const host = new Host();
    const sshd = Sshd.daemon(host, "9.2");
    const { connection } = sshd.login({ user: "root", ttys: ["pts/0"], peer: "10.0.0.7:5000" });
    connection.fds = {
      1: host.connected("127.0.0.1:8000", "127.0.0.1:40000").link,
      2: host.connected("10.0.0.1:50001", "10.0.0.9:5432").link,
      3: host.listening("127.0.0.1:8000").link,
      ...connection.fds,
    };
    return { host, sshd, connection };
  }

  test("its forwarded ports are neither a listener nor the connection", () => {
    const { host, sshd } = withForwards();
    const { sessions, listeners } = host.report();
    expect(sessions.map(({ peer }) => peer)).toEqual([{ address: "10.0.0.7", port: 5000 }]);
    expect(listeners.map(({ pid }) => pid)).toEqual([sshd.parent?.pid]);
  });

  test("a port that it forwards is not the connection's, even where no listener is left to tell", () => {
    const { host, sshd, connection } = withForwards();
    if (sshd.parent !== undefined) host.kill(sshd.parent);
    delete connection.fds[2];
    expect(only(host).peer).toEqual({ address: "10.0.0.7", port: 5000 });
  });

  test("it is closing when its client has ended the connection, and it still holds that", () => {
    const host = new Host();
    const { connection, socket } = Sshd.daemon(host, "9.2").login({ user: "root", ttys: ["pts/0"] });
    host.endConnection(socket);
    expect(only(host)).toMatchObject({ phase: "closing", user: "root", uid: 0, pid: connection.pid, ttys: [] });
  });

  test("the worker of internal-sftp is not taken for a session child", () => {
    const host = new Host();
    const { connection } = Sshd.daemon(host, "9.2").login({ user: "root" });
    connection.title = "sshd: root@notty";
    const { comm, exe } = connection;
    host.process({ ppid: connection.pid, comm, exe, title: "sshd: root@internal-sftp" });
    expect(only(host)).toMatchObject({ pid: connection.pid, monitorPid: undefined, kind: "sftp", user: "root" });
  });
});

describe("dropbear", () => {
  test.each([
    ["stays root up to 2025.88", false],
    ["becomes its user since 2025.89", true],
  ])("%s", (_, becomesUser) => {
    const host = new Host();
    const dropbear = new Dropbear(host, { becomesUser });
    const { connection } = dropbear.login({ user: "alice", ttys: ["pts/1"], peer: "10.0.0.8:6000" });
    expect(only(host)).toMatchObject({
      identity: { pid: connection.pid },
      pid: connection.pid,
      monitorPid: undefined,
      server: "dropbear",
      phase: "open",
      user: "alice",
      uid: 1000,
      kind: "shell",
      ttys: ["pts/1"],
      peer: { address: "10.0.0.8", port: 6000 },
      local: { address: "10.0.0.1", port: 2200 },
    });
    expect(host.report().listeners.map(({ pid }) => pid)).toEqual([dropbear.listener.pid]);
  });

  test.each([false, true])("shares a pipe with its listener until somebody has logged in (%j)", (becomesUser) => {
    const host = new Host();
    const dropbear = new Dropbear(host, { becomesUser });
    dropbear.connect("192.0.2.1:4001");
    dropbear.login({ user: "alice" });
    dropbear.connect("192.0.2.2:4002");
    expect(host.sessions().map(({ phase }) => phase)).toEqual(["authenticating", "open", "authenticating"]);
  });

  test("of a tunnel over one that stays root nobody knows whose it is", () => {
    const host = new Host();
    new Dropbear(host, { becomesUser: false }).login({ user: "alice" });
    expect(only(host)).toMatchObject({ phase: "open", kind: "tunnel", user: undefined, uid: undefined });
  });

  test("runs beside sshd, each with its own sessions", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "bob" });
    new Dropbear(host, { becomesUser: true }).login({ user: "alice" });
    expect(host.sessions().map(({ server, user }) => [server, user])).toEqual([
      ["openssh", "bob"],
      ["dropbear", "alice"],
    ]);
  });

  test("one that was orphaned with a forwarded port is no listener", () => {
    const host = new Host();
    const dropbear = new Dropbear(host, { becomesUser: false });
    const { connection } = dropbear.login({ user: "alice", ttys: ["pts/1"] });
    connection.fds = { ...connection.fds, 9: host.listening("127.0.0.1:8000").link };
    host.kill(dropbear.listener);
    const { sessions, listeners } = host.report();
    expect(sessions.map(({ user }) => user)).toEqual(["alice"]);
    expect(listeners).toEqual([]);
  });
});

describe("socket activation", () => {
  test("the service manager is the listener as long as it alone holds the port", () => {
    const host = new Host();
    host.initHolds(host.listening("[::]:22"), host.listening("0.0.0.0:80"), host.connected("10.0.0.1:1", "10.0.0.2:2"));
    expect(host.report().listeners).toEqual([{ pid: 1, server: "openssh", addresses: [{ address: "::", port: 22 }] }]);
  });

  test("a port by which a connection came in is one of SSH", () => {
    const host = new Host();
    host.initHolds(host.listening("[::]:2222"), host.listening("0.0.0.0:80"));
    Sshd.perConnection(host, "10.0").login({ user: "alice", local: "[::ffff:10.0.0.1]:2222" });
    expect(host.report().listeners.map(({ addresses }) => addresses)).toEqual([[{ address: "::", port: 2222 }]]);
  });

  test("a socket that sshd has inherited counts as sshd's", () => {
    const host = new Host();
    const socket = host.listening("[::]:22");
    host.initHolds(socket);
    const sshd = Sshd.daemon(host, "10.0", { listen: [] });
    if (sshd.parent !== undefined) sshd.parent.fds = { 3: socket.link };
    expect(host.report().listeners.map(({ pid }) => pid)).toEqual([sshd.parent?.pid]);
  });

  test("what happens in a container says nothing about the machine's own ports", () => {
    const host = new Host();
    host.initHolds(host.listening("0.0.0.0:80"));
    Sshd.daemon(host, "10.0", { network: "net:[7]", depth: 1 }).login({ user: "alice", local: "10.0.0.1:80" });
    expect(host.report().listeners).toEqual([]);
  });
});

describe("what runs over a connection", () => {
  const withPrograms = (run: (host: Host, login: ReturnType<Sshd["login"]>) => void, ttys: readonly string[] = []) => {
    const host = new Host();
    const login = Sshd.daemon(host, "10.0").login({ user: "alice", ttys });
    run(host, login);
    return only(host);
  };
  const withCommand = (command: readonly string[]) => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice", command });
    return only(host);
  };

  test.each<[readonly string[], Partial<Session>]>([
    [["/usr/lib/openssh/sftp-server"], { kind: "sftp", command: "sftp-server", busy: undefined }],
    [["scp", "-t", "/tmp"], { kind: "scp", command: "scp", busy: true }],
    [["scp", "-v", "-r", "-f", "a b"], { kind: "scp", busy: true }],
    [["scp", "-pf", "x"], { kind: "scp" }],
    [["scp", "a", "b:"], { kind: "command" }],
    [["rsync", "--server", "-logDtpre.iLsfxC", ".", "/srv"], { kind: "command", command: "rsync", busy: true }],
    [["git-upload-pack", "repo"], { kind: "command", command: "git-upload-pack" }],
    [["bash"], { kind: "command", command: "bash", busy: true }],
    [["-bash"], { kind: "shell", command: "bash", busy: false }],
    [["bash", "-c", "sleep 9; date"], { kind: "command", commandLine: "bash -c sleep 9; date", busy: true }],
    [["/bin/a-name-of-more-than-15-letters", "x"], { kind: "command", command: "a-name-of-more-than-15-letters" }],
  ])("without a terminal: %j", (command, expected) => {
    expect(withCommand(command)).toMatchObject({ ...expected, ttys: [] });
  });

  test("sftp-server behind a shell that does not replace itself", () => {
    const session = withPrograms((host, { serving }) => {
      const shell = host.child(serving, { comm: "fish", uid: 1000, args: ["fish", "-c", "/usr/lib/sftp-server"] });
      host.child(shell, { comm: "sftp-server", args: ["/usr/lib/sftp-server"] });
    });
    expect(session).toMatchObject({ kind: "sftp", command: "sftp-server" });
  });

  test("internal-sftp is one sftp session, not two", () => {
    const session = withPrograms((host, { serving }) => {
      serving.title = "sshd-session: alice@notty";
      const { comm, exe, uid } = serving;
      host.child(serving, { comm, exe, uid, sid: 4711, pgid: 4711, title: "sshd-session: alice@internal-sftp" });
    });
    expect(session).toMatchObject({ kind: "sftp", command: "internal-sftp", busy: undefined, pid: session.pid });
  });

  test("a fork of the server that has not yet started its command is nothing that runs", () => {
    const session = withPrograms(
      (host, { serving }) => {
        const { comm, exe, uid, title } = serving;
        host.child(serving, { comm, exe, uid, title, sid: 4711 });
      },
      ["pts/1"],
    );
    expect(session).toMatchObject({ kind: "shell", command: "bash" });
  });

  test("a program in the foreground makes a shell busy, and is what is shown", () => {
    const session = withPrograms(
      (host, { programs: [shell] }) => {
        if (shell !== undefined) host.run(shell, "vim", { args: ["vim", "--cmd", "let token='s3cret'"] });
      },
      ["pts/1"],
    );
    expect(session).toMatchObject({
      kind: "shell",
      busy: true,
      command: "vim",
      commandLine: "vim --cmd let token='s3cret'",
    });
  });

  test("a process elsewhere that has got the number of its group is not what runs there", () => {
    const session = withPrograms(
      (host, { programs: [shell] }) => {
        const other = host.process({ comm: "passwd", tty: "pts/2" });
        if (shell !== undefined) host.run(shell, "cat", { pgid: other.pid });
      },
      ["pts/1"],
    );
    expect(session).toMatchObject({ busy: true, command: "bash" });
  });

  test("a program in the background does not", () => {
    const session = withPrograms(
      (host, { programs: [shell] }) => {
        if (shell !== undefined) host.child(shell, { comm: "sleep", args: ["sleep", "999"] });
      },
      ["pts/1"],
    );
    expect(session).toMatchObject({ kind: "shell", busy: false, command: "bash" });
  });

  test.each<[readonly string[], Partial<Session>]>([
    [["bash"], { kind: "shell", busy: false }],
    [["bash", "--login"], { kind: "shell", busy: false }],
    [["bash", "-c", "top"], { kind: "command", busy: true }],
    [["top"], { kind: "command", busy: true }],
    // A shell that runs a script asks nobody for commands.
    [["bash", "deploy.sh"], { kind: "command", busy: true }],
    [["/bin/sh", "-e", "/usr/local/bin/backup"], { kind: "command", busy: true }],
  ])("on a terminal: %j", (args, expected) => {
    const session = withPrograms((host, { serving }) => {
      serving.title = "sshd-session: alice@pts/4";
      host.terminal("pts/4", { uid: 1000, idle: 5 });
      host.process({ ppid: serving.pid, uid: 1000, comm: args[0]?.replace(/.*\//, "") ?? "", args, tty: "pts/4" });
    });
    expect(session).toMatchObject({ ...expected, ttys: ["pts/4"] });
  });

  test("two terminals of one connection: the one that was used last counts", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "bob", ttys: ["pts/0", "pts/3"] });
    host.terminal("pts/0", { idle: 500, quiet: 3 });
    host.terminal("pts/3", { idle: 40, quiet: 40 });
    expect(only(host)).toMatchObject({
      kind: "shell",
      ttys: ["pts/0", "pts/3"],
      lastInputMs: now - 40_000,
      lastOutputMs: now - 3000,
    });
  });

  test("shells and transfers over one connection are mixed", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "bob", ttys: ["pts/0"], command: ["/usr/lib/openssh/sftp-server"] });
    expect(only(host)).toMatchObject({ kind: "mixed", ttys: ["pts/0"] });
  });

  test("a master connection that is left has no terminal any more", () => {
    const session = withPrograms((_, { serving }) => {
      serving.title = "sshd-session: alice@notty";
    });
    expect(session).toMatchObject({ kind: "tunnel", ttys: [], lastInputMs: undefined, busy: false });
  });

  test("terminals of panes inside a multiplexer are not the session's", () => {
    const session = withPrograms(
      (host, { programs: [shell] }) => {
        if (shell === undefined) return;
        const server = host.process({ comm: "tmux: server", uid: 1000 });
        host.child(server, { comm: "bash", tty: "pts/9" });
        host.run(shell, "tmux: client", { args: ["tmux", "attach"] });
      },
      ["pts/1"],
    );
    expect(session).toMatchObject({ ttys: ["pts/1"], command: "tmux", busy: true });
  });
});

describe("who it is", () => {
  const userOf = (user: string, { uid, line }: { uid: number; line?: string }) => {
    const host = new Host();
    if (line !== undefined) host.accounts.push(line);
    Sshd.daemon(host, "10.0").login({ user, uid, ttys: ["pts/1"] });
    const session = only(host);
    return [session.user, session.uid, session.ttys.join(",")];
  };

  test.each([
    ["alice@corp.example", 5001],
    [String.raw`CORP\bob`, 5002],
    ["dom.user-x", 5003],
    ["Zoë Smith", 5004],
    ["日本", 5005],
  ])("%s", (user, uid) => {
    expect(userOf(user, { uid, line: `${user}:x:${String(uid)}:1::/:/bin/sh` })).toEqual([user, uid, "pts/1"]);
    expect(userOf(user, { uid })).toEqual([user, uid, "pts/1"]);
  });

  test("of two names of one uid the title knows which", () => {
    expect(userOf("toor", { uid: 0, line: "toor:x:0:0::/root:/bin/sh" })).toEqual(["toor", 0, "pts/1"]);
  });

  test("the kernel's uid counts, whatever the title says", () => {
    expect(userOf("root", { uid: 1666 }).slice(0, 2)).toEqual(["mallory", 1666]);
  });

  test("a title that was cut short in the name does not change the name", () => {
    const host = new Host();
    const { serving } = Sshd.daemon(host, "10.0").login({ user: "alice", ttys: ["pts/1"] });
    Object.assign(serving, { title: "sshd-session: ali", isFull: true });
    expect(only(host)).toMatchObject({ user: "alice", ttys: ["pts/1"] });
  });

  test.each([
    ["at the end of the environment", "sshd-session: alice@pts/1"],
    ["in front of the last letter of its arguments", "sshd-session: alice@pts/1\0R\0"],
  ])("a title that was cut short in the terminal, %s, does not claim the terminal of another", (_, title) => {
    const host = new Host();
    const sshd = Sshd.daemon(host, "10.0");
    sshd.login({ user: "bob", ttys: ["pts/1"] });
    const { serving } = sshd.login({ user: "alice", ttys: ["pts/12"] });
    Object.assign(serving, { title, isFull: true });
    expect(host.sessions().map(({ user, ttys }) => [user, ttys])).toEqual([
      ["bob", ["pts/1"]],
      ["alice", ["pts/12"]],
    ]);
  });
});

describe("when", () => {
  test("a machine whose uptime began after its processes has no login times, and nothing else is lost", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice", ttys: ["pts/1"] });
    host.uptime = "12.34 20.00\n";
    expect(only(host)).toMatchObject({ user: "alice", startedAtMs: undefined });
  });

  test.each(["", "garbage", "-5.0 1.0"])("an uptime of %j means login times are unknown, and says so", (uptime) => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice", ttys: ["pts/1"] });
    host.uptime = uptime;
    const { sessions, warnings } = host.report();
    expect(sessions.map(({ startedAtMs }) => startedAtMs)).toEqual([undefined]);
    expect(warnings.map(({ code }) => code)).toEqual(["login-times-unknown"]);
  });
});

describe("containers", () => {
  test("are marked; their terminals and accounts are others", () => {
    const host = new Host();
    host.terminal("pts/1", { idle: 5 });
    Sshd.daemon(host, "10.0", { network: "net:[7]", depth: 1 }).login({
      user: "deploy",
      uid: 1000,
      ttys: ["pts/1"],
      peer: "172.17.0.1:9",
    });
    const { sessions, listeners, warnings } = host.report();
    expect(sessions).toMatchObject([
      {
        container: true,
        user: "deploy",
        uid: 1000,
        peer: { address: "172.17.0.1", port: 9 },
        ttys: ["pts/1"],
        lastInputMs: undefined,
        lastOutputMs: undefined,
      },
    ]);
    expect(listeners).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test("one that shares the network is told by its PID namespace", () => {
    const host = new Host();
    Sshd.daemon(host, "10.0", { depth: 2 }).login({ user: "alice", ttys: ["pts/1"] });
    expect(only(host)).toMatchObject({ container: true });
  });
});
