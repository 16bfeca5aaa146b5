/** Real logins judge whether a lock holds: test/lab/lock. Here is what is decided before, and what is written down. */
import { describe, expect, test } from "vitest";
import type { ProgramOutput } from "../../src/host/programs/run.ts";
import { fakeHost, passwd, type FakeHost } from "../helpers/fake-host.ts";
import { entry, fakeJournal, type Entry } from "../helpers/fake-journal.ts";
import { fakeSystemd } from "../helpers/fake-systemd.ts";
import { Host, now } from "../helpers/machine-builder.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { Dropbear, Sshd } from "../helpers/ssh-servers.ts";

const pam = `account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite pam_deny.so
account required pam_permit.so
`;
const modules = ["pam_unix", "pam_deny", "pam_permit"];

interface World {
  uid?: number;
  loginUid?: number;
  /** Field 8 of alice. */
  expires?: string;
  /** Who may use sudo. */
  sudoers?: readonly string[];
  /** chage does nothing, and says so or not. */
  chage?: "fails" | "lies";
  /** A stack that lets the expired in. */
  pam?: string;
  hasDropbear?: boolean;
  /** /etc/sshctl/protected. */
  protects?: string;
  /** Nothing lets root in. */
  rootIsOut?: boolean;
  /** systemd does not run. */
  hasNoSystemd?: boolean;
  /** Whoever may change the program, and how. */
  tampering?: string;
  /** What the journal has. */
  journal?: readonly Entry[];
  /** More that sshd -T prints. */
  settings?: string;
  /** More files. */
  texts?: Readonly<Record<string, string>>;
  /** Files that are alice's. */
  owned?: readonly string[];
  /** Names of processes. */
  processes?: readonly string[];
  loginctl?: "fails";
  /** sshd does not take our exemptions. */
  ignoresExemptions?: boolean;
  /** The text of sshd_config. */
  config?: string;
  /** What is_active says of timers. */
  timer?: "fails";
}

/** What time it is on the machine. */
interface Time {
  nowMs: number;
  bootId: string;
  uptimeSeconds: number;
  isSynchronised: boolean;
}

interface Fake {
  host: FakeHost;
  /** Fields 8 by name. */
  expiry: Map<string, string>;
  ran: string[];
  time: Time;
}

function machine(world: World = {}): Fake {
  const kernel = new Host();
  const pid = Sshd.daemon(kernel, "10.0").parent?.pid ?? 0;
  if (world.hasDropbear === true) void new Dropbear(kernel, { becomesUser: false });
  for (const comm of world.processes ?? []) kernel.process({ pid: 4711, comm });
  const expiry = new Map([["alice", world.expires ?? ""]]);
  const ran: string[] = [];
  const time: Time = { nowMs: now, bootId: "b-1", uptimeSeconds: 1000, isSynchronised: false };
  const host: FakeHost = fakeHost({
    uid: world.uid ?? 0,
    ...(world.loginUid === undefined ? {} : { loginUid: world.loginUid }),
    kernel: kernel.files(),
    owners: Object.fromEntries((world.owned ?? []).map((path) => [path, 1000])),
    machine: {
      banners: { read: async () => Promise.resolve("SSH-2.0-OpenSSH_10.0") },
      now: () => time.nowMs,
      ...(world.journal === undefined ? {} : { programLines: fakeJournal(world.journal) }),
      runningProgram: () => ({
        ...fakeHost().runningProgram(),
        findTampering: () => world.tampering,
      }),
    },
    texts: {
      "/etc/machine-id": "0123\n",
      "/usr/bin/node": "",
      "/usr/bin/sshctl": "",
      ...(world.hasNoSystemd === true ? {} : { "/run/systemd/system/ssh.service.d": "" }),
      ...(world.protects === undefined ? {} : { "/etc/sshctl/protected": world.protects }),
      "/etc/ssh/sshd_config": world.config ?? "Include /etc/ssh/sshd_config.d/*.conf\n",
      "/etc/pam.d/sshd": `auth required pam_unix.so\n${world.pam ?? pam}`,
      ...world.texts,
      ...Object.fromEntries(modules.map((name) => [`/usr/lib/security/${name}.so`, ""])),
    },
    run: async (path, args) =>
      Promise.resolve(
        answerOf(path.slice(path.lastIndexOf("/") + 1), args, { world, host, expiry, ran, time }) ??
          fakeSystemd({ mainPid: pid }, path, args),
      ),
  });
  const setClock = () => {
    host.texts.set("/proc/uptime", `${String(time.uptimeSeconds)} 1.00\n`);
    host.texts.set("/proc/sys/kernel/random/boot_id", `${time.bootId}\n`);
  };
  setClock();
  return {
    host,
    expiry,
    ran,
    get time() {
      return time;
    },
    set time(given) {
      Object.assign(time, given);
      setClock();
    },
  };
}

/** What a program says of the last word of its command line. */
function answerOf(
  name: string,
  args: readonly string[],
  { world, host, expiry, ran, time }: Fake & { world: World },
): ProgramOutput | undefined {
  const told = (stdout: string, exitCode = 0) => ({ stdout, stderr: "", exitCode });
  const user = args.at(-1) ?? "";
  switch (`${name} ${args.length > 1 ? (args[0] ?? "") : ""}`) {
    case "chage -E":
      ran.push(`chage ${args.join(" ")}`);
      if (world.chage === undefined) expiry.set(user, args[1] === "-1" ? "" : (args[1] ?? ""));
      return told("", world.chage === "fails" ? 1 : 0);
    case "sudo -n":
      return told(
        maySudo(user, world) ? `User ${user} may run the following commands on web1:\n    (ALL : ALL) ALL\n` : "",
      );
    case "getent shadow":
      return told(`${user}:${hashOf(user, world)}:20000:0:99999:7::${expiry.get(user) ?? ""}:\n`);
    case "getent passwd":
      return told(lineOf(user), lineOf(user) === "" ? 2 : 0);
    case "sshd ":
      return { ...told(""), stderr: "OpenSSH_10.0p2" };
    case "sshd -T":
      return told(settingsFor(userOf(args), host, world));
    case "test -f":
    case "test -x":
    case "systemctl reload":
      return told("");
    default:
      return timerAnswerOf(name, args, { world, host, time });
  }
}

