/** Whether a lock locks: what clients say that try to get in, before, during and after it. */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LockDocument, LocksDocument, UnlockDocument } from "../../../src/text/json-contract.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import { documentOf } from "../machine/document.ts";
import { killAt } from "../machine/kill-at.ts";
import { describeEverySuite, describeSuites, useMachine } from "../machine/lab-test.ts";
import type { Layer } from "../machine/layers.ts";
import { everySuite } from "../machine/suites.ts";
import type { MachineProcess } from "../machine/machine-process.ts";
import { sshctl, type Machine } from "../machine/machine.ts";
import { reloadSshd } from "../reload-sshd.ts";
import { listJson } from "../sessions-json.ts";

const options =
  "-i /root/.ssh/id_lab -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=10";
const ssh = (user: string, command: string, more = "") =>
  `ssh ${options} ${more} ${user}@127.0.0.1 '${command}' </dev/null`;

async function getsIn(machine: Machine, user: string): Promise<boolean> {
  return (await machine.sh(ssh(user, "echo in"))).stdout === "in\n";
}

/** `sshctl ... -o json`, held against its schema. */
async function json<T>(machine: Machine, schema: "lock-1" | "unlock-1" | "locks-1", args: readonly string[]) {
  const { stdout, stderr, exitCode } = await machine.sshctl([...args, "-o", "json"], { timeoutMs: 120_000 });
  expect({ stderr, violations: violationsOf(schema, documentOf({ stdout, stderr, exitCode })) }).toEqual({
    stderr: "",
    violations: [],
  });
  return { ...(documentOf({ stdout, stderr, exitCode }) as T), exitCode };
}

const lockJson = async (machine: Machine, ...args: string[]) =>
  json<LockDocument>(machine, "lock-1", ["lock", ...args, "--yes"]);
const unlockJson = async (machine: Machine, ...args: string[]) =>
  json<UnlockDocument>(machine, "unlock-1", ["unlock", ...args, "--yes"]);
const locksJson = async (machine: Machine) => json<LocksDocument>(machine, "locks-1", ["locks"]);

/** A client that tries again and again. */
const comingBack = `until [ -e /tmp/stop ]; do ssh ${options} alice@127.0.0.1 'echo in; exec sleep 1' </dev/null; done; echo over`;

/** On a machine that is busy with other tests. */
const timeout = 240_000;
const patience = { timeoutMs: 120_000 };

const pamNo = "/etc/ssh/sshd_config.d/00-pam.conf";

/** How an account can be locked: what the machine is set up like, what is asked for, and what is to come of it. */
const ways = [
  { name: "expiry, with PAM", usePam: "yes", words: [], kind: "expiry" },
  { name: "expiry, without PAM", usePam: "no", words: [], kind: "expiry" },
  { name: "DenyUsers, with PAM", usePam: "yes", words: ["--ssh-only"], kind: "deny" },
  { name: "DenyUsers, without PAM", usePam: "no", words: ["--ssh-only"], kind: "deny" },
] as const;

