import { describe, expect, test } from "vitest";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import type { Session } from "../../../../src/domain/session.ts";
import { FatalError, PermissionError } from "../../../../src/errors.ts";
import { gone, refused, type Absence, type Files } from "../../../../src/host/files/files.ts";
import { readSnapshot } from "../../../../src/system/procfs/snapshot.ts";
import { endpoint, tcpText } from "../../../helpers/proc-text.ts";
import { interceptFiles, memoryFiles, withTexts } from "../../../helpers/memory-files.ts";
import { Host, now, type ProcessSpec } from "../../../helpers/machine-builder.ts";
import { Dropbear, Sshd, type Login } from "../../../helpers/ssh-servers.ts";

function sessionsIn(files: Files): readonly Session[] {
  return assembleSessions(
    readSnapshot({ files, now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined }),
  ).sessions;
}

describe("a machine that cannot be read", () => {
  test.each([
    ["is not mounted", memoryFiles({})],
    ["is refused", memoryFiles({ absent: { "/proc": refused } })],
    ["holds no processes", memoryFiles({ texts: { "/proc/uptime": "1.0 1.0\n" } })],
  ])("/proc %s", (_, files) => {
    expect(() => sessionsIn(files)).toThrow(FatalError);
    expect(() => sessionsIn(files)).toThrow(
      expect.objectContaining({ exitCode: 3, remedy: expect.stringMatching("mount") }),
    );
  });

  test.each<[string, Absence]>([
    ["their folders", gone],
    ["what is in them", refused],
  ])("hidepid hides %s", (_, absence) => {
    const host = new Host();
    host.process({ comm: "bash", uid: 1000 });
    const files = interceptFiles(host.files(1000), (path) => (/^\/proc\/[12]\//.test(path) ? absence : undefined));
    expect(() => sessionsIn(files)).toThrow(PermissionError);
    expect(() => sessionsIn(files)).toThrow(expect.objectContaining({ exitCode: 4, remedy: "Run sshctl as root." }));
  });
});

describe("processes that end while they are read", () => {
  function busyHost() {
    const host = new Host();
    const sshd = Sshd.daemon(host, "10.0");
    const old = Sshd.daemon(host, "9.2", { listen: ["0.0.0.0:2022"] });
    const dropbear = new Dropbear(host, { becomesUser: false });
    const logins = [
      sshd.login({ user: "alice", ttys: ["pts/1"], scope: "1" }),
      sshd.login({ user: "bob", command: ["/usr/lib/openssh/sftp-server"] }),
      old.login({ user: "root", ttys: ["pts/2"] }),
      dropbear.login({ user: "carol", ttys: ["pts/3"] }),
      sshd.guess("root", "192.0.2.1:4001"),
    ];
    Sshd.daemon(host, "10.6", { network: "net:[7]", depth: 1 }).login({ user: "deploy", uid: 1000, ttys: ["pts/0"] });
    return { host, logins };
  }

  /** The paths of a reading, in order. */
  function readsOf(files: Files): string[] {
    const paths: string[] = [];
    sessionsIn(
      interceptFiles(files, (path) => {
        paths.push(path);
        return undefined;
      }),
    );
    return paths;
  }

  /** From its n-th read on, everything of the process is gone. */
  function endingAt(files: Files, pid: number, nth: number): Files {
    let reads = 0;
    return interceptFiles(files, (path): Absence | undefined => {
      if (!path.startsWith(`/proc/${String(pid)}/`)) return undefined;
      reads += 1;
      return reads >= nth ? gone : undefined;
    });
  }

  const { host, logins } = busyHost();
  const files = host.files();
  const whole = sessionsIn(files);
  const paths = readsOf(files);

  const processesOf = ({ connection, serving, programs }: Login): ProcessSpec[] => [
    ...new Set([connection, serving, ...programs]),
  ];
  const endings = logins.flatMap((login) =>
    processesOf(login).map(({ pid, title, comm }): [string, Login, number] => [title ?? comm, login, pid]),
  );

  test("the machine is a rich one", () => {
    expect(whole.map(({ user, phase, container }) => [user, phase, container])).toEqual([
      ["alice", "open", false],
      ["bob", "open", false],
      ["root", "open", false],
      ["carol", "open", false],
      [undefined, "authenticating", false],
      ["deploy", "open", true],
    ]);
  });

  test.each(endings)("%s: at every single read, nothing is thrown and no other session changes", (_, login, pid) => {
    const reads = paths.filter((path) => path.startsWith(`/proc/${String(pid)}/`)).length;
    expect(reads).toBeGreaterThan(0);
    const own = new Set(processesOf(login).map((process) => process.pid));
    const others = whole.filter((session) => !own.has(session.pid));
    for (let nth = 1; nth <= reads; nth += 1) {
      const seen = sessionsIn(endingAt(files, pid, nth));
      expect(seen.filter((session) => !own.has(session.pid))).toEqual(others);
    }
  });

  test.each(endings)("%s: a row of it is whole, or there is none", (_, login, pid) => {
    const row = whole.find(({ identity }) => identity.pid === login.connection.pid);
    const reads = paths.filter((path) => path.startsWith(`/proc/${String(pid)}/`)).length;
    for (let nth = 1; nth <= reads; nth += 1) {
      const rows = sessionsIn(endingAt(files, pid, nth)).filter(
        (session) => session.pid === pid || session.identity.pid === pid,
      );
      for (const { user, uid, peer, local, phase, startedAtMs } of rows)
        expect({ user, uid, peer, local, phase, startedAtMs }).toEqual({
          user: row?.user,
          uid: row?.uid,
          peer: row?.peer,
          local: row?.local,
          phase: row?.phase,
          startedAtMs: row?.startedAtMs,
        });
    }
  });

  test.each(["rows", "all"] as const)("a connection that has ended before its processes is no row (%s)", (depth) => {
    for (const generation of ["9.2", "10.0"] as const) {
      const machine = new Host();
      const sshd = Sshd.daemon(machine, generation);
      for (const user of ["alice", "root"]) sshd.login({ user, ttys: [`pts/${user}`] });
      const lasting = sshd.login({ user: "bob" });
      const before = machine.files();
      const closed = new Set(machine.all.flatMap(({ pid, comm }) => (comm.startsWith("sshd") ? pid : [])));
      for (const { pid } of [lasting.connection, lasting.serving]) closed.delete(pid);
      const table = tcpText([
        { inode: lasting.socket.inode, local: endpoint("10.0.0.1:22"), remote: endpoint("10.0.0.7:7") },
        { inode: 1, local: endpoint("0.0.0.0:22"), listening: true },
      ]);
      let isTableRead = false;
      const files: Files = {
        ...withTexts(before, (path) => {
          isTableRead ||= path === "/proc/net/tcp";
          return path === "/proc/net/tcp" ? table : before.read(path);
        }),
        link: (path) => {
          const pid = Number(/^\/proc\/(\d+)\/fd\//.exec(path)?.[1]);
          return isTableRead && closed.has(pid) && pid !== sshd.parent?.pid ? gone : before.link(path);
        },
      };
      const machineNow = { files, now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined };
      const seen = assembleSessions(readSnapshot(machineNow, depth)).sessions;
      expect(seen.map(({ user, peer }) => [user, peer?.port])).toEqual([["bob", 7]]);
    }
  });

  test.each(
    (["rows", "all"] as const).flatMap((depth) => [
      { depth, pauses: 0, users: ["bob"] },
      { depth, pauses: 3, users: ["bob"] },
      { depth, pauses: Infinity, users: ["alice", "root", "bob"] },
    ]),
  )("a connection that was reset is waited for until its server lets it go ($depth, $pauses pauses)", (given) => {
    const { depth, pauses, users } = given;
    for (const generation of ["9.2", "10.0"] as const) {
      const machine = new Host();
      const sshd = Sshd.daemon(machine, generation);
      const reset = ["alice", "root"].map((user) => sshd.login({ user, ttys: [`pts/${user}`] }));
      const lasting = sshd.login({ user: "bob" });
      const before = machine.files();
      const table = tcpText([
        { inode: lasting.socket.inode, local: endpoint("10.0.0.1:22"), remote: endpoint("10.0.0.7:7") },
        { inode: 1, local: endpoint("0.0.0.0:22"), listening: true },
      ]);
      const ended = new Set(reset.flatMap(({ connection, serving }) => [connection.pid, serving.pid]));
      const isGone = (path: string) => paused >= pauses && ended.has(Number(/^\/proc\/(\d+)\//.exec(path)?.[1]));
      let paused = 0;
      let isTableRead = false;
      const files = interceptFiles(
        withTexts(before, (path) => {
          isTableRead ||= path === "/proc/net/tcp";
          return path === "/proc/net/tcp" ? table : before.read(path);
        }),
        (path) => (isTableRead && isGone(path) ? gone : undefined),
      );
      const pause = () => {
        paused += 1;
      };
      const machineNow = { files, now: () => now, hostName: () => "web1", observer: undefined, pause };
      const seen = assembleSessions(readSnapshot(machineNow, depth)).sessions;
      expect(seen.map(({ user }) => user)).toEqual(users);
      expect(paused).toBe(Math.min(pauses, 50));
    }
  });

  test("a server that has let go of its connection is no row, whatever else it holds", () => {
    for (const generation of ["9.2", "10.0"] as const) {
      const machine = new Host();
      const sshd = Sshd.daemon(machine, generation);
      const ended = sshd.login({ user: "root", ttys: ["pts/1"] });
      const lasting = sshd.login({ user: "bob" });
      const connection = ended.socket.link;
      for (const process of [ended.connection, ended.serving])
        process.fds = {
          ...Object.fromEntries(Object.entries(process.fds).filter(([, to]) => to !== connection)),
          9: "socket:[77]",
        };
      const before = machine.files();
      const table = tcpText([
        { inode: lasting.socket.inode, local: endpoint("10.0.0.1:22"), remote: endpoint("10.0.0.7:7") },
        ...(sshd.parent === undefined ? [] : listeningRows(sshd.parent.fds)),
      ]);
      const unix = [77, 99]
        .map((inode) => `0000000000000000: 00000003 00000000 00000000 0001 03 ${String(inode)}\n`)
        .join("");
      const files = withTexts(before, (path) =>
        path === "/proc/net/tcp" ? table : path === "/proc/net/unix" ? unix : before.read(path),
      );
      const seen = assembleSessions(
        readSnapshot({ files, now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined }),
      ).sessions;
      expect(seen.map(({ user }) => user)).toEqual(["bob"]);
    }
  });

  function listeningRows(fds: Readonly<Record<number, string>>) {
    return Object.values(fds)
      .flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
      .map((inode) => ({ inode: Number(inode), local: endpoint("0.0.0.0:22"), listening: true }));
  }

  test("a single answer that is missing, whichever, never throws", () => {
    const optional = paths.flatMap((path, index) =>
      /^\/proc\/(1\/stat)?$/.test(path) || path === "/proc" ? [] : index,
    );
    expect(optional.length).toBeGreaterThan(100);
    for (const missing of optional) {
      let reads = -1;
      const lacking = interceptFiles(files, () => {
        reads += 1;
        return reads === missing ? gone : undefined;
      });
      expect(sessionsIn(lacking).length).toBeGreaterThanOrEqual(whole.length - 1);
    }
  });

  test.each(["10.0", "9.2"] as const)(
    "a PID that was given to another process is not taken for the first one",
    (generation) => {
      const machine = new Host();
      const { connection, serving } = Sshd.daemon(machine, generation).login({ user: "root", ttys: ["pts/1"] });
      const whole = machine.files();
      const seen = new Set<string>();
      // From the second look on: the connection process has ended, its number is another's, and its child is PID 1's.
      const reused: Files = {
        ...whole,
        read: (path) => {
          const text = whole.read(path);
          const isFirst = !seen.has(path);
          seen.add(path);
          if (path === `/proc/${String(serving.pid)}/status` && typeof text === "string")
            return text.replace(/PPid:\t\d+/, "PPid:\t1");
          if (isFirst || typeof text !== "string") return text;
          if (path === `/proc/${String(connection.pid)}/stat`)
            return text.replace(/ \d+ 15392768/, " 99999999 15392768");
          return path === `/proc/${String(serving.pid)}/stat` ? text.replace(/\) S \d+/, ") S 1") : text;
        },
      };
      expect(sessionsIn(whole).map(({ identity }) => identity.pid)).toEqual([connection.pid]);
      const first = { pid: connection.pid, startTicks: connection.startedAt * 100 };
      expect(sessionsIn(reused).map(({ identity }) => identity)).not.toContainEqual(first);
    },
  );

  test("zombies are not there", () => {
    const [alice] = logins;
    const zombie: Files = {
      ...files,
      read: (path) => {
        const text = files.read(path);
        const isHis = path === `/proc/${String(alice?.connection.pid)}/stat` && typeof text === "string";
        return isHis ? text.replace(") S ", ") Z ") : text;
      },
    };
    expect(sessionsIn(zombie).map(({ identity }) => identity.pid)).not.toContain(alice?.connection.pid);
  });

  test.each(["rows", "all"] as const)("a row that the kernel's table skipped once is found again (%s)", (depth) => {
    const sessionsIn = (read: Files) =>
      assembleSessions(
        readSnapshot(
          { files: read, now: () => now, hostName: () => "web1", observer: undefined, pause: () => undefined },
          depth,
        ),
      ).sessions;
    const whole = sessionsIn(files);
    let reads = 0;
    const skipping = withTexts(files, (path) => {
      const text = files.read(path);
      if (path !== "/proc/net/tcp" || typeof text !== "string") return text;
      reads += 1;
      return reads === 1 ? text.replace(/^.*0100000A:0016.*\n/m, "") : text;
    });
    expect(sessionsIn(skipping)).toEqual(whole);
    expect(reads).toBe(2);
  });
});

describe("without root", () => {
  function seenBy(user: "alice" | "mallory", shellSays: string) {
    const host = new Host();
    const sshd = Sshd.daemon(host, "10.0");
    const alice = sshd.login({ user: "alice", ttys: ["pts/1"], peer: "10.0.0.7:5000" });
    sshd.login({ user: "bob", peer: "10.0.0.8:6000", ttys: ["pts/2"] });
    sshd.guess("root", "192.0.2.1:4001");
    const [shell] = alice.programs;
    if (shell !== undefined) shell.environ = { SSH_CONNECTION: shellSays };
    const observer = host.process({ ppid: shell?.pid ?? 1, comm: "node", uid: host.uid(user), tty: "pts/1" });
    return host.report(observer);
  }

  test("all rows remain, with what everybody may see", () => {
    const { sessions, listeners } = seenBy("alice", "10.0.0.7 5000 10.0.0.1 22");
    expect(sessions.map(({ user, phase, kind, ttys }) => [user, phase, kind, ttys.join(",")])).toEqual([
      ["alice", "open", "shell", "pts/1"],
      ["bob", "open", "shell", "pts/2"],
      [undefined, "authenticating", undefined, ""],
    ]);
    expect(listeners).toHaveLength(1);
  });

  test("the own shell tells its connection, nobody else's does, and a warning says how many are missing", () => {
    const { sessions, warnings } = seenBy("alice", "10.0.0.7 5000 10.0.0.1 22");
    expect(sessions.map(({ peer }) => peer?.address)).toEqual(["10.0.0.7", undefined, undefined]);
    expect(warnings.map(({ code }) => code)).toEqual(["needs-root"]);
    expect(warnings[0]?.message).toContain("of 1 session ");
  });

  test.each(["6.6.6.6 5000 10.0.0.1 22", "10.0.0.7 5001 10.0.0.1 22", "10.0.0.7 5000 10.0.0.1 23", "nonsense"])(
    "a shell that claims %s, which the kernel does not know, is not believed",
    (claim) => {
      expect(seenBy("alice", claim).sessions[0]?.peer).toBeUndefined();
    },
  );

  test("another user's shell tells nothing", () => {
    expect(seenBy("mallory", "10.0.0.7 5000 10.0.0.1 22").sessions[0]?.peer).toBeUndefined();
  });

  test("dropbear's strangers stay out", () => {
    const host = new Host();
    const dropbear = new Dropbear(host, { becomesUser: true });
    dropbear.connect("192.0.2.1:4001");
    dropbear.login({ user: "alice", ttys: ["pts/1"] });
    const observer = host.process({ comm: "node", uid: 1001 });
    expect(host.sessions(observer).map(({ phase, user }) => [phase, user])).toEqual([
      ["authenticating", undefined],
      ["open", "alice"],
    ]);
  });
});
