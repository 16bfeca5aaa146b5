/** Who is root inside of a session, and what an ordinary user could make of that. */
import { describe, expect, test } from "vitest";
import { Host, type ProcessSpec } from "../../../helpers/machine-builder.ts";
import { generationNames, Sshd } from "../../../helpers/ssh-servers.ts";

function shellOf(sshd: Sshd, user: string): ProcessSpec {
  const [shell] = sshd.login({ user, ttys: ["pts/1"] }).programs;
  if (shell === undefined) throw new Error("unreachable");
  return shell;
}

const rootsIn = (host: Host) => host.sessions().map(({ rootInside }) => rootInside?.map(({ comm }) => comm));

describe.each(generationNames)("OpenSSH %s", (generation) => {
  function machine(user = "alice") {
    const host = new Host();
    return { host, shell: shellOf(Sshd.daemon(host, generation), user) };
  }

  test("nobody's but the user's own processes", () => {
    const { host, shell } = machine();
    host.run(shell, "vim");
    expect(rootsIn(host)).toEqual([[]]);
  });

  test("what runs below sudo, whatever it is called", () => {
    const { host, shell } = machine();
    const root = host.run(shell, "bash", { uid: 0 });
    host.run(root, "sshd", { exe: "/usr/sbin/sshd" });
    host.run(root, "sshd-session", { exe: "/usr/lib/openssh/sshd-session", tty: undefined });
    expect(rootsIn(host).map((each) => each?.toSorted())).toEqual([["bash", "sshd", "sshd-session"]]);
  });

  test("not a program of the user's that lets nobody look into it", () => {
    const { host, shell } = machine();
    // The folder of such a process is root's: ssh-agent, prctl(2).
    const agent = host.run(shell, "ssh-agent");
    const files = host.files();
    const hidden = {
      ...files,
      facts: (path: string) =>
        path === `/proc/${String(agent.pid)}` ? { uid: 0, atimeMs: 0, mtimeMs: 0 } : files.facts(path),
    };
    expect(host.report(undefined, hidden).sessions.map(({ rootInside }) => rootInside)).toEqual([[]]);
  });

  test("not in a session of root's own", () => {
    const { host, shell } = machine("root");
    host.run(shell, "vim");
    expect(rootsIn(host)).toEqual([[]]);
  });

  test("unknown where nothing tells whose a process is, unless another one is root's", () => {
    const { host, shell } = machine();
    const vim = host.run(shell, "vim");
    const blind = () => {
      const files = host.files();
      const unseen = (path: string) =>
        path === `/proc/${String(vim.pid)}` || path === `/proc/${String(vim.pid)}/status`
          ? files.read("/none")
          : undefined;
      return {
        ...files,
        read: (path: string) => unseen(path) ?? files.read(path),
        facts: (path: string) => (unseen(path) === undefined ? files.facts(path) : files.facts("/none")),
      };
    };
    expect(host.report(undefined, blind()).sessions.map(({ rootInside }) => rootInside)).toEqual([undefined]);
    const root = host.run(shell, "bash", { uid: 0 });
    expect(host.report(undefined, blind()).sessions.map(({ rootInside }) => rootInside)).toEqual([
      [{ pid: root.pid, comm: "bash" }],
    ]);
  });
});

test("root's own daemons are in nobody's session", () => {
  const host = new Host();
  const shell = shellOf(Sshd.daemon(host, "10.0"), "alice");
  host.process({ comm: "cron", tty: shell.tty });
  expect(rootsIn(host)).toEqual([[]]);
});
