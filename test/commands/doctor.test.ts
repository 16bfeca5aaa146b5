import { describe, expect, test } from "vitest";
import { FatalError, PermissionError } from "../../src/errors.ts";
import { refused } from "../../src/host/files/files.ts";
import { patient, type Patient } from "../helpers/doctor-host.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report } from "../helpers/sessions.ts";

interface Found {
  id: string;
  status: string;
  says: string;
  remedy: string | null;
}

async function diagnose(given: Patient): Promise<{ exitCode: number; ok: boolean; troubles: Found[]; all: Found[] }> {
  const { out, err, exitCode } = await sshctl(["doctor", "-o", "json"], patient(given));
  const document = JSON.parse(out) as { ok: boolean; checks: Found[] };
  expect(err).toBe("");
  expect(violationsOf("doctor-1", document)).toEqual([]);
  const troubles = document.checks.filter(({ status }) => status !== "ok");
  return { exitCode, ok: document.ok, troubles, all: document.checks };
}

test("a machine on which nothing is wrong", async () => {
  expect(await diagnose({})).toMatchObject({ exitCode: 0, ok: true, troubles: [] });
  const { out, exitCode } = await sshctl(["doctor"], patient());
  expect(out).toContain("ok        sshd            openssh (PID 76) listens on 0.0.0.0:22\n");
  expect(out).toMatch(/\n\n24 ok\n$/);
  expect(exitCode).toBe(0);
});

const nothing = { stdout: "", stderr: "", exitCode: 1 };
const sshdOf = (version: string) => ({ stdout: "", stderr: `unknown option -- V\n${version}, OpenSSL`, exitCode: 1 });

