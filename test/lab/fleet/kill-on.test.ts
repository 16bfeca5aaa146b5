/** `kill-all --on` from one machine on itself and on two others: what ended is told by those who were connected. */
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CaseDocument, FleetDocument } from "../../../src/text/json-contract.ts";
import { documentOf } from "../machine/document.ts";
import type { Layer } from "../machine/layers.ts";
import { describeSuites, useMachine } from "../machine/lab-test.ts";
import { node, sshctl, type Machine } from "../machine/machine.ts";
import type { MachineProcess } from "../machine/machine-process.ts";
import { joinByNetwork } from "../machine/network.ts";
import { openCommand, openShell } from "../machine/ssh-client.ts";

const shells: Layer = { name: "login-shells", packages: ["mksh", "zsh", "busybox", "fish", "tcsh", "opendoas"] };

/** Cuts the connection in the middle of an act, and nothing else: a script on standard input that acts is never awaited. */
const cuttingSsh = `#!/bin/sh
cat >/run/input.$$
if grep -q '^sshctl_act --nonce' /run/input.$$; then timeout -s KILL 2 /usr/bin/ssh "$@" </run/input.$$; exit 255; fi
exec /usr/bin/ssh "$@" </run/input.$$
`;

/** As where a host is lost between the look and the act. */
const losingSsh = `#!/bin/sh
cat >/run/input.$$
if grep -q '^sshctl_act --nonce' /run/input.$$; then echo "ssh: connect to host x port 22: Connection refused" >&2; exit 255; fi
exec /usr/bin/ssh "$@" </run/input.$$
`;