describeEverySuite("what sshd judges when differs", (suite) => {
  const lab = useMachine(suite.name);
  const files = "etc/passwd etc/shadow etc/group etc/gshadow etc/ssh";
  /** Byte for byte, and nothing more or less. */
  const state = async () =>
    lab().must(`cd / && find ${files} /var/lib/sshctl/locks -type f ! -name '*-' 2>/dev/null | sort | xargs sha256sum`);
  let usesPam = "yes";
  const usePam = async (value: string) => {
    if (value === usesPam) return;
    usesPam = value;
    await lab().writeFile(pamNo, `UsePAM ${value}\n`);
    await reloadSshd(lab());
  };

  beforeAll(async () => {
    await lab().must(
      `for user in alice bob deploy; do usermod -p '*' $user; done; groupadd -f sudo; usermod -aG sudo deploy; tar -C / -cpf /root/state.tar ${files}`,
    );
  });

  afterEach(async () => {
    await lab().must(
      "rm -f /etc/ssh/sshd_config.d/99-broken.conf; [ ! -e /root/.ssh/away ] || mv /root/.ssh/away /root/.ssh/authorized_keys; for name in /var/lib/sshctl/locks/*.json; do [ ! -e $name ] || rm $name; done; rm -f /etc/ssh/sshd_config.d/00-0-sshctl-lock.conf; chage -E -1 alice; chage -E -1 bob",
    );
    await reloadSshd(lab());
  });

  describe.each(ways)("$name", ({ usePam: value, words, kind }) => {
    test(
      "nobody gets in any more, however far they have come, and unlock takes away exactly that",
      { timeout },
      async () => {
        await usePam(value);
        const before = await state();
        const master = await lab().spawn([
          "sh",
          "-c",
          `exec ${ssh("alice", "echo open; sleep 600", "-M -S /tmp/alice.sock")}`,
        ]);
        const other = await lab().spawn(["sh", "-c", `exec ${ssh("bob", "echo open; sleep 600")}`]);
        const loop = await lab().spawn(["sh", "-c", comingBack]);
        const held = await holdLogins(lab());
        await Promise.all([master.waitFor(/open/), other.waitFor(/open/), loop.waitFor(/in\n/)]);

        const { accounts, complete, exitCode } = await lockJson(lab(), "alice", "--reason", "INC-1", ...words);
        const logins = loop.stdout.length;
        expect({ complete, exitCode }).toEqual({ complete: true, exitCode: 0 });
        expect(accounts).toMatchObject([
          { user: "alice", locked: true, openAt: [], problem: null, mechanism: { kind } },
        ]);
        await master.exited;
        expect(await held.goOn()).toEqual(held.stages.map((stage) => [stage, "out"]));
        expect((await lab().sh(`ssh -S /tmp/alice.sock ${options} alice@127.0.0.1 true </dev/null`)).exitCode).toBe(
          255,
        );
        for (const user of ["root", "deploy", "bob"]) expect([user, await getsIn(lab(), user)]).toEqual([user, true]);
        const users = (await listJson(lab())).sessions.filter(({ phase }) => phase === "open").map(({ user }) => user);
        expect(users).toEqual(["bob"]);
        expect(await locksJson(lab())).toMatchObject({
          exitCode: 0,
          locks: [{ user: "alice", state: "in force", record: { reason: "INC-1" } }],
        });
        await lab().must("touch /tmp/stop");
        await loop.waitFor(/over/);
        expect(loop.stdout.slice(logins)).toBe("over\n");

        expect(await unlockJson(lab(), "alice")).toMatchObject({
          exitCode: 0,
          accounts: [{ outcome: "unlocked", access: "yes" }],
        });
        expect(await state()).toBe(before);
        expect(await getsIn(lab(), "alice")).toBe(true);
        await lab().must("rm /tmp/stop");
        await lab().signal(other.pid, "TERM");
        await other.exited;
      },
    );
  });

  // Measured to be the same on all; Match and Banner are as old as the oldest.
  const ends = [everySuite()[0]?.name, everySuite().at(-1)?.name].filter((name) => name === suite.name);
  test.each(ends)("%s: everyone but a few: nobody else gets in, and each is told why", { timeout }, async () => {
    const before = await state();
    const except = ["--everyone", "--except-user", "deploy"];
    const alice = await lab().spawn(["sh", "-c", `exec ${ssh("alice", "echo open; sleep 600")}`]);
    const deploy = await lab().spawn(["sh", "-c", `exec ${ssh("deploy", "echo open; sleep 600")}`]);
    const held = await holdLogins(lab(), ["keys exchanged"]);
    await Promise.all([alice.waitFor(/open/), deploy.waitFor(/open/)]);
    const { everyone, complete, exitCode } = await lockJson(lab(), ...except, "--message", "back at 18:00");
    expect({ everyone, complete, exitCode }).toMatchObject({
      everyone: { locked: true, faults: [], except: ["deploy", "root"] },
      complete: true,
      exitCode: 0,
    });
    await alice.exited;
    expect(await held.goOn()).toEqual([["keys exchanged", "out"]]);
    for (const user of ["alice", "bob", "nobody-there"]) {
      const { stderr, stdout } = await lab().sh(ssh(user, "echo in").replace("LogLevel=ERROR", "LogLevel=INFO"));
      expect([user, stdout, stderr]).toEqual([user, "", expect.stringContaining("back at 18:00")]);
    }
    for (const user of ["root", "deploy"]) expect([user, await getsIn(lab(), user)]).toEqual([user, true]);
    const users = (await listJson(lab())).sessions.filter(({ phase }) => phase === "open").map(({ user }) => user);
    expect(users).toEqual(["deploy"]);
    expect(await locksJson(lab())).toMatchObject({ exitCode: 0, everyone: { state: "in force" } });
    expect(await unlockJson(lab(), "--everyone")).toMatchObject({ exitCode: 0, everyone: { outcome: "unlocked" } });
    expect(await state()).toBe(before);
    expect(await getsIn(lab(), "alice")).toBe(true);
    await lab().signal(deploy.pid, "TERM");
    await deploy.exited;
  });

  const newest = everySuite().at(-1)?.name;
  describe.each(suite.name === newest ? [newest] : [])("%s alone: what sshctl decides by itself", () => {
    test("what is not to be locked is refused, and nothing is done", { timeout }, async () => {
      await usePam("yes");
      const before = await state();
      const refused = async (words: string[], exitCode: number, message: string | RegExp) => {
        const { stderr, ...result } = await lab().sshctl(["lock", ...words, "--yes"], { timeoutMs: 120_000 });
        expect({ words, ...result }).toEqual({ words, exitCode, stdout: "" });
        expect(stderr).toMatch(message);
      };
      await refused(["root"], 6, "root is never locked");
      await refused(["alcie"], 1, "did you mean alice");
      await refused(["alice", "alice"], 2, "the same account");
      await refused(["alice", "nobody-there"], 1, "There is no user nobody-there");
      await lab().must("mv /root/.ssh/authorized_keys /root/.ssh/away");
      await refused(["alice", "deploy"], 6, "no other account is certain to be able to log in");
      await lab().must("mv /root/.ssh/away /root/.ssh/authorized_keys");
      const own = `/opt/node/bin/node /opt/sshctl/bin/sshctl.js lock deploy --yes`;
      const { stderr, exitCode } = await lab().sh(`echo $(id -u deploy) >/proc/self/loginuid; exec ${own}`, patience);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 6,
        stderr: expect.stringContaining("deploy is your own account"),
      });
      expect((await lab().sshctl(["lock", "alice"], patience)).exitCode).toBe(6);
      expect((await lab().sshctl(["lock", "alice", "--dry-run"], patience)).exitCode).toBe(0);
      expect(await state()).toBe(before);
    });

    test("a lock that others have taken away is told, and what they have put there stays", { timeout }, async () => {
      await usePam("yes");
      await lockJson(lab(), "alice");
      await lab().must("chage -E 2040-01-01 alice");
      expect(await locksJson(lab())).toMatchObject({ exitCode: 5, locks: [{ user: "alice", state: "broken" }] });
      const { accounts, exitCode } = await unlockJson(lab(), "alice");
      expect({ accounts, exitCode }).toMatchObject({ exitCode: 5, accounts: [{ outcome: "changed" }] });
      expect(await lab().must("getent shadow alice | cut -d: -f8")).toBe("25567\n");
      await lab().must("chage -E -1 alice; chage -E 1970-01-05 bob");
      expect((await locksJson(lab())).locks.map(({ user, state: is }) => [user, is])).toEqual([
        ["alice", "broken"],
        ["bob", "foreign"],
      ]);
      expect(await unlockJson(lab(), "alice")).toMatchObject({ exitCode: 0, accounts: [{ outcome: "absent" }] });
    });

    test("a second server that a lock does not reach is a reason to lock nothing", { timeout }, async () => {
      await usePam("yes");
      const second = `Port 2299\nPidFile none\nUsePAM no\n${suite.hasPerSourcePenalties ? "PerSourcePenalties no\n" : ""}`;
      await lab().writeFile("/etc/second.conf", second);
      await lab().must("/usr/sbin/sshd -f /etc/second.conf");
      await expect.poll(async () => (await lab().sh("ss -Hltn 'sport = :2299'")).stdout).not.toBe("");
      const { exitCode, stderr } = await lab().sshctl(["lock", "alice", "--ssh-only", "--yes"], patience);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining("port 2299 is not reached"),
      });
      expect(await lockJson(lab(), "alice")).toMatchObject({
        exitCode: 0,
        accounts: [{ mechanism: { kind: "expiry" } }],
      });
      const at = async (port: number) => (await lab().sh(ssh("alice", "true", `-p ${String(port)}`))).exitCode;
      expect([await at(22), await at(2299)]).toEqual([255, 255]);
      await unlockJson(lab(), "alice");
      expect([await at(22), await at(2299)]).toEqual([0, 0]);
      await lab().must("kill $(ss -Hltnp 'sport = :2299' | grep -o 'pid=[0-9]*' | head -1 | cut -d= -f2)");
    });

    test("a configuration that sshd refuses is a reason to lock nothing by it", { timeout }, async () => {
      await usePam("yes");
      await lab().writeFile("/etc/ssh/sshd_config.d/99-broken.conf", "NoSuchKeyword yes\n");
      const before = await state();
      const { exitCode, stderr } = await lab().sshctl(["lock", "bob", "--ssh-only", "--yes"], patience);
      expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining("NoSuchKeyword") });
      expect(await state()).toBe(before);
      await lab().must("rm /etc/ssh/sshd_config.d/99-broken.conf");
      expect(await getsIn(lab(), "alice")).toBe(true);
    });

    test("several at once: each is locked, and each is unlocked", { timeout }, async () => {
      await usePam("yes");
      const before = await state();
      const users = Array.from({ length: 10 }, (_, index) => `many${String(index)}`);
      await lab().must(users.map((user) => `useradd -m ${user}`).join("; "));
      const during = await state();
      const [some, others, last] = [users.slice(0, 2), users.slice(2, 6), users.slice(6)];
      await Promise.all([
        lockJson(lab(), ...some, "--ssh-only"),
        lockJson(lab(), ...others),
        lockJson(lab(), ...last, "--ssh-only", "--no-kill"),
      ]);
      const { locks, exitCode } = await locksJson(lab());
      expect({ exitCode, users: locks.map(({ user }) => user).toSorted() }).toEqual({ exitCode: 0, users });
      await Promise.all([unlockJson(lab(), ...users.slice(1)), unlockJson(lab(), "many0")]);
      expect(await state()).toBe(during);
      await lab().must(users.map((user) => `userdel -r ${user} 2>/dev/null`).join("; "));
      expect(await state()).toBe(before);
    });

    test("a full disk is a reason to lock nothing", { timeout }, async () => {
      await usePam("yes");
      const before = await state();
      const full =
        "mkdir -p /var/lib/sshctl; mount -t tmpfs -o size=4k,mode=0700 none /var/lib/sshctl; mkdir -m 0700 /var/lib/sshctl/locks; head -c 8k /dev/zero >/var/lib/sshctl/full";
      await lab().sh(full);
      for (const words of [["alice"], ["alice", "--ssh-only"], ["--everyone"]]) {
        const { exitCode, stderr } = await lab().sshctl(["lock", ...words, "--yes"], patience);
        expect({ words, exitCode, stderr }).toEqual({ words, exitCode: 3, stderr: expect.stringContaining("full") });
      }
      await lab().must("umount /var/lib/sshctl");
      expect(await state()).toBe(before);
      expect(await getsIn(lab(), "alice")).toBe(true);
    });
  });
});

