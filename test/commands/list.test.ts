import { afterEach, describe, expect, test, vi } from "vitest";
import type { Session } from "../../src/domain/session.ts";
import { columnNames } from "../../src/features/sessions/text/columns.ts";
import { now } from "../helpers/machine-builder.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report, session, sharedSession, stranger } from "../helpers/sessions.ts";

const noServer =
  'sshctl: No SSH server is running on this machine: there is nobody to list.\nsshctl: "sshctl list --example" shows an example host.\n';

const alice = session({ pid: 2001, self: true });
const bob = session({
  pid: 2101,
  user: "bob",
  uid: 1001,
  kind: "tunnel",
  ttys: [],
  peer: { address: "2001:db8::9", port: 6000 },
  startedAtMs: now - 7_200_000,
  lastInputMs: undefined,
  lastOutputMs: undefined,
  command: undefined,
  commandLine: undefined,
  logindSession: undefined,
});
const carol = session({ pid: 2201, user: "carol", uid: 1002, command: "vim", commandLine: "vim s3cret", busy: true });
const boxed = session({ pid: 2301, user: "deploy", container: true });
const someone = stranger({ pid: 2401, startedAtMs: now - 5000 });
const sessions = [alice, bob, carol, boxed, someone];

const linesOf = (text: string) => text.split("\n").slice(0, -1);
const pids = async (...args: string[]) =>
  linesOf((await sshctl(["list", "-q", ...args], { sessions })).out).map(Number);