describeSuites(
  ({ name }) => name === "trixie",
  "one machine ends sessions on others of three generations",
  () => {
    const hub = useMachine("trixie");
    const old = useMachine("bookworm", { layers: [shells] });
    const young = useMachine("forky");
    let [hubAddress, oldAddress, youngAddress] = ["", "", ""];

    beforeAll(async () => {
      const machines = [hub(), old(), young()];
      [hubAddress = "", oldAddress = "", youngAddress = ""] = await joinByNetwork(machines);
      const keys = await Promise.all(machines.map(async (machine) => machine.must("cat /root/.ssh/id_lab.pub")));
      for (const machine of machines) {
        await machine.must(
          "cat >/run/keys; for folder in /root/.ssh /home/*/.ssh; do cat /run/keys >>$folder/authorized_keys; done",
          { input: keys.join("") },
        );
        await machine.must("mkdir -p /usr/lib/sshctl && cp /opt/sshctl/collector/*.sh /usr/lib/sshctl");
        // Many come at once.
        await machine.must(
          "sed -i 's/^MaxStartups.*/MaxStartups 200/' /etc/ssh/sshd_config.d/00-lab.conf && systemctl restart ssh",
        );
      }
      const config = [
        `Host here\n  HostName ${hubAddress}`,
        `Host old\n  HostName ${oldAddress}`,
        `Host young\n  HostName ${youngAddress}`,
        `Host *\n  IdentityFile /root/.ssh/id_lab\n  StrictHostKeyChecking accept-new`,
      ];
      await hub().writeFile("/root/.ssh/config", `${config.join("\n")}\n`, "600");
      for (const [name, text] of [
        ["cutting", cuttingSsh],
        ["losing", losingSsh],
      ] as const) {
        await hub().must(`mkdir -p /srv/${name}`);
        await hub().writeFile(`/srv/${name}/ssh`, text, "755");
      }
    });

    const on = async (line: string, options: Parameters<Machine["run"]>[1] = {}) =>
      hub().sshctl(line.split(" "), { timeoutMs: 120_000, ...options });

    const through = (name: string) => ({ env: { PATH: `/srv/${name}:/usr/sbin:/usr/bin:/sbin:/bin` } });

    /** Clients on one machine that are connected to another, which say when their connection has ended. */
    const openMany = async (from: Machine, address: string, count: number, user = "alice"): Promise<MachineProcess> => {
      const ssh = `ssh -i /root/.ssh/id_lab -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
      const clients = await from.spawn([
        "sh",
        "-c",
        `for i in $(seq ${String(count)}); do (${ssh} ${user}@${address} 'echo open; exec sleep 1000'; echo "gone $?") & done; wait; echo all gone`,
      ]);
      await clients.waitFor(new RegExp(`(?:open\\n){${String(count)}}`), { timeoutMs: 120_000 });
      return clients;
    };

    const countOf = (text: string, word: RegExp) => text.match(word)?.length ?? 0;

    const caseOf = (result: { stdout: string }) => JSON.parse(result.stdout) as CaseDocument;

    const outcomesOf = ({ hosts }: CaseDocument) => hosts.map(({ name, outcome }) => [name, outcome]);

    const monitorsOf = async (machine: Machine, user: string) =>
      (await machine.must(`${node} ${sshctl} list --user ${user} --columns pid --no-headers`)).trim().split("\n");

    /** The script waits for processes that are stopped. */
    const actBegins = async () =>
      old().must("until pgrep -x sleep -P \"$(pgrep -d, -f '^sh -s$')\" >/dev/null 2>&1; do sleep 0.05; done");

    afterEach(async () => {
      const users = "-u alice,bob";
      await Promise.all(
        [hub(), old(), young()].map(async (machine) =>
          machine.must(`pkill -KILL ${users}; while pgrep ${users} >/dev/null; do sleep 0.05; done`),
        ),
      );
    });

    test("ends 150 on three hosts, proves it, and leaves a record on each", async () => {
      const clients = [
        await openMany(old(), hubAddress, 10),
        await openMany(old(), youngAddress, 70),
        await openMany(young(), oldAddress, 70),
      ];
      const other = await openCommand(young(), { host: oldAddress, user: "bob" });
      const ended = await on("kill-all --on here,old,young --user alice --yes --at-most 3 --reason CHG-9 -o json");
      expect(ended.exitCode, ended.stderr).toBe(0);
      for (const client of clients) await client.waitFor(/all gone/, { timeoutMs: 60_000 });
      expect(clients.map(({ stdout }) => countOf(stdout, /gone 255/g))).toEqual([10, 70, 70]);
      expect(other.process.exitCode).toBeUndefined();
      const { id, hosts, complete } = caseOf(ended);
      expect(complete).toBe(true);
      expect(hosts.map(({ name, items }) => [name, items.length])).toEqual([
        ["here", 10],
        ["old", 70],
        ["young", 70],
      ]);
      for (const [machine, count] of [
        [old(), 70],
        [young(), 70],
      ] as const) {
        const records = await machine.must(`journalctl -t sshctl -o cat _UID=0 | grep ${id}`);
        expect(countOf(records, /act="kill-all".* result="done" outcome="ended by TERM/g)).toBe(count);
        expect(records).toContain('reason="CHG-9"');
        expect(records).toMatch(/caller="root" .*caller_host="[^"]+"/);
      }
      const whole = await hub().must(`journalctl -t sshctl -o cat | grep ${id} | grep 'hosts='`);
      expect(whole).toContain('hosts="here,old,young"');
      expect(whole).toContain('outcome="end 150 sessions: proven on 3 of 3 hosts"');
    });

    test("spares what is mine on every host, and the connection that it uses", async () => {
      const own = await openShell(hub(), { host: oldAddress });
      const another = await openMany(young(), oldAddress, 1);
      const ended = await on("kill-all --on old,here --everyone --yes --at-most 2 -o json");
      await another.waitFor(/all gone/);
      expect(ended.exitCode, ended.stderr).toBe(0);
      expect(await own.ask("echo still here")).toBe("still here\n");
      const spared = caseOf(ended).hosts.flatMap(({ items }) => items.filter(({ outcome }) => outcome === "refused"));
      expect(spared.map(({ message }) => message)).toContainEqual(
        "spared: it is your own session: it comes from a connection that you have open",
      );
      await own.end();
    });

    test("the script spares its own connection, whatever its plan says, and acts on nothing but sessions", async () => {
      const script = `
set -eu
stat() { s=$(cat /proc/$1/stat); set -- $1 \${s##*) }; echo "$1:\${21}"; }
child=$(awk '/^PPid/ { print $2 }' /proc/$PPID/status)
sleep 100 & other=$!
listener=$(systemctl show -P MainPID ssh)
plan() { printf 'plan 1 N\\nboot %s\\nsignal KILL\\ngrace 100\\n' "$1"; shift; for each; do echo "session $each - $each"; done; echo 'end N'; }
boot=$(cat /proc/sys/kernel/random/boot_id)
plan $boot $(stat $PPID) $(stat $child) $(stat $other) $(stat $listener) $(stat 1) $other:1 | sh /usr/lib/sshctl/act.sh --nonce N
plan 00000000-0000-0000-0000-000000000000 $(stat $other) | sh /usr/lib/sshctl/act.sh --nonce N
plan $boot $(stat $other) | head -n 5 | sh /usr/lib/sshctl/act.sh --nonce N || echo "code $?"
plan $boot $(stat $other) | sh /usr/lib/sshctl/act.sh --nonce M || echo "code $?"
kill -0 $other $listener
kill $other
`;
      for (const host of ["old", "young"]) {
        const { stdout, stderr, exitCode } = await hub().run(["ssh", host, "sh", "-s"], { input: script });
        expect(exitCode, stdout + stderr).toBe(0);
        const kinds = stdout.split("\n").map((line) => line.split(" ")[0]);
        expect(kinds).toEqual(
          ["acting", "own", "own", "foreign", "own", "own", "changed", "acted"].concat(
            ["acting", "other-boot", "acted"],
            ["code", "code", ""],
          ),
        );
      }
    });

    test.each(["dash", "bash", "mksh", "zsh", "busybox sh"])("the script works in %s", async (shell) => {
      const clients = await openMany(young(), oldAddress, 2);
      const [stopped = ""] = await monitorsOf(old(), "alice");
      await old().must(`kill -STOP ${stopped}`);
      const plan = await old().must(
        `printf 'plan 1 N\\nboot %s\\nsignal TERM\\ngrace 50\\n' $(cat /proc/sys/kernel/random/boot_id)
         ${node} ${sshctl} list --user alice -o json | grep -oE '"(id|pid|monitorPid)": "?[0-9:]+' | tr -d '"' | while read key value; do
           case $key in id:) id=$value ;; pid:) s=$(cat /proc/$value/stat); set -- \${s##*) }; echo "session $id $id $value:\${20}" ;; esac
         done | sort -u; echo end N`,
      );
      const emulated = shell === "zsh" ? "zsh --emulate sh" : shell;
      const acted = await old().must(`${emulated} /usr/lib/sshctl/act.sh --nonce N`, { input: plan });
      await clients.waitFor(/all gone/);
      expect(countOf(acted, /^ended \S+ TERM \d+$/gm), acted).toBe(1);
      expect(countOf(acted, /^ended \S+ KILL \d+$/gm), acted).toBe(1);
    });

    test("a connection that is cut in the middle is no end: another look decides", async () => {
      const clients = await openMany(young(), oldAddress, 2);
      for (const pid of await monitorsOf(old(), "alice")) await old().must(`kill -STOP ${pid}`);
      const ended = await on("kill-all --on old --user alice --grace 4s --yes --at-most 1 -o json", through("cutting"));
      expect(ended.exitCode, ended.stdout).toBe(0);
      await clients.waitFor(/all gone/);
    });

    test("stops where a host is lost, names the others, and goes on with the report later", async () => {
      const clients = [await openMany(young(), oldAddress, 1), await openMany(old(), youngAddress, 1)];
      const line = "kill-all --on old,young --user alice --yes --at-most 2";
      const first = await on(`${line} --report /root/lost.json`, through("losing"));
      expect(first.exitCode).toBe(5);
      expect(first.stderr).toContain("  old    did not answer: connection refused\n");
      expect(first.stderr).toContain("  young  not tried, because of old\n");
      expect(clients.map(({ exitCode }) => exitCode)).toEqual([undefined, undefined]);
      const again = /^To try again what is left: sshctl (.*)$/m.exec(first.stderr)?.[1] ?? "";
      expect(again).toContain("--resume /root/lost.json");
      const second = await on(again);
      expect(second.exitCode, second.stderr).toBe(0);
      for (const client of clients) await client.waitFor(/all gone/);
      expect(await hub().must("grep -c '\"complete\": true' /root/lost.json")).toBe("1\n");
      expect(await hub().must("cat /root/lost.md")).toContain("Nothing is left to do.");
      const third = await on(again);
      expect([third.exitCode, third.stdout]).toEqual([0, ""]);
    });

    test("a run that is killed leaves no host half done, and its report says what it was doing", async () => {
      const clients = [await openMany(young(), oldAddress, 2), await openMany(old(), youngAddress, 1)];
      for (const pid of await monitorsOf(old(), "alice")) await old().must(`kill -STOP ${pid}`);
      const line = "kill-all --on old,young --user alice --yes --at-most 2 --grace 4s";
      const run = await hub().spawn([node, sshctl, ...line.split(" "), "--report", "/root/killed.json"]);
      await actBegins();
      await hub().signal(run.pid, "KILL");
      await run.exited;
      await clients[0]?.waitFor(/all gone/, { timeoutMs: 60_000 });
      const kept = JSON.parse(await hub().must("cat /root/killed.json")) as CaseDocument;
      expect(outcomesOf(kept)).toEqual([
        ["old", "undecided"],
        ["young", "not-tried"],
      ]);
      const second = await on(`${line} --resume /root/killed.json`);
      expect(second.exitCode, second.stderr).toBe(0);
      await clients[1]?.waitFor(/all gone/);
    });

    test("Ctrl-C starts nothing new, and waits for what runs", async () => {
      const clients = [await openMany(young(), oldAddress, 1), await openMany(old(), youngAddress, 1)];
      for (const pid of await monitorsOf(old(), "alice")) await old().must(`kill -STOP ${pid}`);
      const line = "kill-all --on old,young --user alice --yes --at-most 2 --grace 3s";
      const run = await hub().spawn([node, sshctl, ...line.split(" ")]);
      await actBegins();
      await hub().signal(run.pid, "INT");
      expect(await run.exited).toBe(130);
      expect(run.stdout).toMatch(/^old .* ended by KILL in /m);
      expect(run.stderr).toContain("  young  not tried: interrupted\n");
      await clients[0]?.waitFor(/all gone/);
      expect(clients[1]?.exitCode).toBeUndefined();
    });

    test("two administrators at once do no harm to each other", async () => {
      const clients = [await openMany(young(), oldAddress, 20), await openMany(old(), youngAddress, 20)];
      const line = "kill-all --on old,young --user alice --yes --at-most 2 -o json";
      const both = await Promise.all([on(line), on(line)]);
      for (const client of clients) await client.waitFor(/all gone/);
      for (const { exitCode, stdout } of both) {
        expect([0, 1]).toContain(exitCode);
        expect(
          outcomesOf(caseOf({ stdout })).every(([, outcome]) => outcome === "proven" || outcome === "nothing"),
        ).toBe(true);
      }
    });

    test("with sudo runs what is installed there; a host where sudo refuses is named", async () => {
      const clients = [await openMany(young(), oldAddress, 1), await openMany(old(), youngAddress, 1)];
      const may = (scripts: string[]) =>
        `bob ALL=(root) NOPASSWD: ${scripts.map((name) => `/usr/lib/sshctl/${name}`).join(", ")}\n`;
      await young().writeFile("/etc/sudoers.d/act", may(["collect.sh", "act.sh"]), "440");
      await old().writeFile("/etc/sudoers.d/act", may(["collect.sh"]), "440");
      const ended = await on(
        "kill-all --on old,young --login bob --sudo --user alice --yes --at-most 2 --keep-going -o json",
      );
      expect(ended.exitCode, ended.stderr).toBe(5);
      expect(outcomesOf(caseOf(ended))).toEqual([
        ["old", "refused"],
        ["young", "proven"],
      ]);
      await clients[1]?.waitFor(/all gone/);
      expect(clients[0]?.exitCode).toBeUndefined();
      expect(ended.stderr).toContain("sudo does not let this account do that");
    });

    test("whom root protects, here or there, stays", async () => {
      const clients = [await openMany(young(), oldAddress, 1), await openMany(old(), youngAddress, 1, "bob")];
      await hub().must("mkdir -p /etc/sshctl && echo bob >/etc/sshctl/protected");
      await old().must("mkdir -p /etc/sshctl && echo '%alice' >/etc/sshctl/protected");
      const ended = await on("kill-all --on old,young --user alice,bob --yes --at-most 2 -o json");
      expect(ended.exitCode).toBe(6);
      expect(caseOf(ended).hosts.flatMap(({ items }) => items.map(({ message }) => message))).toEqual([
        "spared: it is protected by line 1 of /etc/sshctl/protected, %alice there",
        "spared: it is protected by line 1 of /etc/sshctl/protected, bob",
      ]);
      expect(clients.map(({ exitCode }) => exitCode)).toEqual([undefined, undefined]);
      await hub().must("rm /etc/sshctl/protected");
      await old().must("rm /etc/sshctl/protected");
    });

    test("ends one session that is named, and nothing else", async () => {
      const clients = await openMany(young(), oldAddress, 2);
      const { sessions } = documentOf(await on("list --on old --user alice -o json")) as FleetDocument;
      const ended = await on(`kill --on old ${sessions[0]?.id ?? ""}`);
      expect(ended.exitCode, ended.stderr).toBe(0);
      await clients.waitFor(/gone 255/);
      expect(countOf(clients.stdout, /gone 255/g)).toBe(1);
    });

    describe("the plan", () => {
      test("is shown, and nothing is done", async () => {
        const clients = await openMany(young(), oldAddress, 1);
        const shown = await on("kill-all --on old,young --user alice --dry-run");
        expect(shown.exitCode, shown.stderr).toBe(0);
        expect(shown.stdout).toMatch(/^old +PID \d+, alice from 10\.83\.0\.3:\d+$/m);
        expect(shown.stderr).toContain("Would end 1 session on 1 of 2 hosts.\n");
        expect(clients.exitCode).toBeUndefined();
      });
    });
  },
);