describeSuites(
  ({ name }) => [everySuite()[0]?.name, everySuite().at(-1)?.name].includes(name),
  "between the oldest systemd and the newest nothing differs for a timer",
  (suite) => {
    const lab = useMachine(suite.name);

    test("a timer ends a lock after a reboot, and locks again what was open", { timeout }, async () => {
      // The clock of the host may or may not be synchronised.
      await lab().must("mv /usr/bin/timedatectl /usr/bin/timedatectl.real");
      await lab().writeFile("/usr/bin/timedatectl", "#!/bin/sh\necho yes\n");
      const units = async () =>
        lab().must("ls /etc/systemd/system | grep sshctl; ls /var/lib/systemd/timers | grep sshctl; true");
      const before = await lab().must("chmod 755 /usr/bin/timedatectl; usermod -p '*' alice; getent shadow alice");
      const { accounts } = await lockJson(lab(), "alice", "--for", "6s");
      expect(accounts).toMatchObject([{ locked: true, until: expect.any(String) }]);
      expect(await getsIn(lab(), "alice")).toBe(false);
      await lab().reboot();
      await expect.poll(async () => getsIn(lab(), "alice"), { timeout: 120_000, interval: 500 }).toBe(true);
      await expect.poll(units, { timeout: 30_000 }).toBe("");
      expect(await lab().must("getent shadow alice")).toBe(before);
      expect(await locksJson(lab())).toMatchObject({ exitCode: 0, locks: [] });

      await lockJson(lab(), "alice", "--ssh-only");
      const opened = await lab().sshctl(["unlock", "alice", "--for", "6s", "--yes"], patience);
      expect(opened).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(/^alice: unlocked, until .*can log in again/),
      });
      const session = await lab().spawn(["sh", "-c", `exec ${ssh("alice", "echo open; sleep 600")}`]);
      await session.waitFor(/open/);
      await session.exited;
      expect(await getsIn(lab(), "alice")).toBe(false);
      expect(await locksJson(lab())).toMatchObject({ exitCode: 0, locks: [{ state: "in force" }] });
      await expect.poll(units, { timeout: 30_000 }).toBe("");
      expect(await unlockJson(lab(), "alice")).toMatchObject({ exitCode: 0 });
    });
  },
);

