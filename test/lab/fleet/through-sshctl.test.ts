/** `lock`, `unlock`, `keys revoke` and `timeout` with --on, against what clients can do on each of three machines: two have sshctl. */
import { beforeAll, expect, test } from "vitest";
import type {
  CaseDocument,
  FleetAccessDocument,
  FleetLocksDocument,
  FleetTimeoutDocument,
} from "../../../src/text/json-contract.ts";
import { violationsOf, type SchemaName } from "../../helpers/schemas.ts";
import { documentOf } from "../machine/document.ts";
import { describeSuites, useMachine } from "../machine/lab-test.ts";
import { node, sshctl, type Machine } from "../machine/machine.ts";
import { joinByNetwork } from "../machine/network.ts";
import { openCommand } from "../machine/ssh-client.ts";

const installed = `#!/bin/sh\nexec ${node} ${sshctl} "$@"\n`;

/** Writes the contract of a version that is to come. */
const newer = installed.replace("exec ", "").replace('"$@"', `"$@" | sed 's,"sshctl.lock/1","sshctl.lock/2",'`);

const all = ["--yes", "--at-most", "9"];

/** On a machine that is busy with other tests. */
const timeout = 240_000;

describeSuites(
  ({ name }) => name === "trixie",
  "one decision for three machines, of which two have sshctl",
  () => {
    const hub = useMachine("trixie");
    const bare = useMachine("bookworm");
    const young = useMachine("forky");
    const addresses: Record<string, string> = {};

    beforeAll(async () => {
      const [own = "", old = "", forky = ""] = await joinByNetwork([hub(), bare(), young()]);
      Object.assign(addresses, { here: own, bare: old, young: forky });
      const key = await hub().must("cat /root/.ssh/id_lab.pub");
      for (const machine of [bare(), young()])
        await machine.must(
          "cat >/run/key; for folder in /root/.ssh /home/*/.ssh; do cat /run/key >>$folder/authorized_keys; done",
          { input: key },
        );
      for (const machine of [hub(), young()]) await machine.writeFile("/usr/local/bin/sshctl", installed, "755");
      const hosts = Object.entries(addresses).map(([name, address]) => `Host ${name}\n  HostName ${address}`);
      const shut = `Host shut\n  HostName ${forky}\n  Port 1`;
      const common = "Host *\n  IdentityFile /root/.ssh/id_lab\n  StrictHostKeyChecking accept-new";
      await hub().writeFile("/root/.ssh/config", `${[...hosts, shut, common].join("\n")}\n`, "600");
      // A key for which somebody stole the laptop.
      await hub().must("ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/stolen -C laptop");
      const stolen = await hub().must("cat /root/.ssh/stolen.pub");
      for (const machine of [hub(), bare(), young()])
        await machine.must("cat >>/home/bob/.ssh/authorized_keys", { input: stolen });
    });

    const on = async (...args: string[]) => hub().sshctl(args, { timeoutMs: 200_000 });

    async function json<T>(schema: SchemaName, ...args: string[]): Promise<T & { exitCode: number; stderr: string }> {
      const result = await on(...args, "-o", "json");
      const document = documentOf(result);
      expect(violationsOf(schema, document)).toEqual([]);
      return { ...(document as T), exitCode: result.exitCode, stderr: result.stderr };
    }

    const caseOf = async (...args: string[]) => {
      const document = await json<CaseDocument>("case-1", ...args, ...all);
      return { ...document, kinds: Object.fromEntries(document.hosts.map(({ name, outcome }) => [name, outcome])) };
    };

    /** Where this account gets in by this key, as the client knows. */
    async function entries(user: string, key = "id_lab"): Promise<string[]> {
      const ssh = `ssh -i /root/.ssh/${key} -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
      const names: string[] = [];
      for (const [name, address] of Object.entries(addresses)) {
        const { stdout } = await hub().sh(`${ssh} ${user}@${address} 'echo in' </dev/null`);
        if (stdout === "in\n") names.push(name);
      }
      return names;
    }

    const journalOf = async (machine: Machine) =>
      machine.must("journalctl -t sshctl -o cat --no-pager; journalctl -t sshctl -o json --no-pager", {
        timeoutMs: 60_000,
      });

    test(
      "locks an account where sshctl is, ends its sessions, and names where it is not locked",
      { timeout },
      async () => {
        const client = await openCommand(hub(), { host: addresses["young"] ?? "", user: "alice" });
        expect(await entries("alice")).toEqual(["here", "bare", "young"]);
        const plan = await on("lock", "alice", "--on", "here,bare,young,shut", "--dry-run");
        expect(plan).toMatchObject({ exitCode: 0 });
        expect(plan.stdout).toMatch(/^young +alice +by account expiry; ends 1 session$/m);
        expect(plan.stdout).toMatch(/^bare +alice +only expiry by chage, unproven: no sshctl there$/m);
        expect(await entries("alice")).toEqual(["here", "bare", "young"]);

        const done = await caseOf("lock", "alice", "--on", "here,bare,young,shut", "--reason", "INC-123");
        expect(done.exitCode, done.stderr).toBe(5);
        expect(done.kinds).toEqual({ here: "proven", bare: "not-done", young: "proven", shut: "lost" });
        expect(done.again).toContain("--on bare,shut");
        await client.exited;
        // On a machine where sshd asks PAM it works, too; but who knows?
        expect(await entries("alice")).toEqual([]);
        expect(await entries("bob")).toEqual(["here", "bare", "young"]);
        expect(done.hosts.find(({ name }) => name === "bare")?.message).toContain(
          "it never expired (chage -E -1 alice)",
        );
        expect(await bare().must("journalctl -t sshctl -o cat --no-pager")).toMatch(/act="lock" .*caller_host=/);
        await bare().must("chage -E -1 alice");
        expect(await entries("alice")).toEqual(["bare"]);
        expect(await journalOf(young())).toContain(`INC-123; asked by root on ${done.callerHost}, ${done.id}`);
      },
    );

    test("shows where she gets in, and which locks hold", { timeout }, async () => {
      const access = await json<FleetAccessDocument>("fleet-access-1", "access", "alice", "--on", "here,young");
      expect([access.exitCode, access.hosts.map(({ access: told }) => told?.answer)]).toEqual([1, ["no", "no"]]);
      const open = await on("access", "bob", "--on", "here,young,bare");
      expect(open.exitCode).toBe(5);
      expect(open.stdout).toMatch(/^bob can log in on 2 of 3 hosts\.\n {2}here,young +yes, by publickey/);
      const locks = await json<FleetLocksDocument>("fleet-locks-1", "locks", "--on", "here,young");
      expect(locks.exitCode).toBe(0);
      expect(locks.hosts.map(({ locks: told }) => told?.locks.map(({ user, state }) => [user, state]))).toEqual([
        [["alice", "in force"]],
        [["alice", "in force"]],
      ]);
      const again = await on("lock", "alice", "nosuch", "--on", "here,young", ...all);
      expect(again).toMatchObject({ exitCode: 1 });
      expect(again.stdout).toMatch(/^here,young +alice +locked already, and the lock holds/m);
    });

    test("unlocks everywhere, and is content where nothing is locked", { timeout }, async () => {
      const done = await caseOf("unlock", "alice", "--on", "here,young");
      expect([done.exitCode, done.kinds]).toEqual([0, { here: "proven", young: "proven" }]);
      expect(await entries("alice")).toEqual(["here", "bare", "young"]);
      expect(await on("unlock", "alice", "--on", "here,young", ...all)).toMatchObject({ exitCode: 1 });
    });

    test("acts on no host whose sshctl writes another contract", { timeout }, async () => {
      await young().writeFile("/usr/local/bin/sshctl", newer, "755");
      const done = await caseOf("lock", "alice", "--on", "young");
      expect([done.exitCode, done.hosts[0]?.code]).toEqual([5, "other-sshctl"]);
      expect(await entries("alice")).toEqual(["here", "bare", "young"]);
      await young().writeFile("/usr/local/bin/sshctl", installed, "755");
    });

    test("keeps what a host's own file protects, and locks the others", { timeout }, async () => {
      await young().must("mkdir -p /etc/sshctl && echo carol >/etc/sshctl/protected");
      const done = await caseOf("lock", "carol", "alice", "--on", "here,young", "--no-kill");
      expect([done.exitCode, done.kinds]).toEqual([5, { here: "proven", young: "refused" }]);
      expect([await entries("carol"), await entries("alice")]).toEqual([["bare", "young"], ["bare"]]);
      await caseOf("unlock", "carol", "alice", "--on", "here,young");
      await young().must("rm /etc/sshctl/protected");
    });

    test(
      "a host that dies between plan and act was lost, and a time-out is decided by another look",
      { timeout },
      async () => {
        const dying = `${installed.replace("exec ", "")}case "$*" in *--dry-run*) systemctl stop ssh.socket ssh ;; esac\n`;
        await young().writeFile("/usr/local/bin/sshctl", dying, "755");
        const lost = await caseOf("lock", "alice", "--on", "here,young");
        expect([lost.exitCode, lost.kinds]).toEqual([5, { here: "proven", young: "lost" }]);
        await young().must("systemctl start ssh");

        const slow = `#!/bin/sh\ncase "$*" in *--yes*) ${node} ${sshctl} "$@" >/dev/null; exec sleep 60 ;; esac\nexec ${node} ${sshctl} "$@"\n`;
        await young().writeFile("/usr/local/bin/sshctl", slow, "755");
        const late = await caseOf("lock", "alice", "--on", "young", "--host-timeout", "25s");
        expect(late.hosts, JSON.stringify(late.hosts)).toMatchObject([{ name: "young", outcome: "proven" }]);
        expect(late.hosts[0]?.message).toContain("as another look has shown");
        await young().writeFile("/usr/local/bin/sshctl", installed, "755");
        expect(await entries("alice")).toEqual(["bare"]);
        await caseOf("unlock", "alice", "--on", "here,young");
      },
    );

    test("locks a stolen key out with its sessions, and a later run does what was left", { timeout }, async () => {
      const thief = "-i /root/.ssh/stolen -o IdentitiesOnly=yes -F none -o StrictHostKeyChecking=no";
      const open = async (from: Machine, to: string) => {
        const client = await from.spawn(["sh", "-c", `ssh ${thief} bob@${addresses[to] ?? ""} 'echo in; cat'`]);
        await client.waitFor(/in\n/);
        return client;
      };
      await young().must("umask 077 && cat >/root/.ssh/stolen", { input: await hub().must("cat /root/.ssh/stolen") });
      // Sessions from the machine that asks are the caller's own on a host without sshctl, and are spared.
      const [session, elsewhere] = [await open(hub(), "young"), await open(young(), "bare")];
      expect(await entries("bob", "stolen")).toEqual(["here", "bare", "young"]);
      const fingerprint = (await hub().must("ssh-keygen -lf /root/.ssh/stolen.pub")).split(" ")[1] ?? "";
      // Without sshctl the sessions of the key end, and nothing else.
      const cut = await caseOf("keys", "revoke", fingerprint, "--kill", "--on", "bare");
      expect([cut.exitCode, cut.kinds]).toEqual([5, { bare: "not-done" }]);
      expect(cut.hosts[0]?.items.map(({ outcome }) => outcome)).toEqual(["not-done", "proven"]);
      await elsewhere.exited;
      expect(await entries("bob", "stolen")).toEqual(["here", "bare", "young"]);

      await young().must("mv /usr/local/bin/sshctl /usr/local/bin/sshctl.away");
      const words = ["keys", "revoke", fingerprint, "--kill", "--on", "here,young", "--reason", "stolen"];
      const first = await caseOf(...words, "--report", "/root/laptop.json");
      expect([first.exitCode, first.kinds]).toEqual([5, { here: "proven", young: "not-done" }]);
      expect(await entries("bob", "stolen")).toEqual(["bare", "young"]);

      await young().must("mv /usr/local/bin/sshctl.away /usr/local/bin/sshctl");
      const rest = words.filter((word) => word !== "--reason" && word !== "stolen");
      const second = await caseOf(...rest, "--resume", "/root/laptop.json");
      expect([second.exitCode, second.complete]).toEqual([0, true]);
      expect(second.kinds).toEqual({ here: "proven", young: "proven" });
      await session.exited;
      expect(await entries("bob", "stolen")).toEqual(["bare"]);
      expect(await entries("bob")).toEqual(["here", "bare", "young"]);
      expect(await hub().must("cat /root/laptop.md")).toContain("Nothing is left to do.");
    });

    test("a limit stops at the first host that fails", { timeout }, async () => {
      const limits = async () =>
        (
          await json<FleetTimeoutDocument>("fleet-timeout-1", "timeout", "show", "--user", "bob", "--on", "here,young")
        ).hosts.map(({ timeout: told }) => told?.limits.find(({ means }) => means === "TMOUT")?.seconds ?? null);
      await hub().must("mount --bind /etc/profile.d /etc/profile.d && mount -o remount,ro,bind /etc/profile.d");
      const failed = await caseOf("timeout", "set", "15m", "--global", "--on", "here,young");
      expect([failed.exitCode, failed.kinds]).toEqual([5, { here: "not-done", young: "not-tried" }]);
      expect(await limits()).toEqual([null, null]);
      await hub().must("umount /etc/profile.d");
      const done = await caseOf("timeout", "set", "15m", "--global", "--on", "here,young");
      expect(done.kinds, JSON.stringify(done.hosts)).toEqual({ here: "proven", young: "proven" });
      expect(await limits()).toEqual([900, 900]);
      const unset = await caseOf("timeout", "unset", "--global", "--on", "here,young");
      expect(unset.kinds).toEqual({ here: "proven", young: "proven" });
      expect(await limits()).toEqual([null, null]);
    });
  },
);
