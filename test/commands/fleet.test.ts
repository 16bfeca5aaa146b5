/** list, count and show with --on: hosts are recorded ones, and hostile ones, that a stand-in for ssh(1) plays. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CallerProgram } from "../../src/host/programs/as-caller.ts";
import type { GroupEnd } from "../../src/host/programs/run-group.ts";
import { fakeHost } from "../helpers/fake-host.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { hostFolder } from "../contract/recorded-hosts.ts";

const recordingOf = (name: string) => readFileSync(`${hostFolder(name)}/recording.tsv`, "utf8");
const debian = recordingOf("debian-13");

function ended(stdout: string, exitCode = 0, stderr = ""): GroupEnd {
  return { kind: "ended", stdout: Buffer.from(stdout), stderr, exitCode };
}

const byNonce = (recording: string, nonce: string) =>
  recording.replace(/^recording\t2$/m, `recording\t2\t${nonce}`).replace(/^end$/m, `end\t${nonce}`);

/** What a host answers, by the start of its name. */
const hosts: Readonly<Record<string, (nonce: string, program: CallerProgram) => GroupEnd>> = {
  web: (nonce) => ended(`Welcome!\n${byNonce(debian, nonce)}Bye.\n`),
  rhel: (nonce) => ended(byNonce(recordingOf("rhel-9"), nonce)),
  down: () => ended("", 255, "ssh: connect to host down port 22: Connection refused\n"),
  changed: () => ended("", 255, "Host key verification failed.\n"),
  denied: () => ended("", 255, "bob@denied: Permission denied (publickey).\n"),
  weird: () => ended("", 255, "ssh: \u001b[2Jweird\n"),
  nosudo: () => ended("", 1, "sudo: a password is required\n"),
  silent: () => ended(""),
  slow: () => ({ kind: "late" }),
  endless: () => ({ kind: "too-much" }),
  binary: () => ended("\0\u00ff\u001b[31m"),
  cut: (nonce) => ended(byNonce(debian, nonce).slice(0, 5000)),
  twice: (nonce) => ended(byNonce(debian, nonce) + byNonce(debian, nonce)),
  other: () => ended(byNonce(debian, "ffff")),
  newer: (nonce) => ended(byNonce(debian, nonce).replace(/^recording\t2/, "recording\t3")),
  nonsense: (nonce) => ended(`recording\t2\t${nonce}\nwhat\tever\u001b[2J\nend\t${nonce}\n`),
};

/** What a host answers to doctor. */
const probes: Readonly<Record<string, (nonce: string) => string>> = {
  root: (nonce) => `Welcome!\nprobe\t${nonce}\nuid\t0\nuser\troot\nelevation\troot\nend\t${nonce}\nBye.\n`,
  full: (nonce) =>
    `probe\t${nonce}\nuid\t1000\nuser\tbob\ncollector\t2\nelevation\tsudo\nsshctl\t0.1.0\nlacking\tstat\nend\t${nonce}\n`,
  bare: (nonce) => `probe\t${nonce}\nuid\t1000\nuser\tbob\nmissing\tawk\nmissing\tod\nend\t${nonce}\n`,
  odd: (nonce) =>
    `probe\t${nonce}\nuid\tx\nuser\t\u001b[2J${"y".repeat(500)}\nelevation\tgod\ncollector\t-1\nsshctl\t\nend\t${nonce}\n`,
};

const asked: CallerProgram[] = [];

const workstation = fakeHost({
  runAsCaller: async (program) => {
    if (program.name !== "ssh") return Promise.resolve({ kind: "missing" });
    asked.push(program);
    const [host = "", command = ""] = program.args.slice(-2);
    const nonce =
      /(?: --nonce |^nonce=)([0-9a-f]{32})\b/.exec(`${program.input?.slice(0, 40) ?? ""} ${command}`)?.[1] ?? "";
    if (program.input?.startsWith("nonce=") === true && /^(?:bare|full|root|odd)/.test(host))
      return Promise.resolve(ended(probes[host.replace(/\d.*/, "")]?.(nonce) ?? ""));
    return Promise.resolve(hosts[host.replace(/[-\d].*/, "")]?.(nonce, program) ?? ended("", 255, ""));
  },
});