function setLinger(user: string, isOn: boolean, { loginctl }: World, { texts }: FakeHost): ProgramOutput {
  const path = `/var/lib/systemd/linger/${user}`;
  if (isOn) texts.set(path, "");
  else if (loginctl === undefined) texts.delete(path);
  return { stdout: "", stderr: "", exitCode: loginctl === "fails" ? 1 : 0 };
}

/** What systemd says of timers and of the clock. */
function timerAnswerOf(
  name: string,
  [verb = "", ...args]: readonly string[],
  { world, host, time }: Pick<Fake, "host" | "time"> & { world: World },
): ProgramOutput | undefined {
  const told = (stdout: string, exitCode = 0) => ({ stdout, stderr: "", exitCode });
  if (name === "loginctl") return setLinger(args.at(-1) ?? "", verb === "enable-linger", world, host);
  if (name === "timedatectl") return told(time.isSynchronised ? "yes\n" : "no\n");
  if (name !== "systemctl" || verb === "show") return undefined;
  if (verb !== "is-active") return told("");
  const runs = world.timer !== "fails" && host.texts.has(`/etc/systemd/system/${args[0] ?? ""}`);
  return told("", runs ? 0 : 3);
}

function hashOf(user: string, { rootIsOut = false }: World): string {
  return user === "root" && !rootIsOut ? "$y$x" : "!";
}

function maySudo(user: string, { sudoers = [] }: World): boolean {
  return sudoers.includes(user);
}

function lineOf(user: string): string {
  return passwd.split("\n").find((each) => each.startsWith(`${user}:`)) ?? "";
}

function userOf(args: readonly string[]): string {
  return /user=([^,]*)/.exec(args.join(" "))?.[1] ?? "";
}

/** What sshd -T prints with our files. */
function settingsFor(
  user: string,
  { texts }: FakeHost,
  { settings: more = "", ignoresExemptions = false }: World,
): string {
  const main = texts.get("/etc/ssh/sshd_config") ?? "";
  const dropIn = texts.get("/etc/ssh/sshd_config.d/00-0-sshctl-lock.conf") ?? "";
  const own = main.startsWith("Include") ? dropIn : main;
  const block = texts.get("/etc/ssh/sshd_config.d/00-0-sshctl-everyone.conf") ?? "";
  const isExcepted = (/^Match User (.*)$/m.exec(block)?.[1] ?? "").split(",").includes(`!${user}`);
  const lines = [...own.split("\n"), ...(isExcepted ? [] : block.split("\n"))];
  const denied = lines.flatMap((line) => /^\s*DenyUsers (.*)$/.exec(line)?.[1] ?? []);
  const settings = `usepam yes\npasswordauthentication yes\npermitrootlogin yes\nauthorizedkeysfile none\n`;
  const exempted = /^PerSourcePenaltyExemptList (.*)$/m.exec(
    texts.get("/etc/ssh/sshd_config.d/00-0-sshctl-exempt.conf") ?? "",
  )?.[1];
  const exemption = exempted === undefined || ignoresExemptions ? "" : `persourcepenaltyexemptlist ${exempted}\n`;
  const others = exemption === "" ? more : more.replace(/^persourcepenaltyexemptlist .*\n/m, "");
  return settings + exemption + denied.map((pattern) => `denyusers ${pattern}\n`).join("") + others;
}

const run = async (line: string, { host }: Fake) => sshctl(line.split(" "), { host });

async function json(schema: "access-1" | "lock-1" | "unlock-1" | "locks-1" | "changes-1", line: string, fake: Fake) {
  const { out, exitCode, err } = await run(`${line} -ojson`, fake);
  expect({ violations: violationsOf(schema, JSON.parse(out)), err }).toEqual({ violations: [], err: "" });
  return { ...JSON.parse(out), exitCode };
}

