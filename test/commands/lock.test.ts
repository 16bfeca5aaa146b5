/** Real logins judge whether a lock holds: test/lab/lock. Here is what is decided before, and what is written down. */
import { describe, expect, test } from "vitest";
import type { ProgramOutput } from "../../src/host/programs/run.ts";
import { fakeHost, passwd, type FakeHost } from "../helpers/fake-host.ts";
import { fakeSystemd } from "../helpers/fake-systemd.ts";
import { Host } from "../helpers/machine-builder.ts";
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
}

interface Fake {
  host: FakeHost;
  /** Fields 8 by name. */
  expiry: Map<string, string>;
  ran: string[];
}

function machine(world: World = {}): Fake {
  const kernel = new Host();
  const pid = Sshd.daemon(kernel, "10.0").parent?.pid ?? 0;
  if (world.hasDropbear === true) void new Dropbear(kernel, { becomesUser: false });
  const expiry = new Map([["alice", world.expires ?? ""]]);
  const ran: string[] = [];
  const host: FakeHost = fakeHost({
    uid: world.uid ?? 0,
    ...(world.loginUid === undefined ? {} : { loginUid: world.loginUid }),
    kernel: kernel.files(),
    machine: { banners: { read: async () => Promise.resolve("SSH-2.0-OpenSSH_10.0") } },
    texts: {
      "/etc/machine-id": "0123\n",
      ...(world.protects === undefined ? {} : { "/etc/sshctl/protected": world.protects }),
      "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\n",
      "/etc/pam.d/sshd": world.pam ?? pam,
      ...Object.fromEntries(modules.map((name) => [`/usr/lib/security/${name}.so`, ""])),
    },
    run: async (path, args) =>
      Promise.resolve(
        answerOf(path.slice(path.lastIndexOf("/") + 1), args, { world, host, expiry, ran }) ??
          fakeSystemd({ mainPid: pid }, path, args),
      ),
  });
  return { host, expiry, ran };
}

/** What a program says of the last word of its command line. */
function answerOf(
  name: string,
  args: readonly string[],
  { world, host, expiry, ran }: Fake & { world: World },
): ProgramOutput | undefined {
  const told = (stdout: string, exitCode = 0) => ({ stdout, stderr: "", exitCode });
  const user = args.at(-1) ?? "";
  switch (`${name} ${args.length > 1 ? (args[0] ?? "") : ""}`) {
    case "chage -E":
      ran.push(`chage ${args.join(" ")}`);
      if (world.chage === undefined) expiry.set(user, args[1] === "-1" ? "" : (args[1] ?? ""));
      return told("", world.chage === "fails" ? 1 : 0);
    case "sudo -n":
      return told(maySudo(user, world) ? ` ${user} may run the following commands on web1:` : "");
    case "getent shadow":
      return told(`${user}:!:20000:0:99999:7::${expiry.get(user) ?? ""}:\n`);
    case "getent passwd":
      return told(lineOf(user), lineOf(user) === "" ? 2 : 0);
    case "sshd ":
      return { ...told(""), stderr: "OpenSSH_10.0p2" };
    case "sshd -T":
      return told(settingsIn(host.texts.get("/etc/ssh/sshd_config.d/00-0-sshctl-lock.conf")));
    case "test -f":
    case "test -x":
    case "systemctl reload":
      return told("");
    default:
      return undefined;
  }
}

function maySudo(user: string, { sudoers = [] }: World): boolean {
  return sudoers.includes(user);
}

function lineOf(user: string): string {
  return passwd.split("\n").find((each) => each.startsWith(`${user}:`)) ?? "";
}

/** What sshd -T prints with our file. */
function settingsIn(text = ""): string {
  const denied = [...text.matchAll(/^DenyUsers (.*)$/gm)].map(([, pattern = ""]) => `denyusers ${pattern}\n`);
  return `usepam yes\nauthorizedkeysfile none\n${denied.join("")}`;
}

const run = async (line: string, { host }: Fake) => sshctl(line.split(" "), { host });

async function json(schema: "lock-1" | "unlock-1" | "locks-1", line: string, fake: Fake) {
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

  test("is DenyUsers where a stack lets the expired in", async () => {
    const fake = machine({ pam: `account sufficient pam_permit.so\n${pam}` });
    const { out, exitCode } = await run("lock alice --dry-run", fake);
    expect(exitCode).toBe(0);
    expect(out).toContain("Lock alice (uid 1000): DenyUsers alice in /etc/ssh/sshd_config.d/00-0-sshctl-lock.conf");
    expect([fake.ran, fake.host.written]).toEqual([[], []]);
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
    ["lock", {}, 2, "lock needs to know whom"],
    ["lock root --yes", {}, 6, "root is never locked"],
    ["lock alice --yes", { uid: 1001 }, 4, "Only root may lock"],
    ["lock alice --yes", { loginUid: 1000 }, 6, "alice is your own account"],
    ["lock alice 1000 --yes", {}, 2, "the same account"],
    ["lock alcie --yes", {}, 1, "There is no user alcie, did you mean alice?"],
    ["lock alice", {}, 6, "nobody can be asked whether to lock alice"],
    ["lock alice --yes", { sudoers: ["alice"] }, 6, "no other account is certain to get in"],
    ["lock alice --yes", { hasDropbear: true }, 1, "would let alice in all the same"],
    ["unlock", {}, 2, "unlock needs to know whom"],
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