test.each<[name: string, patient: Patient, troubles: readonly (readonly [id: string, status: string, text: string])[]]>(
  [
    [
      "a system on which nobody has tried it",
      {
        files: {
          texts: {
            "/etc/os-release": 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04.1 LTS"\n',
          },
        },
      },
      [["system", "optional", "Ubuntu 24.04.1 LTS: sshctl is tested on Debian 11, 12, 13 and forky only"]],
    ],
    [
      "a system without a name",
      { files: { texts: { "/etc/os-release": "" } } },
      [["system", "optional", "without a name"]],
    ],
    [
      "a database of logins that nothing can read",
      {
        files: { facts: { "/var/log/wtmp.db": { uid: 0, atimeMs: 0, mtimeMs: 0 } } },
        answers: { wtmpdb: undefined },
      },
      [["wtmpdb", "optional", "is not installed; it is needed for history, to read terminals"]],
    ],
    ["no killall", { answers: { killall: undefined } }, [["killall", "optional", "is not installed"]]],
    ["another ps", { answers: { ps: nothing } }, [["ps", "optional", "is not the one from procps"]]],
    ["no logind", { answers: { loginctl: nothing } }, [["logind", "optional", "does not answer"]]],
    [
      "a journal that forgets",
      { files: { texts: { "/run/log/journal/0123/system.journal": "" } } },
      [
        ["journal", "optional", "is lost when the machine stops"],
        ["records", "limited", "lost when the machine stops"],
      ],
    ],
    [
      "a journal that forgets, and a syslog daemon",
      {
        files: {
          texts: { "/run/log/journal/0123/system.journal": "", "/proc/88/comm": "rsyslogd\n" },
          facts: { "/proc/88": { uid: 104, atimeMs: 0, mtimeMs: 0 } },
        },
      },
      [["journal", "optional", "is lost when the machine stops"]],
    ],
    [
      "a user's program with the name of a syslog daemon",
      {
        files: {
          texts: { "/run/log/journal/0123/system.journal": "", "/proc/88/comm": "rsyslogd\n" },
          facts: { "/proc/88": { uid: 1000, atimeMs: 0, mtimeMs: 0 } },
        },
      },
      [
        ["journal", "optional", "is lost when the machine stops"],
        ["records", "limited", "in memory"],
      ],
    ],
    [
      "no journal, and auditd",
      {
        files: {
          texts: { "/etc/machine-id": "4567\n", "/proc/88/comm": "auditd\n" },
          facts: { "/proc/88": { uid: 0, atimeMs: 0, mtimeMs: 0 } },
        },
      },
      [["journal", "optional", "is lost when the machine stops"]],
    ],
    [
      "nothing that writes records",
      { files: { texts: { "/etc/machine-id": "4567\n" } } },
      [
        ["journal", "optional", "is lost when the machine stops"],
        ["records", "missing", "no program was found"],
      ],
    ],
    [
      "no journal and no log files",
      { journalSinceMs: null },
      [
        ["journal", "missing", "cannot be read"],
        ["log-files", "missing", "there are none"],
      ],
    ],
    [
      "root without the right to look into processes",
      { files: { texts: { "/proc/self/status": "Uid:\t0\t0\t0\t0\n" }, absent: { "/proc/1/exe": refused } } },
      [["sight", "missing", "no CAP_SYS_PTRACE"]],
    ],
    [
      "an old sshd",
      { answers: { "sshd -V": sshdOf("OpenSSH_8.4p1") } },
      [["sshd-version", "optional", "OpenSSH_8.4p1"]],
    ],
    [
      "9.1 is the last without limits of its own",
      { answers: { "sshd -V": sshdOf("OpenSSH_9.1p1") } },
      [["sshd-version", "optional", "OpenSSH_9.1p1"]],
    ],
    ["9.2 has them", { answers: { "sshd -V": sshdOf("OpenSSH_9.2p1") } }, []],
    [
      "an sshd that was replaced",
      { files: { links: { "/proc/76/exe": "/usr/sbin/sshd (deleted)" } } },
      [
        ["sshd", "limited", "older than the installed one"],
        ["sshd-unit", "missing", "may not know these settings"],
      ],
    ],
    [
      "no server",
      { sees: () => ({ ...report([]), listeners: [] }) },
      [["sshd", "limited", "no SSH server is running"]],
    ],
    [
      "a configuration that sshd refuses",
      { answers: { "sshd -t": { ...nothing, stderr: "/etc/ssh/sshd_config: line 3: Bad \u001b[2J option\nmore" } } },
      [["sshd-config", "missing", "line 3: Bad \u001b[2J option"]],
    ],
    [
      "no unit",
      { answers: { systemctl: nothing } },
      [["sshd-unit", "missing", "no service manager knows sshd (PID 76)"]],
    ],
    [
      "logins that are not logged",
      { answers: { "sshd -T": { stdout: "LogLevel QUIET\n", stderr: "", exitCode: 0 } } },
      [["login-messages", "missing", "its LogLevel is QUIET"]],
    ],
    [
      "programs that others can change",
      {
        findTampering: (path) =>
          path.endsWith("main.cjs") ? "/usr/lib can be written by users other than root" : undefined,
      },
      [["sshctl", "limited", "/usr/lib can be written by users other than root"]],
    ],
    [
      "a Node.js that others can change",
      { findTampering: (path) => (path === "/usr/bin/node" ? "/usr/bin belongs to another user" : undefined) },
      [["node", "limited", "/usr/bin belongs to another user"]],
    ],
  ],
)("%s", async (_, given, troubles) => {
  const found = await diagnose(given);
  expect(found.troubles.map(({ id, status }) => [id, status])).toEqual(troubles.map(([id, status]) => [id, status]));
  for (const [index, [, , text]] of troubles.entries()) expect(found.troubles[index]?.says).toContain(text);
  expect(found.troubles.map(({ remedy }) => remedy)).not.toContain(null);
  const isHealthy = troubles.every(([, status]) => status === "optional");
  expect(found).toMatchObject({ exitCode: isHealthy ? 0 : 1, ok: isHealthy });
});