describe("a lock", () => {
  test.each([
    ["", "chage -E 1 -- alice", "chage -E -1 -- alice"],
    ["30000", "chage -E 1 -- alice", "chage -E 30000 -- alice"],
  ])("of an account that expires on %j is put on, listed, and taken away", async (expires, on, off) => {
    const fake = machine({ expires });
    expect(await json("lock-1", "lock alice --yes --reason INC-1", fake)).toMatchObject({
      exitCode: 0,
      complete: true,
      accounts: [{ user: "alice", locked: true, openAt: [], mechanism: { kind: "expiry" } }],
    });
    expect(await json("locks-1", "locks", fake)).toMatchObject({
      exitCode: 0,
      locks: [{ user: "alice", state: "in force", record: { reason: "INC-1", by: "root" } }],
    });
    expect(await run("lock alice --yes", fake)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("is locked already, by root"),
    });
    expect(await json("unlock-1", "unlock alice --yes", fake)).toMatchObject({
      exitCode: 0,
      accounts: [{ outcome: "unlocked" }],
    });
    expect({ ran: fake.ran, left: fake.expiry.get("alice") }).toEqual({ ran: [on, off], left: expires });
    expect(await run("unlock alice --yes", fake)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("has not locked alice"),
    });
  });

  test.each([
    ["", {}],
    [" --ssh-only --no-kill", {}],
  ] as const)("has one id everywhere, and is undone by it: lock alice%s", async (words, world) => {
    const fake = machine(world);
    const { accounts } = await json("lock-1", `lock alice --yes --reason INC-1${words}`, fake);
    const { id } = accounts[0];
    expect((await json("locks-1", "locks", fake)).locks[0].record.id).toBe(id);
    const command = `sshctl lock alice${words}`;
    const listed = {
      id,
      command,
      reason: "INC-1",
      accounts: ["alice"],
      files: [],
      state: "done",
      undo: `sshctl undo ${id}`,
    };
    expect((await json("changes-1", "changes", fake)).changes).toEqual([expect.objectContaining(listed)]);
    const access = await run("access alice", fake);
    expect(access.out).toContain(`Locked with sshctl by root, since `);
    expect(access.out).toContain(`(${id}); reason: INC-1\nTo unlock: sshctl unlock alice\n`);
    expect(await run(`undo ${id}`, fake)).toMatchObject({
      exitCode: 6,
      err: expect.stringContaining("Unlock alice (uid 1000)"),
    });
    expect(await run(`undo ${id} --dry-run`, fake)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("Unlock alice"),
    });
    expect(await run(`undo ${id.slice(0, 12)} --yes`, fake)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("alice: unlocked"),
    });
    expect((await json("locks-1", "locks", fake)).locks).toEqual([]);
    expect((await json("changes-1", "changes", fake)).changes).toMatchObject([{ id, state: "undone", undo: null }]);
    expect(await run(`undo ${id} --yes`, fake)).toMatchObject({ exitCode: 1 });
    expect(fake.host.texts.has("/etc/ssh/sshd_config.d/00-0-sshctl-lock.conf")).toBe(false);
  });

  test("of several accounts is undone when the last of them is unlocked", async () => {
    const fake = machine();
    const { accounts } = await json("lock-1", "lock alice bob --yes --ssh-only", fake);
    const { id } = accounts[0];
    expect(accounts).toMatchObject([{ id }, { id }]);
    expect(await run("unlock bob --yes", fake)).toMatchObject({ exitCode: 0 });
    expect((await json("changes-1", "changes", fake)).changes).toMatchObject([{ id, state: "done" }]);
    expect(await run(`unlock ${id} --yes`, fake)).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^alice: unlocked/),
    });
    expect((await json("changes-1", "changes", fake)).changes).toMatchObject([{ id, state: "undone" }]);
  });

  test("that somebody has taken away by hand leaves a change that is undone all the same", async () => {
    const fake = machine();
    const { accounts } = await json("lock-1", "lock alice --yes", fake);
    const { id } = accounts[0];
    fake.expiry.set("alice", "");
    expect((await run("access alice", fake)).out).toContain("That lock does not hold");
    expect(await run(`undo ${id} --yes`, fake)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("the lock was already gone"),
    });
    expect((await json("changes-1", "changes", fake)).changes).toMatchObject([{ id, state: "undone" }]);
  });

  test("is DenyUsers where a stack lets the expired in", async () => {
    const fake = machine({ pam: `account sufficient pam_permit.so\n${pam}` });
    const { out, exitCode } = await run("lock alice --dry-run", fake);
    expect(exitCode).toBe(0);
    expect(out).toContain("Lock alice (uid 1000): DenyUsers alice in /etc/ssh/sshd_config.d/00-0-sshctl-lock.conf");
    expect([fake.ran, fake.host.written]).toEqual([[], []]);
  });

  test("is a block in sshd_config where that includes no folder, and goes byte for byte", async () => {
    const config = "# ours\nPort 22\nMatch User bob\n  X11Forwarding no";
    const fake = machine({ config });
    const main = () => fake.host.texts.get("/etc/ssh/sshd_config");
    expect((await run("lock alice --ssh-only --dry-run", fake)).out).toContain(
      "Lock alice (uid 1000): DenyUsers alice in a block at the top of /etc/ssh/sshd_config\n",
    );
    expect(await json("lock-1", "lock alice bob --ssh-only --yes", fake)).toMatchObject({
      exitCode: 0,
      accounts: [{ locked: true, mechanism: { paths: ["/etc/ssh/sshd_config"] } }, { locked: true }],
    });
    expect(main()).toMatch(/^# >>> sshctl lock >>>\n# lock .*\nDenyUsers bob\n[^]*DenyUsers alice\n/);
    expect(await json("locks-1", "locks", fake)).toMatchObject({ exitCode: 0, locks: [{ state: "in force" }, {}] });
    fake.host.texts.set("/etc/ssh/sshd_config", `${main() ?? ""}\n# theirs`);
    expect(await run("unlock alice bob --yes", fake)).toMatchObject({ exitCode: 0 });
    expect(main()).toBe(`${config}\n# theirs`);
    await run("lock alice --ssh-only --yes", fake);
    fake.host.texts.set("/etc/ssh/sshd_config", (main() ?? "").replace("DenyUsers alice", "DenyUsers alice carol"));
    expect(await run("unlock alice --yes", fake)).toMatchObject({
      exitCode: 5,
      out: expect.stringContaining("/etc/ssh/sshd_config has been changed where the lock stands: nothing was changed"),
    });
  });

  test("that chage does not put on leaves nothing behind", async () => {
    for (const chage of ["fails", "lies"] as const) {
      const fake = machine({ chage });
      expect(await run("lock alice --yes", fake)).toMatchObject({
        exitCode: 3,
        err: expect.stringContaining("chage could not set"),
      });
      expect((await json("locks-1", "locks", fake)).locks).toEqual([]);
    }
  });
});