describe("who is shown", () => {
  test.each([
    [[], [2101, 2001, 2201]],
    [
      ["--phase", "any"],
      [2101, 2001, 2201, 2401],
    ],
    [["--phase", "authenticating"], [2401]],
    [["--not-phase", "open"], [2401]],
    [["--containers"], [2101, 2001, 2201, 2301]],
    [["--user", "alice"], [2001]],
    [
      ["--user", "alice,carol"],
      [2001, 2201],
    ],
    [
      ["-u", "alice", "-u", "1001"],
      [2101, 2001],
    ],
    [
      ["--not-user", "alice"],
      [2101, 2201],
    ],
    [["--user", "alice,bob", "--not-user", "bob"], [2001]],
    [["--user", "nobody"], []],
    [["--user", "__proto__"], []],
    [
      ["--from", "10.0.0.0/8"],
      [2001, 2201],
    ],
    [["--not-from", "10.0.0.0/8"], [2101]],
    [
      ["--from", "2001:db8::/32,10.0.0.7"],
      [2101, 2001, 2201],
    ],
    [
      ["--tty", "/dev/pts/1"],
      [2001, 2201],
    ],
    [["--not-tty", "pts/1"], [2101]],
    [["--kind", "tunnel,sftp"], [2101]],
    [
      ["--local-port", "22"],
      [2101, 2001, 2201],
    ],
    [["--peer-port", "6000"], [2101]],
    [
      ["--idle", "90"],
      [2001, 2201],
    ],
    [["--idle", "1m31"], []],
    [
      ["--not-idle", "2m"],
      [2001, 2201],
    ],
    [["--older-than", "2h"], [2101]],
    [["--busy"], [2201]],
    [["--not-busy"], [2101, 2001]],
    [["--busy", "--not-busy"], []],
    [
      ["--sort", "pid"],
      [2001, 2101, 2201],
    ],
    [["--sort=-pid"], [2201, 2101, 2001]],
    [
      ["--sort", "user,pid"],
      [2001, 2101, 2201],
    ],
  ])("%j", async (args, shown) => {
    expect(await pids(...args)).toEqual(shown);
  });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test("addresses and keys are taken as tables show them", async () => {
  const key = { type: "ED25519", fingerprint: "SHA256:wcPFP6DV", certificate: undefined, comment: undefined };
  const auth = { method: "publickey", key, source: "journal", verified: true };
  const known = [{ ...bob, auth }, carol];
  for (const args of [
    ["--from", "[2001:db8::9]"],
    ["--key", "SHA256:wcPF…"],
  ])
    expect((await sshctl(["list", "-q", ...args], { sessions: known })).out).toBe("2101\n");
  expect((await sshctl(["list", "--from", "10.0.0.7:22"], { sessions })).err).toContain(
    "sshctl show takes ADDRESS:PORT",
  );
});

describe("at a terminal", () => {
  test("a table, and a legend below it", async () => {
    vi.stubEnv("TZ", "UTC");
    const { out, err, exitCode } = await sshctl(["list"], { sessions, width: 120 });
    expect(linesOf(out.replaceAll(/\u001B\[\d+m/g, ""))).toEqual([
      "ME  USER   KIND    TTY    FROM                 PID  LOGIN  IDLE  QUIET  COMMAND",
      "    bob    tunnel  -      [2001:db8::9]:6000  2101  07:00     -      -  -",
      "*   alice  shell   pts/1  10.0.0.7:5000       2001  08:00    1m    10s  bash",
      "    carol  shell   pts/1  10.0.0.7:5000       2201  08:00    1m    10s  vim",
      "* your own session",
      "1 connection not yet authenticated, shown with --phase any",
      "1 session in containers, shown with --containers",
      "listening: sshd (PID 800) on 0.0.0.0:22",
    ]);
    expect([err, exitCode]).toEqual(["", 0]);
  });

  test("a wide one shows more, and nothing more than it has room for", async () => {
    const forwards = [{ kind: "remote-listener" as const, listen: { address: "127.0.0.1", port: 9902 } }];
    const shown = async (width: number, ...args: string[]) =>
      (await sshctl(["list", "--color=never", ...args], { sessions: [{ ...alice, forwards }], width })).out;
    expect((await shown(120)).split("\n")[0]).toMatch(/IDLE +QUIET +FORWARDS +COMMAND$/);
    expect((await shown(90)).split("\n")[0]).toMatch(/IDLE +FORWARDS +COMMAND$/);
    expect((await shown(70)).split("\n")[0]).toMatch(/IDLE +COMMAND$/);
    expect(await shown(70)).not.toContain("too narrow");
    expect(await shown(60, "--columns", "user,forwards,from,pid,tty")).toContain("-R 127.0");
  });

  test("the summary of strangers is left out where they are shown", async () => {
    const { out } = await sshctl(["list", "--phase", "any"], { sessions, width: 120 });
    expect(out).not.toContain("not yet authenticated");
  });

  test("what perhaps is own is marked, and the mark explained", async () => {
    const { out } = await sshctl(["list"], { sessions: [session({ self: undefined })], width: 120 });
    expect(out).toMatch(/^\? {3}alice/m);
    expect(out).toContain("? perhaps your own session");
    const unmarked = await sshctl(["list", "--columns", "user"], {
      sessions: [session({ self: undefined })],
      width: 120,
    });
    expect(unmarked.out).not.toContain("perhaps");
  });

  test("containers have a column of their own where there are any", async () => {
    const { out } = await sshctl(["list", "--containers"], { sessions, width: 200 });
    expect(out).toContain("CONTAINER");
    expect((await sshctl(["list"], { sessions, width: 200 })).out).not.toContain("CONTAINER");
  });

  test("a choice that leaves nobody is told from a machine without sessions", async () => {
    const { out } = await sshctl(["list", "--user", "nobody"], { sessions, width: 80 });
    expect(out).toContain("no session matches");
    expect(out).not.toContain("no SSH sessions");
  });

  test("no sessions are said to be none", async () => {
    const { out, exitCode } = await sshctl(["list"], { sessions: [], width: 80 });
    expect(out).toContain("no SSH sessions");
    expect(out).not.toContain("USER");
    expect(exitCode).toBe(0);
  });

  test.each([
    ["a machine without a server says so", [], "No SSH server is running on this machine: there is nobody to list."],
    ["a machine whose server has ended says so", [alice], "no listener found: nobody new can log in"],
  ])("%s", async (_, all, line) => {
    const { out } = await sshctl(["list"], { report: report(all, { listeners: [] }), width: 120 });
    expect(out).toContain(line);
  });

  test("colours stand for what is own, and go where nobody wants them", async () => {
    const colored = await sshctl(["list"], { sessions, width: 120 });
    const plain = await sshctl(["list", "--color", "never"], { sessions, width: 120 });
    const unwanted = await sshctl(["list"], { sessions, width: 120, env: { NO_COLOR: "1" } });
    expect(colored.out).toContain("\u001B[32malice");
    expect(plain.out).not.toContain("\u001B");
    expect(unwanted.out).toBe(plain.out);
  });

  test("a narrow one cuts what is least needed; --no-trunc and -o wide cut nothing", async () => {
    const long = session({ command: "a-program-with-a-very-long-name", user: "a-user-with-a-very-long-name" });
    const shown = async (...args: string[]) =>
      (await sshctl(["list", "--color=never", ...args], { sessions: [long], width: 80 })).out;
    const [header = "", row = ""] = linesOf(await shown());
    expect([header.length, row.length].every((length) => length <= 80)).toBe(true);
    expect(row).toContain("10.0.0.7:5000");
    expect(await shown("--no-trunc")).toContain("a-program-with-a-very-long-name");
    expect(await shown("-o", "wide")).toContain("a-program-with-a-very-long-name");
  });
});

describe("in a pipe", () => {
  test("the table of a terminal, without colour and legend", async () => {
    vi.stubEnv("TZ", "Asia/Tokyo");
    const { out, err } = await sshctl(["list"], { sessions });
    expect(linesOf(out)).toEqual([
      "ME  USER   KIND    TTY    FROM                 PID  LOGIN  IDLE  COMMAND",
      "    bob    tunnel  -      [2001:db8::9]:6000  2101  16:00     -  -",
      "*   alice  shell   pts/1  10.0.0.7:5000       2001  17:00    1m  bash",
      "    carol  shell   pts/1  10.0.0.7:5000       2201  17:00    1m  vim",
    ]);
    expect(err).toBe("");
  });

  test("nothing is cut, whatever the width", async () => {
    const command = "x".repeat(500);
    expect((await sshctl(["list"], { sessions: [session({ command })] })).out).toContain(command);
  });

  test("-o csv", async () => {
    const { out } = await sshctl(["list", "-o", "csv", "--columns", "self,user,from,login,idle,command"], { sessions });
    expect(linesOf(out)).toEqual([
      "self,user,from,login,idle,command",
      "no,bob,[2001:db8::9]:6000,2026-11-23T07:00:00.000Z,,",
      "yes,alice,10.0.0.7:5000,2026-11-23T08:00:00.000Z,90,bash",
      "no,carol,10.0.0.7:5000,2026-11-23T08:00:00.000Z,90,vim",
    ]);
  });

  test("-o csv has every column", async () => {
    const { out } = await sshctl(["list", "-o", "csv", "--no-headers"], { sessions: [alice] });
    expect(linesOf(out).map((line) => line.split(",").length)).toEqual([columnNames.length]);
  });

  test("-o wide leaves out what nobody has, and what is the same everywhere", async () => {
    const usual = ["ME", "USER", "KIND", "TTY", "FROM", "PID", "LOGIN", "IDLE", "COMMAND"];
    const titles = async (...shown: Session[]) => {
      const [header = ""] = linesOf((await sshctl(["list", "-o", "wide"], { sessions: shown })).out);
      const all = header.split(/ +/);
      expect(all).toEqual(expect.arrayContaining(usual));
      return all.filter((title) => !usual.includes(title)).join(" ");
    };
    expect(await titles(alice)).toBe("QUIET LOGIND");
    expect(await titles(alice, carol)).toBe("QUIET BUSY LOGIND SINCE");
    const auth = { method: "password", key: undefined, source: "journal", verified: true };
    const forwards = [{ kind: "agent" as const, path: "/tmp/agent" }];
    expect(await titles({ ...alice, auth, forwards })).toBe("QUIET LOGIND AUTH FORWARDS");
    const elsewhere = { ...bob, local: { address: "10.0.0.1", port: 2222 }, server: "dropbear" as const };
    expect(await titles(alice, elsewhere)).toBe("TO QUIET SERVER LOGIND");
  });

  test("a row that was chosen by a terminal is about that one", async () => {
    const world = { sessions: [sharedSession()] };
    const rowOf = async (tty: string) => {
      const columns = ["--columns", "tty,idle,busy,command", "--no-headers"];
      return (await sshctl(["list", "--tty", tty, ...columns], world)).out.trim().split(/ {2,}/);
    };
    expect(await rowOf("pts/1")).toEqual(["pts/1 +1", "50m", "no", "bash"]);
    expect(await rowOf("pts/5")).toEqual(["pts/5 +1", "5s", "yes", "vim"]);
    expect(await rowOf("pts/7")).toEqual(["pts/7 +2", "3m", "-", "passwd"]);
    expect(await rowOf("pts/1,pts/5")).toEqual(["pts/1,pts/5", "5s", "yes", "vim"]);
    const { out } = await sshctl(["list", "--tty", "pts/1", "--json"], world);
    expect(JSON.parse(out)).toMatchObject({ sessions: [{ ttys: ["pts/1", "pts/5"], command: "vim" }] });
  });

  test("--json keeps its contract", async () => {
    const { out, err, exitCode } = await sshctl(["list", "--json"], { sessions });
    const document: unknown = JSON.parse(out);
    expect(violationsOf("sessions-1", document)).toEqual([]);
    expect(document).toMatchObject({
      sessions: [{ user: "bob" }, { user: "alice" }, { user: "carol" }],
      authenticating: 1,
      hidden: 1,
    });
    expect([err, exitCode]).toEqual(["", 0]);
    expect((await sshctl(["list", "-o", "json"], { sessions })).out).toBe(out);
  });

  test("--json has the ways in beside the network", async () => {
    const aside = ["/run/ssh-unix-local/socket", "vsock::22"];
    const world = { reports: () => ({ ...report([alice]), listensAside: aside }) };
    const document: unknown = JSON.parse((await sshctl(["ls", "--json"], world)).out);
    expect(violationsOf("sessions-1", document)).toEqual([]);
    const [daemon] = report([]).listeners;
    expect(document).toMatchObject({
      listeners: [
        { pid: daemon?.pid, addresses: daemon?.addresses, sockets: [] },
        { pid: 1, server: "openssh", addresses: [], sockets: aside },
      ],
    });
  });

  test("-o ndjson is a session a line", async () => {
    const { out } = await sshctl(["list", "-o", "ndjson"], { sessions });
    const rows = linesOf(out).map((line) => JSON.parse(line) as { host: string; user: string });
    expect(rows.map(({ host, user }) => `${user} on ${host}`)).toEqual([
      "bob on web1",
      "alice on web1",
      "carol on web1",
    ]);
  });

  test("-q is PIDs and nothing else", async () => {
    expect((await sshctl(["list", "-q"], { sessions })).out).toBe("2101\n2001\n2201\n");
    expect((await sshctl(["list", "-o", "pid"], { sessions: [] })).out).toBe("");
  });

  test("--no-headers", async () => {
    expect(linesOf((await sshctl(["list", "--no-headers"], { sessions })).out)).toHaveLength(3);
  });

  test.each(["table", "wide", "json", "ndjson", "csv"])(
    "-o %s shows arguments only with --full-command",
    async (format) => {
      const without = await sshctl(["list", "-o", format], { sessions });
      const given = await sshctl(["list", "-o", format, "--full-command"], { sessions });
      expect(without.out).not.toContain("s3cret");
      expect(given.out).toContain("vim s3cret");
    },
  );
});

describe("on stderr", () => {
  test("warnings, a line each", async () => {
    const warnings = [
      { code: "needs-root", message: "without root\nnothing" },
      { code: "untrusted-server", message: "evil \u001B[2J" },
    ];
    const { out, err, exitCode } = await sshctl(["list", "-q"], { report: report([alice], { warnings }) });
    expect(err).toBe(String.raw`sshctl: without root\nnothing` + "\n" + String.raw`sshctl: evil \x1b[2J` + "\n");
    expect([out, exitCode]).toEqual(["2001\n", 0]);
  });

  test("sessions of which it is not known what was asked for", async () => {
    const unseen = { ...bob, kind: undefined };
    const { out, err } = await sshctl(["list", "-q", "--idle", "1m"], { sessions: [alice, unseen, carol] });
    expect(out).toBe("2001\n2201\n");
    expect(err).toBe("sshctl: 1 session left out: the selection cannot be decided for PID 2101\n");
  });

  test("nobody is no answer where only root could tell", async () => {
    const warnings = [{ code: "needs-root", message: "run as root" }];
    const unseen = report([{ ...alice, forwards: undefined }], { warnings });
    const world = { report: unseen };
    const line = ["list", "--forward-port", "9903", "--json"];
    const { out, err, exitCode } = await sshctl(line, world);
    expect(exitCode).toBe(4);
    expect(err).toContain("whether a session holds port 9903 is not known: the forwards of 1 session cannot be seen\n");
    expect(err).toContain("the selection cannot be decided for PID 2001; run it as root, with sudo\n");
    expect(JSON.parse(out)).toMatchObject({
      sessions: [],
      warnings: [{ code: "needs-root" }, { code: "unknown-name" }, { code: "undecided-sessions" }],
    });
    expect(await sshctl(["count", "--forward-port", "9903"], world)).toMatchObject({ out: "0\n", exitCode: 4 });
    expect(await sshctl(["list", "--user", "alice"], world)).toMatchObject({ exitCode: 0 });
  });

  test("names that nobody has, in the document too", async () => {
    const world = { sessions: [alice], users: ["alice", "bob"] };
    const { out } = await sshctl(["list", "--json", "--user", "bbo,alice+root"], world);
    expect(JSON.parse(out)).toMatchObject({
      warnings: [
        { code: "unknown-name", message: "there is no user bbo, did you mean bob?" },
        {
          code: "unknown-name",
          message:
            "there is no user alice+root; for sessions of alice in which root runs something: --user alice --root-inside",
        },
      ],
    });
    expect(JSON.parse((await sshctl(["count", "--json", "--user", "bbo"], world)).out)).toMatchObject({
      warnings: [{ code: "unknown-name" }],
    });
  });

  test("a kind as the table has it", async () => {
    const port = { kind: "remote-listener" as const, listen: { address: "127.0.0.1", port: 9902 } };
    const world = { sessions: [{ ...alice, forwards: [port] }, bob] };
    const { out } = await sshctl(["list", "-q", "--kind", "shell+fwd"], world);
    expect(out).toBe("2001\n");
    expect(await sshctl(["list", "--kind", "fwd"], world)).toMatchObject({ exitCode: 2 });
  });

  test("no word on sessions that have no terminal, and so no idle time", async () => {
    const { out, err } = await sshctl(["list", "-q", "--idle", "1m"], { sessions });
    expect([out, err]).toEqual(["2001\n2201\n", ""]);
    expect((await sshctl(["list", "-q", "--not-idle", "1m"], { sessions })).out).toBe("");
  });

  test.each([
    ["list --user alicee,bob", "sshctl: there is no user alicee, did you mean alice?\n"],
    ["list --not-user zoe,1234", "sshctl: there is no user zoe\n"],
    ["count --user zoe", "sshctl: there is no user zoe\n"],
    ["list --user dave,1234", ""],
    // Whoever has a session exists, whatever the directory says.
    ["count --user carol", ""],
  ])("%s: users that nobody is", async (line, err) => {
    expect(await sshctl(line.split(" "), { sessions, users: ["alice", "bob", "dave"] })).toMatchObject({ err });
  });

  test.each([
    ["list --forward-port 9903", [9903]],
    ["count --forward-port 9902,9903,9904", [9903, 9904]],
    ["list --forward-port 9902", []],
  ])("%s: ports that no forward has", async (line, ports) => {
    const forwards = [{ kind: "remote-listener" as const, listen: { address: "127.0.0.1", port: 9902 } }];
    const { err, exitCode } = await sshctl(line.split(" "), { sessions: [{ ...alice, forwards }] });
    expect(exitCode).toBe(0);
    expect([...err.matchAll(/"ss -ltnp 'sport = :(\d+)'"/g)].map(([, port]) => Number(port))).toEqual(ports);
  });

  test.each(["--key", "--not-key"])("%s: a key that nobody has used", async (option) => {
    const { out, err, exitCode } = await sshctl(["list", "-q", option, "SHA256:typo"], { sessions: [] });
    expect([out, exitCode]).toEqual(["", 0]);
    expect(err).toMatch(/^sshctl: no session is known to use the key SHA256:typo; "sshctl keys show" .*\n$/);
  });

  test.each([
    ["list --from 192.0.2.9,10.0.0.0/8", "sshctl: no session comes from 192.0.2.9\n"],
    ["list --from 10.0.0.7,192.0.2.0/24", ""],
    ["count --peer-port 4999,5000", "sshctl: no session comes from the remote port 4999\n"],
    ["list --local-port 2222", "sshctl: no session was accepted on port 2222\n"],
    ["list --local-port 22", ""],
  ])("%s: addresses and ports that no connection has", async (line, err) => {
    expect(await sshctl(line.split(" "), { sessions: [session()] })).toMatchObject({ err, exitCode: 0 });
    // What cannot be seen may be anything.
    const unseen = await sshctl(line.split(" "), { sessions: [session({ peer: undefined })] });
    expect(unseen.err).not.toMatch(/no session (?:comes|was)/);
  });

  test.each(["table", "json", "csv", "pid"])("no server: -o %s in a pipe", async (format) => {
    const { err, exitCode } = await sshctl(["list", "-o", format], { report: report([], { listeners: [] }) });
    expect(err).toBe(noServer);
    expect(exitCode).toBe(0);
  });

  test.each(["json", "csv", "pid"])("no server: -o %s at a terminal, where no legend says it", async (format) => {
    const { err } = await sshctl(["list", "-o", format], { report: report([], { listeners: [] }), width: 80 });
    expect(err).toBe(noServer);
  });
});

describe("what strangers chose to be called", () => {
  const evil = session({
    user: "\u001B]0;owned\u0007root",
    command: "=cmd|' /C calc'!A0\r\n",
    logindSession: "\u202E1",
    self: false,
  });

  test.each(["table", "wide", "json", "ndjson", "csv"])("cannot do anything in -o %s", async (format) => {
    for (const width of [undefined, 200]) {
      const { out } = await sshctl(["list", "--color=never", "-o", format], {
        sessions: [evil],
        ...(width === undefined ? {} : { width }),
      });
      expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(out).toContain("root");
    }
  });
});
