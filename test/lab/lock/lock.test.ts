/** Whether a lock locks: what clients say that try to get in, before, during and after it. */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LockDocument, LocksDocument, UnlockDocument } from "../../../src/text/json-contract.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import { documentOf } from "../machine/document.ts";
import { startDropbear } from "../machine/dropbear.ts";
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

/** For half a minute, and until all scenes are over: when it began, what came of each attempt, and when it ended. */
const comingBackFor = (user: string) =>
  `begin=$(date +%s); echo began $begin; while [ ! -e /tmp/over ] || [ $(date +%s) -lt $((begin + 31)) ]; do ssh ${options} ${user}@127.0.0.1 'echo in' </dev/null || echo out; sleep 0.2; done; echo ended $(date +%s)`;

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

  // What a scene that failed has left.
  afterEach(async () => {
    await lab().must(
      "rm -f /etc/ssh/sshd_config.d/99-broken.conf; [ ! -e /root/.ssh/away ] || mv /root/.ssh/away /root/.ssh/authorized_keys; for name in /var/lib/sshctl/locks/*-100[0-9].json; do [ ! -e $name ] || rm $name; done; file=/etc/ssh/sshd_config.d/00-0-sshctl-lock.conf; [ ! -e $file ] || sed -i '/uid 100[0-9]$/,+1d' $file; grep -qs DenyUsers $file || rm -f $file; chage -E -1 alice; chage -E -1 bob",
    );
    await reloadSshd(lab());
  });

  /** Locked by one and by the other way, they come back all the time, with and without PAM, whatever else is going on. */
  const restless = ["dom.user-x", "Zoë Smith"];
  let loops: { client: MachineProcess; lockedAt: number }[] = [];

  test("two who will not give up are locked", { timeout }, async () => {
    const clients = await Promise.all(
      restless.map(async (user) => lab().spawn(["sh", "-c", comingBackFor(`'${user}'`)])),
    );
    for (const client of clients) await client.waitFor(/^in$/m);
    await lockJson(lab(), "dom.user-x");
    await lockJson(lab(), "Zoë Smith", "--ssh-only");
    loops = clients.map((client) => ({ client, lockedAt: client.stdout.length }));
    expect((await locksJson(lab())).locks.map(({ user, state: is }) => [user, is])).toEqual(
      restless.map((user) => [user, "in force"]),
    );
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

        const { accounts, complete, exitCode } = await lockJson(
          lab(),
          "alice",
          "--reason",
          "INC-1",
          "--probe",
          ...words,
        );
        const logins = loop.stdout.length;
        expect({ complete, exitCode }).toEqual({ complete: true, exitCode: 0 });
        expect(accounts).toMatchObject([
          {
            user: "alice",
            locked: true,
            openAt: [],
            problem: null,
            mechanism: { kind },
            probes: [{ outcome: "refused", text: expect.stringMatching(/alice.*(?:denied|PAM|expired|DenyUsers)/) }],
          },
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
          locks: [{}, {}, { user: "alice", state: "in force", record: { reason: "INC-1" } }],
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

  test(
    "who comes back for half a minute and longer never gets a shell, with PAM and without",
    { timeout },
    async () => {
      await lab().must("touch /tmp/over");
      for (const { client, lockedAt } of loops) {
        await client.waitFor(/^ended/m);
        const [, began = "0", ended = "0"] = /began (\d+)[^]*ended (\d+)/.exec(client.stdout) ?? [];
        expect(Number(ended) - Number(began)).toBeGreaterThan(30);
        const attempts: readonly string[] = client.stdout.slice(lockedAt).match(/^(?:in|out)$/gm) ?? [];
        expect({ some: attempts.length > 20, in: attempts.includes("in") }).toEqual({ some: true, in: false });
      }
      expect(await unlockJson(lab(), ...restless)).toMatchObject({ exitCode: 0 });
      for (const user of restless) expect([user, await getsIn(lab(), `'${user}'`)]).toEqual([user, true]);
    },
  );

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

    test(
      "a second server of a unit gets a block in its own configuration, which goes byte for byte",
      { timeout },
      async () => {
        await usePam("yes");
        const penalties = suite.hasPerSourcePenalties ? "PerSourcePenalties no\n" : "";
        await lab().writeFile(
          "/etc/ssh/second",
          `Port 2299\nPidFile none\n${penalties}Match User bob\n  X11Forwarding no`,
        );
        await lab().writeFile(
          "/etc/systemd/system/second.service",
          "[Service]\nExecStart=/usr/sbin/sshd -D -f /etc/ssh/second\nExecReload=/usr/sbin/sshd -t -f /etc/ssh/second\nExecReload=/bin/kill -HUP $MAINPID\nKillMode=process\n",
        );
        await lab().must("systemctl daemon-reload; systemctl start second");
        await expect.poll(async () => (await lab().sh("ss -Hltn 'sport = :2299'")).stdout).not.toBe("");
        const before = await state();
        const at = async (port: number) => (await lab().sh(ssh("alice", "true", `-p ${String(port)}`))).exitCode;
        expect(await lockJson(lab(), "alice", "--ssh-only", "--probe")).toMatchObject({
          exitCode: 0,
          accounts: [
            {
              locked: true,
              mechanism: { paths: expect.arrayContaining(["/etc/ssh/second"]) },
              probes: [{ outcome: "refused" }, { outcome: "refused" }],
            },
          ],
        });
        expect([await at(22), await at(2299)]).toEqual([255, 255]);
        expect(await locksJson(lab())).toMatchObject({ exitCode: 0, locks: [{ state: "in force" }] });
        expect(await unlockJson(lab(), "alice")).toMatchObject({ exitCode: 0 });
        expect([await at(22), await at(2299)]).toEqual([0, 0]);
        expect(await state()).toBe(before);
        await lab().must(
          "systemctl stop second; rm /etc/ssh/second /etc/systemd/system/second.service; systemctl daemon-reload",
        );
      },
    );

    test("dropbear is a reason to lock nothing, and one that comes later is told by name", { timeout }, async () => {
      await usePam("yes");
      const before = await state();
      const alone = await startDropbear(lab());
      const { exitCode, stderr } = await lab().sshctl(["lock", "alice", "--yes"], patience);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringMatching(/dropbear.* would still let alice in/),
      });
      expect(await state()).toBe(before);
      await lab().signal(alone.pid, "TERM");
      await alone.exited;
      expect(await lockJson(lab(), "alice")).toMatchObject({ exitCode: 0 });
      const later = await startDropbear(lab());
      expect(await locksJson(lab())).toMatchObject({
        exitCode: 5,
        locks: [{ user: "alice", state: "broken", text: expect.stringContaining("not refused by dropbear") }],
      });
      await lab().signal(later.pid, "TERM");
      await later.exited;
      expect(await unlockJson(lab(), "alice")).toMatchObject({ exitCode: 0 });
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

    test("ten at once: each is locked, and each is unlocked", { timeout }, async () => {
      await usePam("yes");
      const before = await state();
      const users = Array.from({ length: 10 }, (_, index) => `many${String(index)}`);
      await lab().must(users.map((user) => `useradd -m ${user}`).join("; "));
      const during = await state();
      await Promise.all(
        users.map(async (user, index) =>
          lockJson(lab(), user, "--no-kill", ...(index % 2 === 0 ? ["--ssh-only"] : [])),
        ),
      );
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
      const { accounts } = await lockJson(lab(), "alice", "--for", "15s");
      expect(accounts).toMatchObject([{ locked: true, until: expect.any(String) }]);
      expect(await getsIn(lab(), "alice")).toBe(false);
      await lab().reboot();
      await expect.poll(async () => getsIn(lab(), "alice"), { timeout: 120_000, interval: 500 }).toBe(true);
      await expect.poll(units, { timeout: 30_000 }).toBe("");
      expect(await lab().must("getent shadow alice")).toBe(before);
      expect(await locksJson(lab())).toMatchObject({ exitCode: 0, locks: [] });

      await lockJson(lab(), "alice", "--ssh-only");
      const opened = await lab().sshctl(["unlock", "alice", "--for", "15s", "--yes"], patience);
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

      // A sshctl that is gone when its timer comes.
      await lab().must("mkdir /opt/moved; cp -r /opt/sshctl/bin /opt/sshctl/dist /opt/moved/");
      await lab().must(`${lab().node} /opt/moved/bin/sshctl.js lock alice --for 20s --no-kill --yes; rm -r /opt/moved`);
      await expect
        .poll(async () => lab().must("systemctl show --value -p Result sshctl-locks"), { timeout: 60_000 })
        .toBe("exit-code\n");
      expect(await getsIn(lab(), "alice")).toBe(false);
      expect(await locksJson(lab())).toMatchObject({
        exitCode: 5,
        locks: [
          { state: "broken", text: expect.stringContaining("/opt/moved/bin/sshctl.js, which is not there any more") },
        ],
      });
      // systemd may have started it before its time, which it looks at by itself.
      const due = async () => (await lab().sshctl(["unlock", "--due"], patience)).stdout;
      await expect.poll(due, { timeout: 60_000, interval: 1000 }).toBe("alice: unlocked\n");
      expect([await getsIn(lab(), "alice"), await units()]).toEqual([true, ""]);
    });
  },
);

/** Every change of files that one of them makes is a place where it can be killed. */
describeSuites(
  (suite) => suite === everySuite().at(-1),
  "what sshctl does by itself is the same everywhere",
  (suite) => {
    const lab = useMachine(suite.name);

    const noInclude =
      "sed -i 's/^Include/#&/' /etc/ssh/sshd_config; cat /etc/ssh/sshd_config.d/*.conf >>/etc/ssh/sshd_config; mv /etc/ssh/sshd_config.d /root/";
    test.each([
      ["expiry", "alice", "true"],
      ["DenyUsers, for a while", "alice --ssh-only --for 1h", "true"],
      ["everyone", "--everyone --except-user deploy --message soon --for 1h", "true"],
      ["DenyUsers in a block", "alice --ssh-only", noInclude],
    ])(
      "SIGKILL at any step of a lock by %s leaves none, or one that unlock takes away",
      { timeout: 900_000 },
      async (_, words, prepare) => {
        await lab().writeFile("/opt/kill-at.cjs", killAt);
        const look =
          "find /etc/passwd /etc/shadow /etc/ssh -type f ! -name '.*' | sort | xargs sha256sum | sha256sum; ls /var/lib/sshctl/locks 2>/dev/null | wc -l; ls /etc/systemd/system | grep sshctl | wc -l";
        await lab().must("usermod -p '*' alice; rm -rf /root/etc-ssh; cp -a /etc/ssh /root/etc-ssh");
        await lab().must(prepare);
        await reloadSshd(lab());
        const run = `${lab().node} ${sshctl}`;
        const killed = `${lab().node} --require /opt/kill-at.cjs ${sshctl} lock ${words} --yes --no-kill`;
        const before = await lab().must(look);
        const seen: string[] = [];
        const whom = words.startsWith("--everyone") ? "--everyone" : "alice";
        for (let step = 1; seen.at(-1) !== "0"; step += 1) {
          const { stdout } = await lab().sh(
            `KILL_NAMES=1 KILL_AT=${String(step)} ${killed} >/root/out 2>&1; echo $?; ${run} unlock ${whom} --yes >/dev/null 2>&1; ${look}`,
            { timeoutMs: 120_000 },
          );
          const [code = "", ...after] = stdout.split("\n");
          expect([step, after.join("\n")]).toEqual([step, before]);
          seen.push(code);
          expect(await getsIn(lab(), "alice")).toBe(true);
        }
        expect(seen.filter((code) => code === "137").length).toBeGreaterThan(3);
        await lab().must("rm -rf /etc/ssh /root/sshd_config.d; mv /root/etc-ssh /etc/ssh");
        await reloadSshd(lab());
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
/** What runs without a login, and what asks PAM's account phase alone. */
const jobs: Layer = { name: "jobs", packages: ["cron", "at", "pamtester"] };

describeSuites(
  ({ name }) => name === "trixie",
  "a directory is the same to each of them, and chage knows its accounts nowhere",
  (suite) => {
    const lab = useMachine(suite.name, { layers: [directory, jobs] });

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
      const session = await lab().spawn([
        "sh",
        "-c",
        `exec ${ssh("dora", "nohup sleep 7777 >/dev/null 2>&1 & echo open; sleep 600")}`,
      ]);
      await session.waitFor(/open/);

      const { stdout } = await lab().sshctl(["lock", "7000", "--dry-run"], patience);
      expect(stdout.split("\n")[0]).toBe(
        "Lock dora (uid 7000) on this host only, since it is an account of a directory: DenyUsers dora in /etc/ssh/sshd_config.d/00-0-sshctl-lock.conf",
      );
      const { accounts, complete, exitCode } = await lockJson(lab(), "dora", "--everything");
      expect([exitCode, complete]).toEqual([0, true]);
      expect(accounts).toMatchObject([{ user: "dora", uid: 7000, locked: true, mechanism: { kind: "deny" } }]);
      await session.exited;
      expect((await lab().sh("pgrep -u dora -x sleep")).stdout).toBe("");
      expect([await getsIn(lab(), "dora"), await getsIn(lab(), "alice")]).toEqual([false, true]);
      expect((await lab().sshctl(["access", "dora"], patience)).stdout).toContain("DenyUsers");
      expect(await locksJson(lab())).toMatchObject({ exitCode: 0, locks: [{ user: "dora", state: "in force" }] });
      expect(await unlockJson(lab(), "dora")).toMatchObject({ exitCode: 0 });
      expect(await getsIn(lab(), "dora")).toBe(true);
    });

    test("where only PAM can tell, its account phase is asked, and logins agree", { timeout }, async () => {
      await lab().must(
        "cp -p /etc/pam.d/sshd /root/sshd.pam; sed -i '1i account required pam_access.so' /etc/pam.d/sshd; echo '-:bob:ALL' >>/etc/security/access.conf",
      );
      const cursor = (await lab().must("journalctl -q -n 1 --show-cursor -o cat | sed -n 's/^-- cursor: //p'")).trim();
      const says = async (user: string) => (await lab().sshctl(["access", user], patience)).stdout.split("\n")[0];
      expect([await says("alice"), await says("bob")]).toEqual(["alice can log in here.", "bob cannot log in here."]);
      await lab().must("journalctl --sync");
      const opened = await lab().must(
        `journalctl -q -o cat --after-cursor='${cursor}' | grep -c 'session opened' || true`,
      );
      expect(opened.trim()).toBe("0");
      expect([await getsIn(lab(), "alice"), await getsIn(lab(), "bob")]).toEqual([true, false]);
      await lab().must("mv /root/sshd.pam /etc/pam.d/sshd; sed -i '$d' /etc/security/access.conf");
    });

    test("what runs without a login is stopped with the lock, and is as it was after unlock", { timeout }, async () => {
      const spool = "/var/spool/cron";
      await lab().must(
        `wants=~bob/.config/systemd/user/default.target.wants; mkdir -p $wants; printf '[Service]\\nExecStart=/bin/sleep 9999\\n' >$wants/../mine.service; ln -s ../mine.service $wants/; chown -R bob: ~bob/.config`,
      );
      await lab().must(
        "systemctl start cron atd; loginctl enable-linger bob; echo '0 0 1 1 * date' | crontab -u bob -; echo 'touch /tmp/due' | su bob -c 'at now + 3 hours' 2>&1",
      );
      const files = async () =>
        lab().must(
          `cd ${spool} && find crontabs atjobs -type f ! -name .SEQ -exec stat -c '%n %i %U %G %a %Y' {} + -exec cat {} + | sha256sum; ls -A /var/lib/systemd/linger`,
        );
      const known = async () => ({
        crontab: (await lab().sh("crontab -u bob -l")).exitCode,
        atq: (await lab().must("atq")).trim() === "" ? 0 : 1,
        service: (await lab().sh("pgrep -u bob -x sleep")).exitCode,
      });
      await expect.poll(known, { timeout: 60_000 }).toEqual({ crontab: 0, atq: 1, service: 0 });
      const before = await files();
      const plan = (await lab().sshctl(["lock", "bob", "--dry-run"], patience)).stdout.replaceAll(/\s+/g, " ");
      expect(plan).toMatch(/stops PAM refuses the account for cron, atd, su, .*sudo/);
      expect(plan).toContain(`stops the crontab ${spool}/crontabs/bob is not run meanwhile`);
      expect(plan).toContain("stays services that run without a login go on (--stop-services ends them until unlock)");
      expect(plan).toContain("stays by sudo alice may still run programs as bob");
      expect(plan).toMatch(/stays the same key opens (?:root|alice)/);
      expect(await files()).toBe(before);

      const flags = ["--stop-services", "--stop-crontab", "--stop-at"];
      expect(await lockJson(lab(), "bob", ...flags)).toMatchObject({
        exitCode: 0,
        accounts: [{ locked: true, unstopped: [] }],
      });
      expect(await known()).toEqual({ crontab: 1, atq: 0, service: 1 });
      expect(await unlockJson(lab(), "bob")).toMatchObject({ exitCode: 0, accounts: [{ notBack: [] }] });
      expect(await files()).toBe(before);
      await expect.poll(known, { timeout: 60_000 }).toEqual({ crontab: 0, atq: 1, service: 0 });
      await lab().must("loginctl disable-linger bob; crontab -u bob -r; atrm $(atq | cut -f1)");
    });

    test(
      "whoever shares the account or its address is named, and --exempt keeps penalties from them until unlock",
      { timeout },
      async () => {
        await lab().must(
          `ssh-keygen -q -t ed25519 -N '' -C second@home -f /root/second && cat /root/second.pub >>~alice/.ssh/authorized_keys`,
        );
        await lab().writeFile("/etc/ssh/sshd_config.d/00-0-penalties.conf", "PerSourcePenalties yes\n");
        await reloadSshd(lab());
        for (const user of ["alice", "bob"]) expect(await getsIn(lab(), user)).toBe(true);
        await lab().must(ssh("alice", "true").replace("/root/.ssh/id_lab", "/root/second"));
        const plan = async (user: string) => {
          const { stdout } = await lab().sshctl(["lock", user, "--dry-run"], patience);
          return stdout.replaceAll(/\s+/g, " ");
        };
        const told = await plan("alice");
        expect(told).toMatch(/this locks everybody who uses alice \(2 keys in the last 30 days: .*second@home/);
        expect(told).toMatch(/everybody behind 127\.0\.0\.1 refused, also [^;]*bob/);
        const files = "find /etc/ssh -type f | sort | xargs sha256sum";
        const before = await lab().must(files);
        expect(await lockJson(lab(), "alice", "--exempt")).toMatchObject({
          exitCode: 0,
          accounts: [{ exempt: expect.arrayContaining(["127.0.0.1"]) }],
        });
        expect(await plan("bob")).not.toContain("get everybody behind");
        for (let attempt = 0; attempt < 6; attempt += 1) expect(await getsIn(lab(), "alice")).toBe(false);
        expect(await getsIn(lab(), "bob")).toBe(true);
        expect((await unlockJson(lab(), "alice")).exitCode).toBe(0);
        expect(await lab().must(files)).toBe(before);
      },
    );
  },
);