test("ways in beside the network are told, and are a server", async () => {
  const seen = (listeners: ReturnType<typeof report>["listeners"]) => () => ({
    ...report([]),
    listeners,
    listensAside: ["/run/ssh-unix-local/socket", "vsock::22"],
  });
  const saysOf = async (sees: () => ReturnType<typeof report>) => {
    const { all, exitCode } = await diagnose({ sees });
    return [all.find(({ id }) => id === "sshd")?.says, exitCode];
  };
  const aside = "systemd listens for ssh at /run/ssh-unix-local/socket, vsock::22";
  const daemon = { pid: 76, server: "openssh" as const, addresses: [{ address: "0.0.0.0", port: 22 }] };
  expect(await saysOf(seen([daemon]))).toEqual([`openssh (PID 76) listens on 0.0.0.0:22; ${aside}`, 0]);
  expect(await saysOf(seen([]))).toEqual([aside, 0]);
});

test("without a journal log files are told, with how far they reach", async () => {
  const { troubles, all } = await diagnose({
    journalSinceMs: null,
    files: {
      texts: { "/var/log/auth.log": "", "/var/log/auth.log.1": "" },
      facts: {
        "/var/log/auth.log": { uid: 0, atimeMs: 0, mtimeMs: 1 },
        "/var/log/auth.log.1": { uid: 0, atimeMs: 0, mtimeMs: 1 },
      },
    },
    logFiles: {
      lines: async function* (path) {
        yield "damaged";
        yield path.endsWith(".1")
          ? "2026-11-02T06:00:00+00:00 web1 CRON[3]: x"
          : "2026-11-20T06:00:00Z web1 CRON[3]: x";
      },
    },
  });
  expect(troubles.map(({ id }) => id)).toEqual(["journal"]);
  expect(all.find(({ id }) => id === "log-files")?.says).toContain("reach back to 2026-11-02");
});

describe("an ordinary user", () => {
  test("is told what only root can see", async () => {
    const { troubles, all } = await diagnose({ uid: 1000 });
    expect(troubles).toMatchObject([{ id: "root", status: "limited", remedy: "sudo sshctl doctor" }]);
    expect(all.map(({ id }) => id)).not.toContain("sshd-config");
  });

  test("is told of hidepid, and the rest all the same", async () => {
    const { troubles } = await diagnose({
      uid: 1000,
      files: { absent: { "/proc/1": refused } },
      sees: () => {
        throw new PermissionError("It is hidden.", "Ask root.");
      },
    });
    expect(troubles.map(({ id, status }) => [id, status])).toEqual([
      ["root", "limited"],
      ["proc", "missing"],
      ["sessions", "missing"],
    ]);
  });

  test("is told that there is no /proc", async () => {
    const { troubles } = await diagnose({
      files: { absent: { "/proc": refused } },
      sees: () => {
        throw new FatalError("/proc holds no processes.");
      },
    });
    expect(troubles.map(({ id }) => id)).toEqual(["proc", "sessions"]);
  });
});

test("is wrapped to the terminal, and prints nothing that a terminal obeys", async () => {
  const stderr = `Bad ${"\u001b[2J".repeat(30)} and a good many more words than have room in a line`;
  const { out } = await sshctl(["doctor"], {
    ...patient({ answers: { "sshd -t": { ...nothing, stderr } } }),
    width: 80,
    env: { NO_COLOR: "1" },
  });
  expect(out).not.toMatch(/[^\n\x20-\x7e]/);
  expect(out).toContain("\n                          to do: fix it before sshd is started again");
});

test("a defect is no finding", async () => {
  const broken = patient({
    sees: () => {
      throw new TypeError("broken");
    },
  });
  await expect(sshctl(["doctor"], broken)).rejects.toThrow("broken");
});

test.each([
  ["bob\n%ops\n", "ok", "2 lines of /etc/sshctl/protected"],
  ["bob\nbobb\n", "limited", "protects nobody on this machine by bobb (line 2)"],
  ["10.0.0.0/40\n", "missing", "do nothing: line 1 of /etc/sshctl/protected"],
])("/etc/sshctl/protected with %j", async (text, status, says) => {
  const rootFiles = { readRoots: () => text };
  const { all } = await diagnose({
    rootFiles,
    files: { texts: { "/etc/passwd": "bob:x:1001:1001::/home/bob:/bin/sh\n", "/etc/group": "ops:x:2000:bob\n" } },
  });
  expect(all.find(({ id }) => id === "protected")).toMatchObject({ status, says: expect.stringContaining(says) });
});