describe("what is refused", () => {
  test.each<[string, World, number, string]>([
    ["lock", {}, 2, "lock needs an account"],
    ["lock root --yes", {}, 6, "root is never locked"],
    ["lock alice --yes", { uid: 1001 }, 4, "Only root may lock"],
    ["lock alice --yes", { loginUid: 1000 }, 6, "alice is your own account"],
    ["lock alice 1000 --yes", {}, 2, "the same account"],
    ["lock alice alice --yes", {}, 2, "the same account"],
    ["lock alcie --yes", {}, 1, "There is no user alcie, did you mean alice?"],
    ["lock alice", {}, 6, "nobody can be asked whether to lock alice"],
    [
      "lock alice --yes",
      { sudoers: ["alice"], rootIsOut: true },
      6,
      "no other account is certain to be able to log in",
    ],
    ["lock alice --yes", { hasDropbear: true }, 1, "would still let alice in"],
    ["lock alice --everything --no-kill --yes", {}, 2, "--everything ends more than the sessions"],
    ["unlock", {}, 2, "unlock needs an account"],
    ["unlock bob --yes", {}, 1, "sshctl has not locked bob"],
    ["locks", { uid: 1000 }, 4, "Only root may lock"],
  ])("%s %j: code %i", async (line, world, exitCode, message) => {
    const fake = machine(world);
    const result = await run(line, fake);
    expect(result).toMatchObject({ exitCode, err: expect.stringContaining(message) });
    expect([fake.ran, fake.host.written]).toEqual([[], []]);
  });
});

describe("whom root protects", () => {
  test.each([
    ["alice\n", "alice", 6, "is protected by line 1 of /etc/sshctl/protected"],
    ["%ops\n", "%ops", 6, "is protected by line 1"],
    ["root\nalice/8\n", "", 3, "line 2 of /etc/sshctl/protected"],
  ])("by %j is not locked", async (protects, lifted, exitCode, message) => {
    const fake = machine({ protects });
    expect(await run("lock alice --yes", fake)).toMatchObject({ exitCode, err: expect.stringContaining(message) });
    expect(fake.ran).toEqual([]);
    if (lifted === "") return;
    expect(await run(`lock alice --yes --even-protected ${lifted}`, fake)).toMatchObject({ exitCode: 0 });
    expect(fake.ran).toEqual(["chage -E 1 -- alice"]);
  });
});