/** Every change of files that one of them makes is a place where it can be killed. */
describeSuites(
  (suite) => suite === everySuite().at(-1),
  "what sshctl does by itself is the same everywhere",
  (suite) => {
    const lab = useMachine(suite.name);

    test.each([
      ["expiry", ""],
      ["DenyUsers, for a while", "--ssh-only --for 1h"],
    ])(
      "SIGKILL at any step of a lock by %s leaves none, or one that unlock takes away",
      { timeout: 900_000 },
      async (_, words) => {
        await lab().writeFile("/opt/kill-at.cjs", killAt);
        const look =
          "find /etc/passwd /etc/shadow /etc/ssh -type f ! -name '.*' | sort | xargs sha256sum | sha256sum; ls /var/lib/sshctl/locks 2>/dev/null | wc -l; ls /etc/systemd/system | grep sshctl | wc -l";
        await lab().must("usermod -p '*' alice");
        const run = `${lab().node} ${sshctl}`;
        const killed = `${lab().node} --require /opt/kill-at.cjs ${sshctl} lock alice --yes --no-kill ${words}`;
        const before = await lab().must(look);
        const seen: string[] = [];
        for (let step = 1; seen.at(-1) !== "0"; step += 1) {
          const { stdout } = await lab().sh(
            `KILL_NAMES=1 KILL_AT=${String(step)} ${killed} >/root/out 2>&1; echo $?; ${run} unlock alice --yes >/dev/null 2>&1; ${look}`,
            { timeoutMs: 120_000 },
          );
          const [code = "", ...after] = stdout.split("\n");
          expect([step, after.join("\n")]).toEqual([step, before]);
          seen.push(code);
          expect(await getsIn(lab(), "alice")).toBe(true);
        }
        expect(seen.filter((code) => code === "137").length).toBeGreaterThan(3);
      },
    );

    test("whoever looks is told that an account is locked", { timeout }, async () => {
      const shell = await lab().spawn(["sh", "-c", `exec ${ssh("bob", "echo open; sleep 600")}`]);
      await shell.waitFor(/open/);
      const { accounts } = await lockJson(lab(), "bob", "--no-kill", "--reason", "INC-7");
      const locked = `bob has been locked by root since [^(]+, INC-7 \\(${accounts[0]?.id ?? ""}\\)`;
      const list = await lab().sshctl(["list"]);
      expect(list.stderr).toMatch(new RegExp(`${locked}, but still has 1 open session`));
      const pid = /^bob +\S+ .*?(\d+) /m.exec(
        (await lab().sshctl(["list", "--columns", "user,kind,pid,login"])).stdout,
      )?.[1];
      expect((await lab().sshctl(["show", pid ?? ""])).stdout).toMatch(/^account +locked by root since .*, INC-7 /m);
      expect((await lab().sshctl(["keys", "--user", "bob"])).stderr).toMatch(new RegExp(`${locked}: no key lets`));
      const checks = async () => (await lab().sshctl(["doctor"], patience)).stdout;
      expect(await checks()).toMatch(/^ok +locks +in force: bob/m);
      await lab().must("chage -E -1 bob");
      expect(await checks()).toMatch(/^missing +locks +do not hold: bob: the lock was removed/m);
      expect(await unlockJson(lab(), "bob")).toMatchObject({ exitCode: 0 });
      await lab().signal(shell.pid, "TERM");
      await shell.exited;
    });

    test("whom root protects is neither locked nor ended, and only root can say whom", { timeout }, async () => {
      const path = "/etc/sshctl/protected";
      const bob = await lab().spawn(["sh", "-c", `exec ${ssh("bob", "echo open; sleep 600")}`]);
      await bob.waitFor(/open/);
      const refused = async (words: string[], exitCode: number, message: string) => {
        const { stderr, exitCode: code } = await lab().sshctl([...words, "--yes"], patience);
        expect({ words, code, stderr }).toEqual({ words, code: exitCode, stderr: expect.stringContaining(message) });
      };
      await lab().must("mkdir /etc/sshctl; groupadd kept; usermod -aG kept bob");
      await lab().writeFile(path, "# these\n%kept\n");
      await refused(["lock", "bob"], 6, `line 2 of ${path}`);
      await refused(["kill-all", "--user", "bob"], 6, `line 2 of ${path}`);
      await lab().must(`chmod 0666 ${path}`);
      await refused(["kill-all", "--user", "bob"], 3, "can be written by users other than root");
      await lab().must(`chmod 0644 ${path}; chown bob /etc/sshctl`);
      await refused(["lock", "bob"], 3, "/etc/sshctl is not owned by root");
      await lab().must(`chown root /etc/sshctl; mv ${path} /root/kept; ln -s /root/kept ${path}`);
      await refused(["kill-all", "--user", "bob"], 3, "is a link");
      await lab().must(`rm ${path}`);
      // By the journal's word on whose key it was.
      const fingerprint = (await lab().must("ssh-keygen -lf /root/.ssh/id_lab.pub")).split(" ")[1] ?? "";
      await lab().writeFile(path, `${fingerprint}\n127.0.0.0/8\n`);
      await refused(["kill-all", "--user", "bob"], 6, "127.0.0.0/8");
      await refused(["kill-all", "--user", "bob", "--even-protected", "127.0.0.0/8"], 6, fingerprint);
      const lifted = ["--even-protected", "127.0.0.0/8", "--even-protected", fingerprint];
      const { exitCode } = await lab().sshctl(["lock", "bob", "--yes", ...lifted], patience);
      expect({ exitCode, client: await bob.exited }).toMatchObject({ exitCode: 0 });
      expect(await lab().must("journalctl -t sshctl -o cat SSHCTL_USER=bob")).toContain(
        `even_protected="127.0.0.0/8 ${fingerprint}"`,
      );
      await lab().must("rm -r /etc/sshctl; groupdel kept");
      expect(await unlockJson(lab(), "bob")).toMatchObject({ exitCode: 0 });
    });
  },
);

