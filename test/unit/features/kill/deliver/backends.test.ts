/** What each backend can express on which generation: the table of docs/ending.md. */
import { describe, expect, test } from "vitest";
import { planTerminations } from "../../../../../src/features/kill/plan/plan-terminations.ts";
import type { EndingSignal } from "../../../../../src/features/kill/plan/signal.ts";
import { UsageError, FatalError } from "../../../../../src/errors.ts";
import { backendFor } from "../../../../../src/features/kill/deliver/backends/index.ts";
import type { BackendName } from "../../../../../src/features/kill/deliver/backends/backend.ts";
import type { Programs } from "../../../../../src/host/programs/run.ts";
import { Host, type ProcessSpec } from "../../../../helpers/machine-builder.ts";
import { Sshd, type Generation } from "../../../../helpers/ssh-servers.ts";

/** pgrep(1) with the options that the backends give it, over the processes of a host. */
function pgrepOf(processes: readonly ProcessSpec[]): Programs["run"] {
  return async (name, args) => {
    if (name !== "pgrep") throw new Error(`${name} must not run`);
    const option = (letter: string) => args[args.indexOf(letter) + 1]?.split(",").map(Number);
    const [parents, sessions, uids] = ["-P", "-s", "-u"].map((letter) =>
      args.includes(letter) ? option(letter) : undefined,
    );
    const pattern = new RegExp(`^(?:${args.at(-1) ?? ""})$`);
    const found = processes.filter(
      ({ ppid, sid, uid, comm }) =>
        (parents?.includes(ppid) ?? true) &&
        (sessions?.includes(sid) ?? true) &&
        (uids?.includes(uid) ?? true) &&
        pattern.test(comm),
    );
    return Promise.resolve({
      stdout: found.map(({ pid }) => `${String(pid)}\n`).join(""),
      exitCode: found.length > 0 ? 0 : 1,
    });
  };
}

/** alice has two sessions, bob and root one each, and somebody knocks. */
function machine(generation: Generation, others = true, somebodyKnocks = others) {
  const host = new Host();
  const sshd = Sshd.daemon(host, generation);
  sshd.login({ user: "root", ttys: ["pts/1"] });
  if (others) {
    sshd.login({ user: "alice", ttys: ["pts/2"] });
    sshd.login({ user: "alice" });
    sshd.login({ user: "bob", command: ["/usr/lib/openssh/sftp-server"] });
  }
  if (somebodyKnocks) sshd.guess("root", "192.0.2.1:4001");
  const report = host.report();
  const reach = { files: host.files(), signals: never, programs: { run: pgrepOf(host.all) } };
  const preview = async (
    backend: BackendName,
    users: readonly (string | undefined)[],
    signal: EndingSignal = "TERM",
  ) => {
    const chosen = report.sessions.filter(({ user }) => users.includes(user));
    const { terminations } = planTerminations(report, chosen, {
      includeSelf: false,
      maySignal: () => true,
      protectedBy: () => undefined,
    });
    const batches = terminations.map((termination) => ({ termination, processes: termination.targets }));
    return backendFor(backend, new Set(), reach).preview(batches, signal);
  };
  return { preview, report };
}

const never = {
  send: () => {
    throw new Error("nothing must be signalled");
  },
  probe: () => {
    throw new Error("nothing must be asked");
  },
};

const old = ["8.1", "9.2"] as const;
const split = ["9.9", "10.0", "10.6"] as const;
const everybody = ["root", "alice", "bob", undefined];

describe("kill", () => {
  test.each([...old, ...split])("OpenSSH %s: needs no command for anything", async (generation) => {
    expect(await machine(generation).preview("kill", everybody, "KILL")).toEqual([]);
  });
});

describe("pkill", () => {
  test.each([...old, ...split])(
    "OpenSSH %s: selects exactly any choice of sessions, with every signal",
    async (generation) => {
      const { preview } = machine(generation);
      for (const users of [["alice"], ["root"], ["bob", "root"], [undefined], everybody]) {
        for (const signal of ["TERM", "HUP", "KILL"] as const) {
          const commands = await preview("pkill", users, signal);
          expect(commands.length).toBeGreaterThan(0);
          for (const command of commands) expect(command.slice(0, 3)).toEqual(["pkill", "--signal", signal]);
        }
      }
    },
  );
});

describe("killall", () => {
  test.each([
    ...old.map((generation) => [generation, "sshd"] as const),
    ...split.map((generation) => [generation, "sshd-session"] as const),
  ])("OpenSSH %s: ends all sessions of a user", async (generation, name) => {
    const { preview } = machine(generation);
    for (const signal of ["TERM", "KILL"] as const) {
      expect(await preview("killall", ["alice"], signal)).toEqual([
        ["killall", "--signal", signal, "--user", "alice", name],
      ]);
    }
  });

  test.each([...old, ...split])("OpenSSH %s: cannot end root's session beside those of others", async (generation) => {
    await expect(machine(generation).preview("killall", ["root"])).rejects.toThrow("must be spared");
  });

  test.each(old)("OpenSSH %s: cannot spare the listener", async (generation) => {
    await expect(machine(generation, false).preview("killall", ["root"])).rejects.toThrow(/sshd \(PID \d+\)/);
  });

  test.each(split)(
    "OpenSSH %s: ends root's only session, but not with KILL, which the monitor would get too",
    async (generation) => {
      const { preview } = machine(generation, false);
      expect(await preview("killall", ["root"])).toEqual([
        ["killall", "--signal", "TERM", "--user", "root", "sshd-session"],
      ]);
      await expect(preview("killall", ["root"], "KILL")).rejects.toThrow(UsageError);
    },
  );

  test.each(split)("OpenSSH %s: root's come last, for they may hit the monitors of others", async (generation) => {
    const commands = await machine(generation, true, false).preview("killall", ["root", "alice", "bob"]);
    expect(commands.map(([, , , , owner]) => owner)).toEqual(["alice", "bob", "root"]);
  });

  test("needs a name for the owner", async () => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "nobody-knows", uid: 4711 });
    const report = host.report();
    const terminations = planTerminations(report, report.sessions, {
      includeSelf: false,
      maySignal: () => true,
      protectedBy: () => undefined,
    }).terminations.map((termination) => ({
      termination: { ...termination, session: { ...termination.session, user: undefined } },
      processes: termination.targets,
    }));
    const reach = { files: host.files(), signals: never, programs: { run: pgrepOf(host.all) } };
    await expect(backendFor("killall", new Set(), reach).preview(terminations, "TERM")).rejects.toThrow(
      "uid 4711 has no name",
    );
  });
});

describe("both", () => {
  test.each(["pkill", "killall"] as const)("%s needs pgrep to look before", async (backend) => {
    const host = new Host();
    Sshd.daemon(host, "10.0").login({ user: "alice" });
    const report = host.report();
    const [termination] = planTerminations(report, report.sessions, {
      includeSelf: false,
      maySignal: () => true,
      protectedBy: () => undefined,
    }).terminations;
    if (termination === undefined) throw new Error("unreachable");
    const reach = { files: host.files(), signals: never, programs: { run: async () => Promise.resolve(undefined) } };
    const preview = backendFor(backend, new Set(), reach).preview(
      [{ termination, processes: termination.targets }],
      "TERM",
    );
    await expect(preview).rejects.toThrow(FatalError);
  });
});