describe("--for", () => {
  const units = ({ host }: Fake) => [...host.texts].filter(([path]) => path.startsWith("/etc/systemd/system/"));
  const later = (fake: Fake, seconds: number, more: Partial<Time> = {}) => {
    const { nowMs, uptimeSeconds } = fake.time;
    fake.time = { ...fake.time, nowMs: nowMs + seconds * 1000, uptimeSeconds: uptimeSeconds + seconds, ...more };
  };
  const due = async (fake: Fake) => run("unlock --due", fake);

  test("a lock ends when its time is over, and not before", async () => {
    const fake = machine();
    const { accounts } = await json("lock-1", "lock alice --for 1h --yes", fake);
    const until = new Date(now + 3_600_000).toISOString();
    expect(accounts).toMatchObject([{ locked: true, until }]);
    expect(units(fake)).toEqual([
      [
        expect.stringMatching(/sshctl-locks\.service$/),
        expect.stringContaining("ExecStart=/usr/bin/node /usr/bin/sshctl unlock --due\n"),
      ],
      [
        expect.stringMatching(/sshctl-lock-.*\.timer$/),
        expect.stringContaining(`OnCalendar=${until.slice(0, 19).replace("T", " ")} UTC\nPersistent=true\n`),
      ],
    ]);
    later(fake, 3599);
    expect(await due(fake)).toMatchObject({ exitCode: 0, out: "" });
    expect(await json("locks-1", "locks", fake)).toMatchObject({
      exitCode: 0,
      locks: [{ state: "in force", record: { until } }],
    });
    later(fake, 1);
    expect(await due(fake)).toMatchObject({ exitCode: 0, out: "alice: unlocked\n" });
    expect({ left: fake.expiry.get("alice"), units: units(fake) }).toEqual({ left: "", units: [] });
    expect((await json("locks-1", "locks", fake)).locks).toEqual([]);
  });

  test("a lock until a moment ends at that moment", async () => {
    const fake = machine();
    const untilMs = Math.ceil(now / 1000) * 1000 + 3_600_000;
    const line = `lock alice --until @${String(untilMs / 1000)} --yes`;
    expect((await run(line.replace("--yes", "--dry-run"), fake)).out).toMatch(/^ {2}until +20.*, by a systemd timer/m);
    const { accounts, forSeconds } = await json("lock-1", line, fake);
    expect([accounts[0].until, forSeconds]).toEqual([new Date(untilMs).toISOString(), 3600]);
    expect((await json("changes-1", "changes", fake)).changes[0].command).toBe(
      `sshctl lock alice --until @${String(untilMs / 1000)}`,
    );
    later(fake, 3599);
    expect(await due(fake)).toMatchObject({ exitCode: 0, out: "" });
    later(fake, 1);
    expect(await due(fake)).toMatchObject({ exitCode: 0, out: "alice: unlocked\n" });
  });

  test("a lock whose timer starts a sshctl that is gone is broken", async () => {
    const fake = machine();
    await run("lock alice --for 1h --yes", fake);
    fake.host.texts.delete("/usr/bin/sshctl");
    expect(await json("locks-1", "locks", fake)).toMatchObject({
      exitCode: 5,
      locks: [
        { state: "broken", text: expect.stringContaining("starts /usr/bin/sshctl, which is not there any more") },
      ],
    });
    expect(await run("unlock alice --yes", fake)).toMatchObject({ exitCode: 0 });
  });

  test("after a reboot it waits for a clock that is right", async () => {
    const fake = machine();
    await run("lock alice --for 1h --yes", fake);
    later(fake, 7200, { bootId: "b-2", uptimeSeconds: 30 });
    await due(fake);
    expect(fake.expiry.get("alice")).toBe("1");
    later(fake, 60, { isSynchronised: true });
    await due(fake);
    expect(fake.expiry.get("alice")).toBe("");
  });

  test("what others have put there meanwhile stays, and is not tried again", async () => {
    const fake = machine();
    await run("lock alice --for 1h --yes", fake);
    fake.expiry.set("alice", "30000");
    later(fake, 3600);
    expect(await due(fake)).toMatchObject({ exitCode: 5, out: expect.stringContaining("does not end by itself") });
    expect({ left: fake.expiry.get("alice"), units: units(fake) }).toEqual({ left: "30000", units: [] });
    expect(await due(fake)).toMatchObject({ exitCode: 0, out: "" });
  });

  test("an account is open for a while, and locked again with what it has got meanwhile", async () => {
    const fake = machine();
    await run("lock alice --yes --reason INC-1", fake);
    expect(await json("unlock-1", "unlock alice --for 4h --yes", fake)).toMatchObject({
      exitCode: 0,
      accounts: [{ outcome: "unlocked", until: null, openUntil: new Date(now + 4 * 3_600_000).toISOString() }],
    });
    expect(fake.expiry.get("alice")).toBe("");
    expect(await json("locks-1", "locks", fake)).toMatchObject({ exitCode: 0, locks: [{ state: "open" }] });
    expect(await run("lock alice --yes", fake)).toMatchObject({
      exitCode: 1,
      err: expect.stringMatching(/alice is open until .*, and locked again then/),
    });
    fake.expiry.set("alice", "30000");
    later(fake, 4 * 3600);
    expect(await due(fake)).toMatchObject({ exitCode: 0, out: "alice: locked again; 0 sessions ended\n" });
    expect({ left: fake.expiry.get("alice"), units: units(fake) }).toEqual({ left: "1", units: [] });
    expect(await json("locks-1", "locks", fake)).toMatchObject({
      exitCode: 0,
      locks: [{ state: "in force", record: { reason: "INC-1", openUntil: null } }],
    });
    await run("unlock alice --yes", fake);
    expect(fake.expiry.get("alice")).toBe("30000");
  });

  test("is told by access: until when it is open, and until when it is locked", async () => {
    const fake = machine();
    await run("lock alice --for 2h --yes --reason INC-1", fake);
    const locked = await json("access-1", "access alice", fake);
    expect(locked).toMatchObject({ exitCode: 1, lock: { everyone: false, openUntil: null, reason: "INC-1" } });
    expect(Date.parse(locked.lock.until)).toBe(now + 2 * 3_600_000);
    expect((await run("access alice", fake)).out).toMatch(
      /^Locked with sshctl by root, since .*, until .* \(.*INC-1$/m,
    );
    await run("unlock alice --for 1h --yes", fake);
    const { out } = await run("access alice", fake);
    expect(out).toMatch(/^Opened with sshctl until .*, then locked again \(.*, locked by root, .*; reason: INC-1\)$/m);
    expect(out).not.toContain("does not hold");
    expect(out).not.toContain("To unlock");
    const { lock } = await json("access-1", "access alice", fake);
    expect(Date.parse(lock.openUntil)).toBe(now + 3_600_000);
  });

  test("an opening within a lock with an end does not outlive the lock", async () => {
    const fake = machine();
    await run("lock alice --for 2h --yes", fake);
    await run("unlock alice --for 1h --yes", fake);
    later(fake, 3600);
    expect(await due(fake)).toMatchObject({ out: "alice: locked again; 0 sessions ended\n" });
    expect(units(fake)).toHaveLength(2);
    later(fake, 3600);
    expect(await due(fake)).toMatchObject({ out: "alice: unlocked\n" });
    expect({ left: fake.expiry.get("alice"), units: units(fake) }).toEqual({ left: "", units: [] });
  });

  test("an account that is open is opened for good by unlock", async () => {
    const fake = machine();
    await run("lock alice --yes", fake);
    await run("unlock alice --for 1h --yes", fake);
    expect(await run("unlock alice --yes", fake)).toMatchObject({ exitCode: 0 });
    later(fake, 7200);
    expect(await due(fake)).toMatchObject({ exitCode: 0, out: "" });
    expect({ left: fake.expiry.get("alice"), units: units(fake) }).toEqual({ left: "", units: [] });
  });

  test("a timer without a lock goes, and one that does not run is told", async () => {
    const world: World = {};
    const fake = machine(world);
    await run("lock alice --for 1h --yes", fake);
    world.timer = "fails";
    expect(await json("locks-1", "locks", fake)).toMatchObject({
      exitCode: 5,
      locks: [{ state: "broken", text: "its timer does not run: it does not end by itself" }],
    });
    for (const name of fake.host.locks.names()) fake.host.locks.remove(name);
    await due(fake);
    expect(units(fake)).toEqual([]);
  });

  test.each<[string, World, number, string]>([
    ["lock alice --for 0 --yes", {}, 2, "--for 0 is over at once"],
    ["lock alice --for soon --yes", {}, 2, "is not understood"],
    ["lock alice --for 2000w --yes", {}, 2, "at most ten years"],
    ["lock alice --for 1h --for 2h --yes", {}, 2, "given 2 times"],
    ["lock alice --for 1h --until +2h --yes", {}, 2, "--for and --until say the same"],
    ["lock alice --until yesterday --yes", {}, 2, "which is over"],
    ["lock alice --until soonish --yes", {}, 2, "is not understood"],
    ["lock alice --until +20years --yes", {}, 2, "--until takes at most ten years"],
    ["lock --everyone --probe --yes", {}, 2, "--probe is for single accounts"],
    ["lock alice --for 1h --yes", { hasNoSystemd: true }, 1, "which does not run here"],
    ["lock alice --for 1h --yes", { tampering: "/opt is not owned by root" }, 1, "/opt is not owned by root"],
    ["lock alice --for 1h --yes", { timer: "fails" }, 3, "systemd does not start sshctl-lock-"],
    ["unlock alice --due", {}, 2, "--due takes neither names"],
    ["unlock alice --for 1h --yes", {}, 1, "sshctl has not locked alice"],
    ["unlock --due --dry-run", {}, 2, "--due takes neither names"],
    ["unlock --due -o json", {}, 2, "--due takes neither names"],
    ["unlock --due", { uid: 1000 }, 4, "Only root"],
  ])("%s %j: code %i, and nothing is left", async (line, world, exitCode, message) => {
    const fake = machine(world);
    expect(await run(line, fake)).toMatchObject({ exitCode, err: expect.stringContaining(message) });
    expect({ ran: fake.ran, units: units(fake), records: fake.host.locks.names() }).toEqual({
      ran: [],
      units: [],
      records: [],
    });
  });
});

describe("everyone", () => {
  const files = ({ host }: Fake) =>
    ["/etc/ssh/sshd_config.d/00-0-sshctl-everyone.conf", "/etc/ssh/sshctl-everyone.banner"].map((path) =>
      host.texts.get(path),
    );

  test("but a few is locked by a block of sshd's, with a message, and unlocked", async () => {
    const fake = machine({ protects: "bob\n" });
    const line = "lock --everyone --except-user carol --message back_at_18:00 --for 1h --yes --reason CHG-1";
    expect(await json("lock-1", line, fake)).toMatchObject({
      exitCode: 0,
      complete: true,
      accounts: [],
      everyone: { locked: true, except: ["carol", "root", "bob"], faults: [], message: "back_at_18:00" },
    });
    const [block = "", banner] = files(fake);
    expect(block).toContain(
      "Match User *,!carol,!root,!bob\n    DenyUsers *\n    Banner /etc/ssh/sshctl-everyone.banner\n",
    );
    expect(banner).toBe("back_at_18:00\n");
    expect(await json("locks-1", "locks", fake)).toMatchObject({
      exitCode: 0,
      everyone: { state: "in force", record: { reason: "CHG-1", by: "root" } },
    });
    expect(await run("lock --everyone --yes", fake)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("already"),
    });
    const [change] = (await json("changes-1", "changes", fake)).changes;
    expect(change.command).toBe("sshctl lock --everyone --except-user carol,root,bob --for 1h --message back_at_18:00");
    expect(await run(`undo ${change.id} --yes`, fake)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('Nothing was done. To undo it: "sshctl unlock --everyone".'),
    });
    fake.time = { ...fake.time, nowMs: now + 3_600_000, uptimeSeconds: 4600 };
    expect(await run("unlock --due", fake)).toMatchObject({ exitCode: 0, out: "everyone: unlocked\n" });
    expect(files(fake)).toEqual([undefined, undefined]);
    expect((await json("locks-1", "locks", fake)).everyone).toBeNull();
  });

  test("a message that a command has left alone, cut off before the block, goes with unlock", async () => {
    const fake = machine();
    await run("lock --everyone --message soon --yes", fake);
    fake.host.texts.delete("/etc/ssh/sshd_config.d/00-0-sshctl-everyone.conf");
    expect(files(fake)).toEqual([undefined, "soon\n"]);
    expect(await json("unlock-1", "unlock --everyone --yes", fake)).toMatchObject({ exitCode: 0 });
    expect(files(fake)).toEqual([undefined, undefined]);
  });

  test("asks for the same again with every option that was given", async () => {
    const fake = machine({ protects: "bob\n" });
    await run("lock bob --ssh-only --no-kill --for 90m --even-protected bob --yes", fake);
    const [change] = (await json("changes-1", "changes", fake)).changes;
    expect(change.command).toBe("sshctl lock bob --ssh-only --no-kill --for 90m --even-protected bob");
  });

  test("is named by access, beside the lock of the account", async () => {
    const fake = machine();
    await run("lock --everyone --except-user carol --yes --reason CHG-1", fake);
    const { out } = await run("access alice", fake);
    expect(out).toMatch(/^Everyone but a few is locked with sshctl by root, since .*; reason: CHG-1$/m);
    expect(out).toContain("To unlock: sshctl unlock --everyone\n");
    expect(await json("access-1", "access alice", fake)).toMatchObject({ lock: { everyone: true }, locks: [{}] });
    expect(await json("access-1", "access carol", fake)).toMatchObject({ lock: null, locks: [] });
    await run("lock alice --yes", fake);
    expect((await run("access alice", fake)).out).toContain(
      "To unlock, both are needed: sshctl unlock alice and sshctl unlock --everyone\n",
    );
  });

  test("is unlocked only where nobody has changed the block", async () => {
    const fake = machine();
    await run("lock --everyone --yes", fake);
    const path = "/etc/ssh/sshd_config.d/00-0-sshctl-everyone.conf";
    const own = fake.host.texts.get(path) ?? "";
    fake.host.texts.set(path, own.replace("!root", "!root,!mallory"));
    expect(await json("locks-1", "locks", fake)).toMatchObject({ exitCode: 5, everyone: { state: "broken" } });
    expect(await json("unlock-1", "unlock --everyone --yes", fake)).toMatchObject({
      exitCode: 5,
      everyone: { outcome: "changed" },
    });
    fake.host.texts.set(path, own);
    expect(await json("unlock-1", "unlock --everyone --yes", fake)).toMatchObject({
      exitCode: 0,
      everyone: { outcome: "unlocked" },
    });
    expect(files(fake)).toEqual([undefined, undefined]);
  });

  test.each<[string, World, number, string]>([
    ["lock --everyone alice --yes", {}, 2, "takes no other names"],
    ["lock --everyone --except-user alcie --yes", {}, 1, "did you mean alice?"],
    ["lock --everyone", {}, 6, "nobody can be asked whether to lock everyone but root"],
    ["lock --everyone --yes", { rootIsOut: true }, 6, "(root) none is certain to get in and become root"],
    ["lock --everyone --yes", { hasDropbear: true }, 1, "would still let everyone in"],
    ["lock --everyone --yes", { protects: "10.0.0.0/8\n" }, 6, "only users can be excepted"],
    ["lock alice --message x --yes", {}, 2, "--message needs --everyone"],
    ["lock alice --except-user bob --yes", {}, 2, "--except-user needs"],
    ["unlock --everyone --yes", {}, 1, "has not locked everyone"],
    ["unlock --everyone alice --yes", {}, 2, "takes neither names"],
    ["lock --group nobodies --yes", {}, 1, "There is no group nobodies"],
    ["lock --group wheel --except-user alice --yes", {}, 1, "No member of wheel is left"],
  ])("%s %j: code %i, and nothing is done", async (line, world, exitCode, message) => {
    const fake = machine(world);
    expect(await run(line, fake)).toMatchObject({ exitCode, err: expect.stringContaining(message) });
    expect({ ran: fake.ran, files: files(fake), records: fake.host.locks.names() }).toEqual({
      ran: [],
      files: [undefined, undefined],
      records: [],
    });
  });

  test("a group is all who are members now and not locked yet", async () => {
    const fake = machine();
    await run("lock alice --yes", fake);
    const { out, err, exitCode } = await run("lock --group ops --dry-run", fake);
    expect({ err, exitCode }).toEqual({ err: "sshctl: locked already, and left as they are: alice\n", exitCode: 0 });
    expect([...out.matchAll(/^Lock (\w+)/gm)].map(([, user]) => user)).toEqual(["bob"]);
  });
});