/** What a client writes when it has come so far. */
const stageMarks = {
  connected: "Connection established",
  "keys exchanged": "SSH2_MSG_NEWKEYS received",
  // By the method "none", with which every client begins.
  "name sent": "Authentications that can continue",
  "key accepted": "Server accepts key",
};

interface HeldLogins {
  stages: readonly string[];
  goOn: () => Promise<(readonly [string, "in" | "out"])[]>;
}

/**
 * Clients that stop in the middle of a login: before the server's greeting is read, after the keys were exchanged, and with the
 * public key accepted and the signature still to come. What stops is the client's own process, and what is signalled is only that.
 */
async function holdLogins(machine: Machine, wanted: readonly string[] = Object.keys(stageMarks)): Promise<HeldLogins> {
  const held: { stage: string; client: MachineProcess }[] = [];
  for (const [stage, mark] of Object.entries(stageMarks).filter(([name]) => wanted.includes(name))) {
    const client = await machine.spawn([
      "bash",
      "-c",
      `exec 3< <(exec ssh -v ${options.replace("LogLevel=ERROR", "LogLevel=DEBUG1")} alice@127.0.0.1 'echo in' 2>&1 </dev/null); pid=$!; while read -r line <&3; do echo "$line"; case $line in *"${mark}"*) kill -STOP $pid; echo held; read -r _; kill -CONT $pid ;; esac; done; echo over`,
    ]);
    await client.waitFor(/^held$/m);
    held.push({ stage, client });
  }
  return {
    stages: held.map(({ stage }) => stage),
    goOn: async () => {
      const outcomes: (readonly [string, "in" | "out"])[] = [];
      for (const { stage, client } of held) {
        client.write("\n");
        await client.waitFor(/^over$/m);
        outcomes.push([stage, /^in$/m.test(client.stdout) ? "in" : "out"]);
      }
      return outcomes;
    },
  };
}