async function run(line: string, width?: number) {
  asked.length = 0;
  return sshctl(line.split(" "), { host: workstation, ...(width === undefined ? {} : { width }) });
}

/** What fails, and the code of why. */
const failing: readonly (readonly [string, string])[] = [
  ["down1", "connection-refused"],
  ["changed1", "host-key"],
  ["denied1", "denied"],
  ["weird1", "unreachable"],
  ["nosudo1", "no-privileges"],
  ["silent1", "no-recording"],
  ["slow1", "late"],
  ["endless1", "too-much"],
  ["binary1", "no-recording"],
  ["cut1", "cut-off"],
  ["twice1", "unreadable"],
  ["other1", "no-recording"],
  ["nonsense1", "unreadable"],
  ["newer1", "other-collector"],
];

interface FleetJson {
  hosts: {
    name: string;
    answered: boolean;
    error: { code: string; message: string } | null;
    reportedName: string | null;
  }[];
  sessions: { host: string; pid: number; user: string; self: boolean | null }[];
}

describe("list --on", () => {
  test("shows the rows of every host, with its name in front", async () => {
    const { out, err, exitCode } = await run("list --on web[1-2],rhel --user alice --columns host,user,pid");
    expect(exitCode).toBe(0);
    // These hosts answer by the clock of their recordings.
    expect(err).toBe("sshctl: rhel,web[1-2]: the clock there is more than a minute off\n");
    const rows = out.trim().split("\n").slice(1);
    expect(new Set(rows.map((row) => row.split(/ +/)[0]))).toEqual(new Set(["rhel", "web1", "web2"]));
    expect(rows.every((row) => / alice /.test(row))).toBe(true);
    expect(rows.toSorted()).toEqual(rows);
  });

  test("shows of one host what a recording of it shows", async () => {
    const { out } = await run("list --on web1 -o json");
    const document = JSON.parse(out) as FleetJson;
    const { sessions } = JSON.parse((await recorded("-o json")).out) as FleetJson;
    expect(document.sessions.map((each) => ({ ...each, host: "", self: null }))).toEqual(
      sessions.map((each) => ({ ...each, host: "", self: null })),
    );
  });

  const recorded = async (options: string) => {
    const { reportsOf } = await import("../../src/report/reports.ts");
    const reports = reportsOf(workstation);
    return sshctl([...`list --root ${hostFolder("debian-13")}`.split(" "), ...options.split(" ")], {
      reading: { host: async () => Promise.resolve(workstation), reports: async () => Promise.resolve(reports) },
    });
  };

  test("a host that fails costs itself only, and its cause is named", async () => {
    const { out, exitCode } = await run(`list --on web[1-2],${failing.map(([name]) => name).join()} -o json`);
    expect(exitCode).toBe(5);
    expect(violationsOf("fleet-1", JSON.parse(out))).toEqual([]);
    const { hosts: all, sessions } = JSON.parse(out) as FleetJson;
    expect(all.slice(0, 2)).toMatchObject([
      { name: "web1", answered: true, error: null },
      { name: "web2", answered: true, error: null },
    ]);
    expect(new Map(all.slice(2).map(({ name, error }) => [name, error?.code]))).toEqual(new Map(failing));
    expect(new Set(sessions.map(({ host }) => host))).toEqual(new Set(["web1", "web2"]));
    expect(out).not.toContain("\u001b");
  });

  test("folds hosts that fail alike into what can be pasted again", async () => {
    const { err, exitCode } = await run("list --on web[1-2],down[1-9],down12,changed1,weird1,denied1 -q");
    expect(exitCode).toBe(5);
    expect(err).toContain("13 hosts did not answer:\n");
    expect(err).toContain("  down[1-9,12]  connection refused\n");
    expect(err).toContain("  changed1      host key verification failed\n");
    expect(err).toContain(String.raw`  weird1        ssh failed: ssh: \x1b[2Jweird` + "\n");
    expect(err).toContain("ControlMaster");
  });

  test("ends with 3 where nobody answers", async () => {
    const { out, err, exitCode } = await run("list --on down[1-3] -q");
    expect([exitCode, out]).toEqual([3, ""]);
    expect(err).toContain("0 sessions on 0 of 3 hosts. 3 hosts did not answer:\n  down[1-3]  connection refused\n");
  });

  test("asks nobody else when the first five refuse", async () => {
    const { err, exitCode } = await run("list --on denied[1-300]");
    expect(exitCode).toBe(3);
    expect(asked).toHaveLength(5);
    expect(err).toContain("  denied[6-300]  not tried: the first 5 hosts refused authentication\n");
  });

  test("gives programs a host for each row, in every format", async () => {
    const { out: csv } = await run("list --on web[1-2] -o csv --columns host,pid,age");
    expect(csv.split("\n")[0]).toBe("host,pid,age");
    expect(csv).toMatch(/^web2,\d+,\d+$/m);
    expect((await run("list --on web[1-2] -q")).out).toMatch(/^web1 \d+\n/);
    const lines = (await run("list --on web[1-2] -o ndjson")).out.trim().split("\n");
    for (const line of lines) expect(violationsOf("fleet-1", JSON.parse(line), "#/$defs/fleet-session")).toEqual([]);
    expect((await run("list --on web1 -o wide")).out).toMatch(/^HOST .* AGE/);
  });

  test("sorts over all hosts", async () => {
    const { out } = await run("list --on web[1-2] --sort -pid --columns pid,host --no-headers");
    const pids = out
      .trim()
      .split("\n")
      .map((row) => Number.parseInt(row, 10));
    expect(pids).toEqual(pids.toSorted((a, b) => b - a));
  });

  test("tells a terminal how many there are", async () => {
    const { out, err } = await run("list --on web[1-2],rhel --user nobody-is-called-so", 100);
    expect(out).toBe("");
    expect(err).toMatch(/0 sessions on 0 of 3 hosts\.\n$/);
    // The recordings do not say over which connection they were made.
    expect((await run("list --on web1", 100)).err).toMatch(
      /\n\? perhaps your own session\n12 sessions on 1 of 1 host\.\n$/,
    );
  });

  test("sends the collector to a shell, or nothing at all where it is installed for sudo", async () => {
    await run("list --on web1 --login bob --connect-timeout 3 --host-timeout 1m");
    expect(asked[0]?.args.join(" ")).toMatch(/ -oConnectTimeout=3 -l bob -- web1 sh -s -- --nonce [0-9a-f]{32}$/);
    expect(asked[0]?.input).toMatch(/^#!\/bin\/sh[^]*\nsshctl_collect "\$@" <\/dev\/null\n$/);
    expect(asked[0]?.limits.ms).toBe(60_000);
    await run("list --on web1 --sudo --auth");
    expect(asked[0]?.args.at(-1)).toMatch(/^sh -c '.*' \/usr\/lib\/sshctl\/collect\.sh --nonce [0-9a-f]{32} --auth$/);
    expect(asked[0]?.input).toBe("");
    await run("list --on web1 --sudo-shell");
    expect(asked[0]?.args.at(-1)).toMatch(/^sh -c '.*' sh -s -- --nonce [0-9a-f]{32}$/);
    expect(asked[0]?.input).not.toBe("");
  });

  test("gives each host a nonce of its own", async () => {
    await run("list --on web[1-20]");
    expect(new Set(asked.map(({ args }) => /--nonce (\w+)/.exec(args.at(-1) ?? "")?.[1])).size).toBe(20);
  });

  test("asks for logins where something of them is shown or chosen by", async () => {
    for (const options of ["--auth", "-o wide", "--key SHA256:abcd", "--columns key,pid", "--sort auth"]) {
      await run(`list --on web1 ${options}`);
      expect(asked[0]?.args.at(-1)).toContain(" --auth");
    }
  });
});

describe("is not understood", () => {
  test.each([
    ["list --on=", "it is empty"],
    ["list --on web1, -q", "a name is missing"],
    ["list --on web[1-", "is not understood"],
    ["list --on web[1-1000000]", "names more than 10000 hosts. Name fewer"],
    ["list --on @web", "needs ClusterShell"],
    ["list --on web1 --not-on web1", "leaves out every host"],
    ["list --on web1 --inventory /inv", "needs ansible-inventory"],
    ["list --not-on web1", "--not-on needs hosts"],
    ["list --sudo", "--sudo needs hosts"],
    ["list --fanout 3", "--fanout needs hosts"],
    ["list --on web1 --fanout 0", "numbers from 1 to 512"],
    ["list --on web1 --host-timeout 0", "at most 1h"],
    ["list --on web1 --connect-timeout 2h", "at most 1h"],
    ["list --on web1 --login -oProxyCommand=reboot", "names of accounts"],
    ["list --on -oProxyCommand=reboot", '"-oProxyCommand=reboot" is not a host name. Allowed: '],
    ["list --on -oProxyCommand", '"-oProxyCommand" is not a host name. Allowed: '],
    ["list --on web1 --login -x", '--login "-x" is not understood'],
    ["list --on bob@web1", '"bob@web1" is not a host name. Give the user with --login, or in ssh_config.'],
    ["list --on web[1-2],bob@web1", '"bob@web1" is not a host name'],
    ["list --on web1:22", '"web1:22" is not a host name. Give the port in ssh_config.'],
    ["list --on [2001:db8::1]", "Write the address without brackets: 2001:db8::1"],
    ["list --on web1;reboot", '"web1;reboot" is not a host name'],
    ["list --on $(reboot)", '"$(reboot)" is not a host name'],
    ["list --on %h", '"%h" is not a host name'],
    ["list --on web\u001b[2J1", String.raw`"web\x1b[2J1" is not understood: its brackets do not match`],
    ["list --on web\u001b", String.raw`"web\x1b" is not a host name`],
    [
      `list --on ${Array.from({ length: 20_000 }, (_, index) => `h${String(index)}`).join()}`,
      "names more than 10000 hosts",
    ],
    ["keys --on=", "it is empty"],
    ["keys show SHA256:abcd --on web[1-", "is not understood"],
    ["list --on web1 --sudo --sudo-shell", "two ways to be root"],
    ["list --on web1 --root /tmp", "name two sources"],
    ["list --on web1 --example", "name two sources"],
    ["list --on web1 --source tools", "name two sources"],
    ["list --on web1 --columns hostt", "Allowed: host,"],
    ["list --on web1 --idle x", "--idle"],
    ["count --by host", '--by "host" is not understood'],
    ["show --on web[1-2] 1", "is about one session"],
    ["watch --on web1", "sshctl list --on"],
  ])("%s", async (line, why) => {
    const { exitCode, out, err } = await run(line);
    expect(err).toContain(why);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(asked).toEqual([]);
  });
});

describe("count --on", () => {
  test("counts over all hosts", async () => {
    const one = Number((await run("count --on web1")).out);
    expect(one).toBeGreaterThan(3);
    expect((await run("count --on web[1-3]")).out).toBe(`${String(one * 3)}\n`);
    const { out, exitCode } = await run("count --on web[1-2],silent1 --by host");
    expect(exitCode).toBe(5);
    expect(out).toBe(
      `HOST  COUNT\nweb1      ${String(one)}\nweb2      ${String(one)}\n`.replaceAll(/ (\d{2})$/gm, "$1"),
    );
  });

  test("counts a host without sessions, too", async () => {
    expect((await run("count --on web1 --by host --user nobody-is-called-so -o csv")).out).toBe("host,count\nweb1,0\n");
  });

  test("tells programs who did not answer", async () => {
    for (const by of ["", " --by host", " --by user"]) {
      const { out } = await run(`count --on web1,down1${by} -o json`);
      expect(violationsOf("fleet-count-1", JSON.parse(out))).toEqual([]);
      expect((JSON.parse(out) as FleetJson).hosts.map(({ answered }) => answered)).toEqual([true, false]);
    }
  });
});

describe("show --on", () => {
  test("shows a session of one host, by the name that was given", async () => {
    const pid = (await run("list --on web1 -q")).out.split(/[ \n]/)[1] ?? "";
    const { out, exitCode } = await run(`show --on web1 ${pid} -o json`);
    expect(exitCode).toBe(0);
    expect(violationsOf("session-1", JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ host: "web1", session: { pid: Number(pid) } });
    expect((await run(`show --on web1 ${pid}`)).out).toMatch(/^session/);
  });

  test("says why it cannot", async () => {
    expect(await run("show --on web1 pts/999")).toMatchObject({ exitCode: 1 });
    const { exitCode, err } = await run("show --on down1 1");
    expect([exitCode, err]).toEqual([3, "sshctl: down1 did not answer: connection refused.\n"]);
  });
});

interface DoctorJson {
  hosts: { name: string; answered: boolean; error: { code: string } | null; [fact: string]: unknown }[];
}

describe("doctor --on", () => {
  test("tells what each host has, and what is to be done", async () => {
    const { out, err, exitCode } = await run("doctor --on bare,full,root,down1");
    expect(exitCode).toBe(5);
    expect(out.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["HOST", "USER", "ROOT", "COLLECTOR", "SSHCTL", "TO DO"],
      ["bare", "bob", "no", "-", "-", "install awk, od; for --sudo: install the collector"],
      ["full", "bob", "sudo", "form 2", "0.1.0", "without stat something is unknown"],
      ["root", "root", "yes", "-", "-"],
      [""],
    ]);
    expect(err).toBe("1 host did not answer:\n  down1  connection refused\n");
  });

  test("ends with 0 where nothing is to be done, with 1 where something is, and with 3 where nobody answers", async () => {
    expect((await run("doctor --on root[1-2]")).exitCode).toBe(0);
    expect((await run("doctor --on root1,bare")).exitCode).toBe(1);
    expect((await run("doctor --on down[1-2]")).exitCode).toBe(3);
  });

  test("believes no host more than its lines can say", async () => {
    const { out } = await run("doctor --on odd,full,silent1,binary1,endless1 -o json");
    expect(violationsOf("fleet-doctor-1", JSON.parse(out))).toEqual([]);
    const { hosts: all } = JSON.parse(out) as DoctorJson;
    expect(all.find(({ name }) => name === "odd")).toEqual({
      name: "odd",
      answered: true,
      error: null,
      user: `\u001b[2J${"y".repeat(60)}`,
      uid: null,
      root: null,
      collector: null,
      sshctl: null,
      missing: [],
      lacking: [],
    });
    expect(all.filter(({ answered }) => !answered).map(({ error }) => error?.code)).toEqual([
      "no-recording",
      "too-much",
      "no-recording",
    ]);
    expect((await run("doctor --on odd")).out).toContain(String.raw`\x1b[2Jyyy`);
  });

  test.each(["--sudo", "--sudo-shell"])("asks about %s by itself", async (option) => {
    const { exitCode, err } = await run(`doctor --on root1 ${option}`);
    expect([exitCode, err]).toEqual([
      2,
      `sshctl: doctor --on asks by itself what ${option} would do. Leave out ${option}.\n`,
    ]);
  });
});