describe("who is hit beside the account", () => {
  const day = 86_400_000;
  const keyOf = (letter: string) => `SHA256:${letter.repeat(43)}`;
  const login = (user: string, letter: string, address: string, daysAgo: number) =>
    entry(`Accepted publickey for ${user} from ${address} port 4711 ssh2: ED25519 ${keyOf(letter)}`, {
      at: now - daysAgo * day,
      fields: { _COMM: "sshd", _EXE: "/usr/sbin/sshd", _PID: "4711" },
    });
  const planFor = async (journal: readonly Entry[], settings = "") => {
    const { out, exitCode } = await run("lock alice --dry-run", machine({ journal, settings }));
    expect(exitCode).toBe(0);
    return out.replaceAll(/\s+/g, " ");
  };

  test("those who share the account, by the keys that the journal tells of", async () => {
    const journal = [
      login("alice", "z", "192.0.2.9", 31),
      login("alice", "a", "192.0.2.1", 29),
      login("alice", "b", "192.0.2.2", 1),
      login("alice", "a", "192.0.2.1", 1),
      login("bob", "c", "192.0.2.3", 1),
    ];
    expect(await planFor(journal)).toContain(
      `this locks everybody who uses alice (2 keys in the last 30 days: ${keyOf("a")}, ${keyOf("b")}); to keep out one of them: sshctl keys revoke KEY`,
    );
    expect(await planFor(journal.slice(0, 2))).not.toContain("everybody who uses");
  });

  test("a line that anybody can write counts for nothing", async () => {
    const forged = { ...login("alice", "b", "192.0.2.2", 1), _EXE: "/usr/bin/logger" };
    expect(await planFor([login("alice", "a", "192.0.2.1", 1), forged])).not.toContain("everybody who uses");
  });

  const punishing = "persourcepenalties crash:90\n";
  const together = [
    login("alice", "a", "192.0.2.1", 2),
    login("bob", "b", "192.0.2.1", 3),
    login("carol", "c", "192.0.2.2", 3),
  ];

  test.each<[string, readonly Entry[], string, string]>([
    [
      "those who share an address with it",
      together,
      punishing,
      "retries of alice get everybody behind 192.0.2.1 refused, also bob, seen there in the last 7 days; --exempt exempts these addresses until unlock ",
    ],
    [
      "nobody whose address is exempt",
      together,
      `${punishing}persourcepenaltyexemptlist 192.0.2.0/24\n`,
      "everybody from the same address may be refused",
    ],
    [
      "nobody who was there long ago",
      [login("alice", "a", "192.0.2.1", 2), login("bob", "b", "192.0.2.1", 8)],
      punishing,
      "everybody from the same address may be refused",
    ],
  ])("%s", async (_, journal, settings, note) => {
    expect(`${await planFor(journal, settings)} `).toContain(note);
  });

  test("and --exempt exempts their address beside those that are exempt already, until unlock", async () => {
    const path = "/etc/ssh/sshd_config.d/00-0-sshctl-exempt.conf";
    const settings = `${punishing}persourcepenaltyexemptlist 198.51.100.0/24\n`;
    const fake = machine({ journal: together, settings });
    expect((await run("lock alice --exempt --dry-run", fake)).out).toContain(
      `  exempts  192.0.2.1 from PerSourcePenalties until unlock, in ${path}\n`,
    );
    expect((await run("lock alice --exempt --dry-run", fake)).out).not.toContain("--exempt exempts");
    expect(fake.host.texts.has(path)).toBe(false);
    expect(await json("lock-1", "lock alice --exempt --yes", fake)).toMatchObject({
      exitCode: 0,
      accounts: [{ locked: true, exempt: ["192.0.2.1"] }],
    });
    expect(fake.host.texts.get(path)).toMatch(/^PerSourcePenaltyExemptList 198\.51\.100\.0\/24,192\.0\.2\.1$/m);
    expect((await json("locks-1", "locks", fake)).locks).toMatchObject([{ record: { exempt: ["192.0.2.1"] } }]);
    expect(await run("unlock alice --yes", fake)).toMatchObject({ exitCode: 0 });
    expect(fake.host.texts.has(path)).toBe(false);

    await run("lock alice --exempt --yes", fake);
    fake.host.texts.set(path, `${fake.host.texts.get(path) ?? ""}# mine\n`);
    expect(await json("unlock-1", "unlock alice --yes", fake)).toMatchObject({
      exitCode: 5,
      accounts: [{ outcome: "unlocked", notBack: [expect.stringContaining("was changed by others")] }],
    });
    expect(fake.host.texts.has(path)).toBe(true);
  });

  test("an exemption that no server takes is a reason to lock nothing", async () => {
    const fake = machine({ journal: together, settings: punishing, ignoresExemptions: true });
    expect(await run("lock alice --exempt --yes", fake)).toMatchObject({
      exitCode: 3,
      err: expect.stringContaining("would still punish 192.0.2.1"),
    });
    expect([fake.ran, (await json("locks-1", "locks", fake)).locks]).toEqual([[], []]);
    expect([...fake.host.texts.keys()].filter((each) => each.includes("sshctl-exempt"))).toEqual([]);
  });

  test("nobody where addresses are not punished", async () => {
    for (const settings of ["", "persourcepenalties no\n"])
      expect(await planFor(together, settings)).not.toContain("PerSourcePenalties");
  });
});