/** Accounts that getent(1) knows, and no file of shadow's tools. */
const directory: Layer = { name: "extrausers", packages: ["libnss-extrausers"] };

describeSuites(
  ({ name }) => name === "trixie",
  "a directory is the same to each of them, and chage knows its accounts nowhere",
  (suite) => {
    const lab = useMachine(suite.name, { layers: [directory] });

    beforeAll(async () => {
      await lab().must(
        `usermod -p '*' alice
mkdir -p /var/lib/extrausers
echo 'dora:x:7000:7000::/home/dora:/bin/sh' >/var/lib/extrausers/passwd
echo 'dora:x:7000:' >/var/lib/extrausers/group
echo 'dora:*:19000:0:99999:7:::' >/var/lib/extrausers/shadow
sed -i -E 's/^(passwd|group|shadow):.*/& extrausers/' /etc/nsswitch.conf
mkdir -p /home/dora/.ssh
cp ~alice/.ssh/authorized_keys /home/dora/.ssh
chown -R dora:dora /home/dora`,
      );
    });

    test("an account of a directory is locked on this host, and only here, until unlock", { timeout }, async () => {
      expect(await getsIn(lab(), "dora")).toBe(true);
      const open = await lab().sshctl(["access", "dora"], patience);
      expect(open.stdout).toContain("directory account, uid 7000");
      const session = await lab().spawn(["sh", "-c", `exec ${ssh("dora", "echo open; sleep 600")}`]);
      await session.waitFor(/open/);

      const { stdout } = await lab().sshctl(["lock", "7000", "--dry-run"], patience);
      expect(stdout.split("\n")[0]).toBe(
        "Lock dora (uid 7000) on this host only, since it is an account of a directory: DenyUsers dora in /etc/ssh/sshd_config.d/00-0-sshctl-lock.conf",
      );
      const { accounts, complete, exitCode } = await lockJson(lab(), "dora");
      expect([exitCode, complete]).toEqual([0, true]);
      expect(accounts).toMatchObject([{ user: "dora", uid: 7000, locked: true, mechanism: { kind: "deny" } }]);
      await session.exited;
      expect([await getsIn(lab(), "dora"), await getsIn(lab(), "alice")]).toEqual([false, true]);
      expect((await lab().sshctl(["access", "dora"], patience)).stdout).toContain("DenyUsers");
      expect(await locksJson(lab())).toMatchObject({ exitCode: 0, locks: [{ user: "dora", state: "in force" }] });
      expect(await unlockJson(lab(), "dora")).toMatchObject({ exitCode: 0 });
      expect(await getsIn(lab(), "dora")).toBe(true);
    });

    test(
      "whoever shares the account or its address is named, and the line to copy exempts them",
      { timeout },
      async () => {
        await lab().must(
          `ssh-keygen -q -t ed25519 -N '' -C second@home -f /root/second && cat /root/second.pub >>~alice/.ssh/authorized_keys`,
        );
        await lab().writeFile("/etc/ssh/sshd_config.d/00-0-penalties.conf", "PerSourcePenalties yes\n");
        await reloadSshd(lab());
        for (const user of ["alice", "bob"]) expect(await getsIn(lab(), user)).toBe(true);
        await lab().must(ssh("alice", "true").replace("/root/.ssh/id_lab", "/root/second"));
        const plan = async () => {
          const { stdout } = await lab().sshctl(["lock", "alice", "--dry-run"], patience);
          return stdout.replaceAll(/\s+/g, " ");
        };
        const told = await plan();
        expect(told).toMatch(/this locks everybody who uses alice \(2 keys in the last 30 days: .*second@home/);
        expect(told).toMatch(/everybody behind 127\.0\.0\.1 refused, also [^;]*bob/);
        const line = /PerSourcePenaltyExemptList \S+/.exec(told)?.[0] ?? "";
        await lab().writeFile("/etc/ssh/sshd_config.d/00-exempt.conf", `${line}\n`);
        await reloadSshd(lab());
        expect(await plan()).not.toContain("PerSourcePenaltyExemptList");
        expect((await lockJson(lab(), "alice")).exitCode).toBe(0);
        for (let attempt = 0; attempt < 6; attempt += 1) expect(await getsIn(lab(), "alice")).toBe(false);
        expect(await getsIn(lab(), "bob")).toBe(true);
        expect((await unlockJson(lab(), "alice")).exitCode).toBe(0);
      },
    );
  },
);
