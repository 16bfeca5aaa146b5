/** Processes that pretend to be SSH sessions. None of them may become a row, whoever looks. */
import { describe, expect, test } from "vitest";
import { Host, type Given, type ProcessSpec } from "../../../helpers/machine-builder.ts";
import { Dropbear, Sshd, generationNames } from "../../../helpers/ssh-servers.ts";

const mallory = 1666;

/** Looks like a session of root, and belongs to mallory. */
const costume: Given = {
  comm: "sshd-session",
  exe: "/home/mallory/sshd-session",
  title: "sshd-session: root@pts/9",
  uid: mallory,
};

const disguises: [string, Given][] = [
  ["a program called like sshd's", {}],
  ["sshd's own program, with a library of mallory's loaded into it", { exe: "/usr/lib/openssh/sshd-session" }],
  ["a program that was deleted", { exe: "/home/mallory/sshd-session (deleted)" }],
  ["another program that only changed its name", { exe: "/usr/bin/perl" }],
  ["the old name", { comm: "sshd", exe: "/home/mallory/sshd", title: "sshd: root@pts/9" }],
  ["a monitor", { title: "sshd-session: root [priv]" }],
  ["a monitor of 10.5", { title: "sshd-session: root [postauth]" }],
  ["a stranger", { title: "sshd-session: [accepted]" }],
  ["a listener", { title: "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups" }],
  ["a process without a title", { title: undefined, args: ["/usr/sbin/sshd", "-D", "-R"] }],
  ["dropbear", { comm: "dropbear", exe: "/home/mallory/dropbear", title: undefined, args: ["dropbear", "-2", "3"] }],
];

const places: [string, (host: Host, login: { shell: ProcessSpec; serving: ProcessSpec }) => Given][] = [
  ["below its user's shell", (_, { shell }) => ({ ppid: shell.pid, sid: shell.sid, pgid: shell.pgid })],
  ["below its user's shell, leading a session", (_, { shell }) => ({ ppid: shell.pid })],
  ["beside its user's shell (CLONE_PARENT)", (_, { serving }) => ({ ppid: serving.pid })],
  [
    "beside its user's shell, in the server's session",
    (_, { serving }) => ({ ppid: serving.pid, sid: serving.sid, pgid: serving.pgid }),
  ],
  ["orphaned", () => ({ ppid: 1 })],
  [
    "with sockets of its own",
    (host) => ({
      ppid: 1,
      fds: {
        3: host.connected("10.0.0.1:22", "6.6.6.6:666", { uid: mallory }).link,
        4: host.listening("0.0.0.0:2222", { uid: mallory }).link,
      },
    }),
  ],
];

describe.each(generationNames)("beside OpenSSH %s", (generation) => {
  describe.each(places)("%s", (_, place) => {
    test.each(disguises)("%s is no session and no listener", (_, disguise) => {
      const host = new Host();
      const sshd = Sshd.daemon(host, generation);
      const { serving, programs } = sshd.login({ user: "mallory", ttys: ["pts/6"] });
      const [shell = serving] = programs;
      const honest = host.report();
      const impostor = host.process({ ...costume, ...disguise, ...place(host, { shell, serving }) });
      host.process({ ...costume, ppid: impostor.pid, sid: impostor.sid, pgid: impostor.pgid });
      host.terminal("pts/9", { uid: mallory });
      const { sessions, listeners } = host.report();
      expect(listeners).toEqual(honest.listeners);
      expect(sessions.map(({ pid, user, ttys }) => [pid, user, ttys])).toEqual([[serving.pid, "mallory", ["pts/6"]]]);
      const bob = host.process({ comm: "node", uid: 1001 });
      expect(host.sessions(bob).map(({ pid, user }) => [pid, user])).toEqual([[serving.pid, "mallory"]]);
    });
  });
});

test.each(["/usr/bin/bash", "/usr/bin/sleep (deleted)"])(
  "a program of root's that is only called like sshd's (%s) is nothing at all",
  (exe) => {
    const host = new Host();
    host.process({ ...costume, uid: 0, exe });
    host.process({ ...costume, uid: 0, exe, title: "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups" });
    expect(host.report()).toMatchObject({ sessions: [], listeners: [], warnings: [] });
  },
);

test("an sshd that an ordinary user runs is named in a warning, with its sessions", () => {
  const host = new Host();
  const own = Sshd.daemon(host, "10.0", { listen: ["0.0.0.0:2222"], uid: mallory });
  own.login({ user: "mallory", ttys: ["pts/6"] });
  const { sessions, listeners, warnings } = host.report();
  expect([...sessions, ...listeners]).toEqual([]);
  expect(warnings.map(({ code }) => code)).toEqual(["untrusted-server"]);
  expect(warnings[0]?.message).toContain(`PID ${String(own.parent?.pid)} of uid 1666`);
});

test.each([
  ["has closed its files", 0, []],
  ["has some, and is its user's", mallory, ["untrusted-server"]],
])("a process without its monitor that %s", (_, owner, codes) => {
  const host = new Host();
  Sshd.daemon(host, "9.2");
  const ending = host.process({ ...costume, comm: "sshd", exe: "/usr/sbin/sshd", ppid: 1, fds: {} });
  ending.owner = owner;
  expect(host.report()).toMatchObject({ sessions: [], warnings: codes.map((code) => ({ code })) });
});

describe("what is genuine without a parent that could vouch for it", () => {
  test.each(generationNames)("a session child of %s whose monitor was killed", (generation) => {
    const host = new Host();
    const { connection, serving } = Sshd.daemon(host, generation).login({ user: "alice", ttys: ["pts/1"] });
    host.kill(connection);
    expect(host.sessions()).toMatchObject([{ pid: serving.pid, user: "alice", ttys: ["pts/1"], phase: "open" }]);
  });

  test("a dropbear that became its user, whose listener has ended", () => {
    const host = new Host();
    const dropbear = new Dropbear(host, { becomesUser: true });
    const { connection } = dropbear.login({ user: "alice", ttys: ["pts/1"] });
    host.kill(dropbear.listener);
    expect(host.sessions()).toMatchObject([{ pid: connection.pid, user: "alice" }]);
  });
});