describe("what runs without a login", () => {
  const crontab = "/var/spool/cron/crontabs/alice";
  const job = "/var/spool/cron/atjobs/a0000101c5d2e8";
  const linger = "/var/lib/systemd/linger/alice";
  const busy = (world: World = {}) => machine({ ...world, texts: { [crontab]: "* * * * * date\n", [linger]: "" } });
  const askingPam = {
    "/etc/pam.d/cron": pam,
    "/etc/pam.d/su": pam,
    "/etc/pam.d/sudo": "account sufficient pam_permit.so\n",
  };
  const plain = (text: string) => text.replaceAll(/\s+/g, " ");

  test("is told, with the flag that stops it", async () => {
    const { out } = await run("lock alice --ssh-only --dry-run", busy());
    expect(plain(out)).toContain(
      `stays the crontab ${crontab} is still run (--stop-crontab puts it aside until unlock)`,
    );
    expect(plain(out)).toContain("stays services that run without a login go on (--stop-services");
  });

  test("stops by itself where PAM refuses an expired account", async () => {
    const fake = machine({ texts: { ...askingPam, [crontab]: "", [job]: "" }, owned: [job] });
    const out = plain((await run("lock alice --dry-run", fake)).out);
    expect(out).toContain("stops PAM refuses the account for cron, su as well");
    expect(out).toContain(`stops the crontab ${crontab} is not run meanwhile`);
    expect(out).toContain("stays PAM is not certain to refuse the account for sudo");
    expect(out).toContain("stays 1 at job: still run (--stop-at puts them aside until unlock)");
  });

  test("is stopped, and is as before after unlock", async () => {
    const fake = machine({ texts: { [crontab]: "x\n", [job]: "y\n", [linger]: "" }, owned: [job] });
    const there = () => [crontab, job, linger].filter((path) => fake.host.texts.has(path));
    const line = "lock alice --stop-services --stop-crontab --stop-at --yes";
    expect(await json("lock-1", line, fake)).toMatchObject({
      exitCode: 0,
      accounts: [{ locked: true, unstopped: [] }],
    });
    expect(there()).toEqual([]);
    expect((await json("changes-1", "changes", fake)).changes[0].command).toBe(`sshctl ${line.replace(" --yes", "")}`);
    expect((await json("locks-1", "locks", fake)).locks[0].record.stopped).toEqual([
      { kind: "services", path: null },
      { kind: "crontab", path: crontab },
      { kind: "at", path: job },
    ]);
    expect(plain((await run("unlock alice --dry-run", fake)).out)).toContain("the crontab goes back");
    expect(await run("unlock alice --yes", fake)).toMatchObject({ exitCode: 0 });
    expect([there(), fake.host.texts.get(crontab), fake.host.texts.get(job)]).toEqual([
      [crontab, job, linger],
      "x\n",
      "y\n",
    ]);
  });

  test("stays open with the account, and is stopped again with it", async () => {
    const fake = busy();
    const there = () => [crontab, linger].filter((path) => fake.host.texts.has(path));
    await run("lock alice --stop-services --stop-crontab --yes", fake);
    await run("unlock alice --for 1h --yes", fake);
    expect(there()).toEqual([crontab, linger]);
    fake.time = { ...fake.time, nowMs: now + 3_600_000, uptimeSeconds: fake.time.uptimeSeconds + 3600 };
    expect(await run("unlock --due", fake)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining("locked again"),
    });
    expect(there()).toEqual([]);
  });

  test("and is there again in other words, stays as it is", async () => {
    const fake = busy();
    await run("lock alice --stop-crontab --ssh-only --yes", fake);
    fake.host.texts.set(crontab, "theirs\n");
    expect(await json("unlock-1", "unlock alice --yes", fake)).toMatchObject({
      exitCode: 5,
      accounts: [{ outcome: "unlocked", notBack: [expect.stringContaining("/var/spool/cron/crontabs/.sshctl-alice")] }],
    });
    expect(fake.host.texts.get(crontab)).toBe("theirs\n");
  });

  test("and cannot be stopped, is told, and the lock stays", async () => {
    const fake = machine({ texts: { [linger]: "" }, loginctl: "fails" });
    expect(await json("lock-1", "lock alice --stop-services --yes", fake)).toMatchObject({
      exitCode: 5,
      accounts: [{ locked: true, unstopped: [expect.stringContaining("user@1000.service still runs")] }],
    });
  });
});

describe("who may undo a lock by other means", () => {
  test.each([
    ["Puppet runs here", { processes: ["puppet"] }, "Puppet (PID 4711) runs here"],
    ["a file says so", { config: "# Ansible managed\nPort 22\n" }, 'says "Ansible managed"'],
  ])("%s", async (_, world, note) => {
    const { out } = await run("lock alice --ssh-only --dry-run", machine(world));
    expect(out.replaceAll(/\s+/g, " ")).toContain(note);
  });

  test("those who may become the account by sudo, and its tickets", async () => {
    const texts = { "/tmp/krb5cc_1000": "", "/tmp/krb5cc_1001": "" };
    const fake = machine({ sudoers: ["bob"], texts, owned: ["/tmp/krb5cc_1000"] });
    const out = (await run("lock alice --dry-run", fake)).out.replaceAll(/\s+/g, " ");
    expect(out).toContain("stays by sudo bob may still run programs as alice");
    expect(out).toContain("stays Kerberos tickets stay valid until their own end: /tmp/krb5cc_1000 ");
  });
});
