/** `--on` from one machine to others of three generations, against what `sshctl list` says in each of them, and what clients know. */
import { fc } from "@fast-check/vitest";
import { beforeAll, describe, expect, test } from "vitest";
import { foldNames } from "../../../src/fleet/names/fold-names.ts";
import { expandNodeSet } from "../../../src/fleet/names/node-set.ts";
import type {
  FleetDocument,
  FleetHistoryDocument,
  FleetKeysDocument,
  KeysDocument,
} from "../../../src/text/json-contract.ts";
import { hostNames, nodeSets } from "../../helpers/node-sets.ts";
import { documentOf } from "../machine/document.ts";
import type { Layer } from "../machine/layers.ts";
import { describeSuites, useMachine } from "../machine/lab-test.ts";
import { node, sshctl, type Machine, type RunResult } from "../machine/machine.ts";
import { joinByNetwork } from "../machine/network.ts";
import { openCommand, openMaster, openSftp, openShell, openTunnel, type SshClient } from "../machine/ssh-client.ts";
import { listJson, withoutClock } from "../sessions-json.ts";

/** Groups of names, on the machine that asks. */
const clustershell: Layer = { name: "clustershell", packages: ["clustershell"] };

/** Login shells, and the other way to become root, on one of those that are asked. */
const shells: Layer = { name: "login-shells", packages: ["mksh", "zsh", "busybox", "fish", "tcsh", "opendoas"] };

const loginShells = {
  dash: "/bin/dash",
  bash: "/bin/bash",
  rbash: "/bin/rbash",
  mksh: "/bin/mksh",
  zsh: "/bin/zsh",
  ash: "/usr/local/bin/ash",
  fish: "/usr/bin/fish",
  tcsh: "/bin/tcsh",
};

/** Plays ssh(1): answers with a recording of this machine, after some noise, or as a hostile host would. */
const standIn = `#!/bin/sh
for last; do host=$command; command=$last; done
nonce=\${command##*--nonce }
nonce=\${nonce%% *}
answer() { sed "1s/.*/recording\\t2\\t$1/; \\$s/.*/end\\t$1/" /srv/recording; }
case $host in
  endless) exec yes ;;
  cut) answer "$nonce" | head -c 300 ;;
  binary) head -c 100000 /dev/urandom ;;
  twice) answer "$nonce"; answer "$nonce" ;;
  foreign) answer 0123456789abcdef0123456789abcdef ;;
  nothing) ;;
  huge) answer "$nonce" | sed '$d'; yes "link	/proc/1/fd/1	socket:[1]" | head -c 8000000; printf '\nend\t%s\n' "$nonce" ;;
  nonsense) printf 'recording\t2\t%s\nwhat\tever\nend\t%s\n' "$nonce" "$nonce" ;;
  *) echo Welcome; answer "$nonce"; echo Bye ;;
esac
`;

/** Names for one and the same host, where many are needed. */
const many = "t[1-40]";

describeSuites(
  ({ name }) => name === "trixie",
  "one machine asks others of three generations; what they answer hangs on theirs",
  () => {
    const hub = useMachine("trixie", { layers: [clustershell] });
    const old = useMachine("bookworm", { layers: [shells] });
    const young = useMachine("forky");
    const clients: SshClient[] = [];

    beforeAll(async () => {
      const [own = "", bookworm = "", forky = ""] = await joinByNetwork([hub(), old(), young()]);
      const key = await hub().must("cat /root/.ssh/id_lab.pub");
      for (const machine of [old(), young()])
        await machine.must(
          "cat >/run/key; for folder in /root/.ssh /home/*/.ssh; do cat /run/key >>$folder/authorized_keys; done",
          { input: key },
        );
      const config = [
        `Host here\n  HostName ${own}`,
        `Host old web1\n  HostName ${bookworm}`,
        `Host young db1\n  HostName ${forky}`,
        `Host shut\n  HostName ${forky}\n  Port 1`,
        `Host mute\n  HostName ${bookworm}\n  Port 2299`,
        `Host liar\n  HostName ${forky}\n  UserKnownHostsFile /root/other-keys\n  StrictHostKeyChecking yes`,
        `Host t*\n  HostName ${bookworm}\n  ProxyJump young\n  UserKnownHostsFile /root/many-keys\n  HostKeyAlias old`,
        `Host *\n  IdentityFile /root/.ssh/id_lab\n  StrictHostKeyChecking accept-new`,
      ];
      await hub().writeFile("/root/.ssh/config", `${config.join("\n")}\n`, "600");
      await hub().must(
        "mkdir -p /etc/clustershell/groups.d && printf 'web: web1\\ndb: db1\\n' >/etc/clustershell/groups.d/local.cfg",
      );
      await hub().must("touch /root/other-keys");
      // Somebody from elsewhere: the hosts themselves.
      await openShell(old(), { user: "bob" });
      await openSftp(young(), { user: "deploy" });
      for (const host of [bookworm, forky]) {
        clients.push(await openShell(hub(), { host }), await openCommand(hub(), { host, user: "bob" }));
        clients.push(await openTunnel(hub(), { host }));
      }
    });

    const on = async (command: string, options: Parameters<Machine["run"]>[1] = {}) =>
      hub().sshctl(command.split(" "), { timeoutMs: 60_000, ...options });

    const fleetOf = (result: RunResult) => documentOf(result) as FleetDocument;

    /** What stays as it is between two looks. */
    const lasting = (sessions: FleetDocument["sessions"]) =>
      sessions.map((session) => ({ ...withoutClock(session), host: "", self: null })).toSorted((a, b) => a.pid - b.pid);

    test("shows what list shows on each host", async () => {
      const look = await on("list --on old,young -o json");
      expect(look).toMatchObject({ exitCode: 0, stderr: "" });
      const { hosts, sessions } = fleetOf(look);
      expect(hosts.map(({ name, answered }) => [name, answered])).toEqual([
        ["old", true],
        ["young", true],
      ]);
      for (const [name, machine] of [
        ["old", old()],
        ["young", young()],
      ] as const) {
        const there = (await listJson(machine)).sessions.map((session) => ({ ...session, host: "" }));
        expect(lasting(sessions.filter(({ host }) => host === name))).toEqual(lasting(there));
        expect(there.length).toBeGreaterThan(3);
      }
    });

    test("marks my own sessions on every host, and nobody else's", async () => {
      const { sessions } = fleetOf(await on("list --on old,young -o json"));
      const own = sessions.filter(({ self }) => self === true).map(({ peer }) => peer?.port);
      expect(new Set(own)).toEqual(new Set(clients.map(({ local }) => local.port)));
      expect(sessions.filter(({ self }) => self === null)).toEqual([]);
      expect(sessions.length).toBeGreaterThan(own.length);
    });

    test("leaves its own connection out, but not a shared one over which I work", async () => {
      const shared = await openMaster(hub(), { host: "10.83.0.2" });
      await openShell(hub(), { host: "10.83.0.2", over: shared });
      const config = `Host mine\n  HostName 10.83.0.2\n  User alice\n  ControlPath ${shared.controlPath}\n`;
      await hub().writeFile("/root/.ssh/config.d/mine", config, "600");
      await hub().must("sed -i '1i Include config.d/*' /root/.ssh/config");
      const { sessions } = fleetOf(await on("list --on mine --sudo-shell -o json"));
      const mine = sessions.filter(({ peer }) => peer?.port === shared.client.local.port);
      expect(mine).toMatchObject([{ self: true, user: "alice" }]);
      await shared.client.end();
    });

    test("reads and writes node sets as ClusterShell does", async () => {
      const expanded = async (...texts: string[]) =>
        (await hub().run(["cluset", "-e", "--", ...texts])).stdout.trim().split(/\s+/).toSorted();
      const texts = nodeSets.map(([text]) => text);
      expect(await expanded(...texts)).toEqual([...new Set(texts.flatMap(expandNodeSet))].toSorted());
      // A colon in a name parts the source of a group from it.
      for (const names of fc.sample(hostNames, 20)) {
        const all = names.map((name) => `n${name.replaceAll(":", "-")}`);
        expect(await expanded(foldNames(all))).toEqual([...new Set(all)].toSorted());
      }
    });

    test("three hundred hosts answer, whatever eight of them do", async () => {
      await hub().must(
        `mkdir -p /srv/bin && sh /opt/sshctl/collector/collect.sh >/srv/recording && cat >/srv/bin/ssh && chmod +x /srv/bin/ssh`,
        {
          input: standIn,
        },
      );
      const hostile = ["endless", "cut", "binary", "twice", "foreign", "nothing", "huge", "nonsense"];
      const look = await on(`list --on h[1-292],${hostile.join()} --fanout 64 -o json`, {
        env: { PATH: "/srv/bin:/usr/bin:/bin" },
      });
      expect(look.exitCode).toBe(5);
      const { hosts } = fleetOf(look);
      const causes = Object.fromEntries(
        hosts.flatMap(({ name, error }) => (error === null ? [] : [[name, error.code]])),
      );
      expect(causes).toEqual({
        endless: "too-much",
        cut: "cut-off",
        binary: "no-recording",
        twice: "unreadable",
        foreign: "no-recording",
        nothing: "no-recording",
        huge: "unreadable",
        nonsense: "unreadable",
      });
      expect(hosts.filter(({ answered }) => answered)).toHaveLength(292);
    });

    test("takes names from groups, and leaves hosts out", async () => {
      expect((await on("count --on @web,@db --by host -o csv --no-headers")).stdout).toMatch(
        /^(?:web1|db1),\d+\n(?:web1|db1),\d+\n$/,
      );
      expect((await on("list --on @web,@db --not-on db1 --columns host --no-headers")).stdout).toMatch(/^(?:web1\n)+$/);
      const unknown = await on("list --on @web,@nope");
      expect([unknown.exitCode, unknown.stdout]).toEqual([2, ""]);
      expect(unknown.stderr).toContain("There is no group @nope");
    });

    test("names the cause where a host does not answer", async () => {
      const { exitCode, stderr } = await on("list --on old,shut,liar,no-such-host --connect-timeout 5 -q");
      expect(exitCode).toBe(5);
      expect(stderr).toContain("3 hosts did not answer:\n");
      expect(stderr).toMatch(/^ {2}shut +connection refused$/m);
      expect(stderr).toMatch(/^ {2}liar +host key verification failed$/m);
      expect(stderr).toMatch(/^ {2}no-such-host +the name cannot be resolved$/m);
      expect((await on("list --on shut")).exitCode).toBe(3);
    });

    test("as an ordinary user tells what it cannot see, and as root by sudo sees it", async () => {
      const blind = await on("list --on old --login alice -o json");
      expect(fleetOf(blind).hosts[0]?.warnings.map(({ code }) => code)).toContain("needs-root");
      const none = await on("list --on old --login alice --sudo");
      expect(none.stderr).toContain("the collector is not installed there");
      await old().must("install -D -m 755 /opt/sshctl/collector/collect.sh /usr/lib/sshctl/collect.sh");
      await old().must("printf 'erin ALL=(root) NOPASSWD: /usr/lib/sshctl/collect.sh\\n' >/etc/sudoers.d/collector");
      await old().must(
        "useradd -m erin && install -d -o erin /home/erin/.ssh && cp /home/alice/.ssh/authorized_keys /home/erin/.ssh/",
      );
      const seen = fleetOf(await on("list --on old --login erin --sudo --auth -o json"));
      expect(seen.hosts[0]?.warnings.map(({ code }) => code)).not.toContain("needs-root");
      expect(seen.sessions.filter(({ auth }) => auth?.verified === true).length).toBeGreaterThan(3);
      const asked = await on("doctor --on old --login erin -o json");
      expect(documentOf(asked)).toMatchObject({
        hosts: [{ name: "old", answered: true, user: "erin", root: "sudo", collector: 2, sshctl: null, missing: [] }],
      });
      // Nothing else is allowed to her.
      const refused = await on("list --on old --login erin --sudo-shell");
      expect(refused.exitCode).toBe(3);
      expect(refused.stderr).toContain("sudo does not let this account");
    });

    /** An account there that may run the collector as root, and nothing else. */
    const addAdmin = async (user: string, shell: string, rights: string) =>
      old().must(
        `useradd -m -s ${shell} ${user} && cp -r /home/alice/.ssh /home/${user}/ && chown -R ${user} /home/${user}/.ssh && ${rights}`,
      );

    test("starts the collector from whatever login shell, with and without sudo", async () => {
      await old().must("install -D -m 755 /opt/sshctl/collector/collect.sh /usr/lib/sshctl/collect.sh");
      await old().must("ln -s /bin/busybox /usr/local/bin/ash");
      for (const [name, path] of Object.entries(loginShells)) {
        const user = `by-${name}`;
        await addAdmin(
          user,
          path,
          `echo '${user} ALL=(root) NOPASSWD: /usr/lib/sshctl/collect.sh' >/etc/sudoers.d/${user}`,
        );
        for (const way of ["", " --sudo"]) {
          const { exitCode, stdout, stderr } = await on(`list --on old --login ${user}${way} -o json`);
          expect([name, way, exitCode, stderr]).toEqual([name, way, 0, expect.not.stringContaining("did not answer")]);
          expect(fleetOf({ stdout, stderr, exitCode }).sessions.length).toBeGreaterThan(3);
        }
      }
    });

    test("becomes root by doas where there is no sudo", async () => {
      await addAdmin("dora", "/bin/sh", "mv /usr/bin/sudo /usr/bin/not-sudo");
      const refused = await on("list --on old --login dora --sudo");
      expect(refused.stderr).toContain("doas has no doas.conf there");
      await old().writeFile("/etc/doas.conf", "permit nopass alice as root\n", "400");
      const other = await on("list --on old --login dora --sudo");
      expect(other.stderr).toContain("does not let this account do that without a password");
      await old().writeFile("/etc/doas.conf", "permit nopass dora as root cmd /usr/lib/sshctl/collect.sh\n", "400");
      const { hosts } = fleetOf(await on("list --on old --login dora --sudo -o json"));
      expect(hosts).toMatchObject([{ answered: true, warnings: [] }]);
      const { stdout } = await on("doctor --on old --login dora -o json");
      expect(JSON.parse(stdout)).toMatchObject({ hosts: [{ user: "dora", root: "doas" }] });
      await old().must("mv /usr/bin/not-sudo /usr/bin/sudo");
    });

    test("says what to do where a second factor is wanted, and goes through a connection that has it", async () => {
      await old().must("useradd -m hank && cp -r /home/alice/.ssh /home/hank/ && chown -R hank /home/hank/.ssh");
      const master = await openMaster(hub(), { host: "10.83.0.2", user: "hank" });
      await old().writeFile(
        "/etc/ssh/sshd_config.d/10-factors.conf",
        "Match User hank\n  AuthenticationMethods publickey,password\n",
      );
      await old().must("systemctl reload ssh");
      const refused = await on("list --on old --login hank");
      expect(refused.exitCode).toBe(3);
      expect(refused.stderr).toContain("  old  permission denied; a second factor may be required\n");
      expect(refused.stderr).toContain("open a shared connection first (ControlMaster");
      const config = `Host factors\n  HostName 10.83.0.2\n  User hank\n  ControlPath ${master.controlPath}\n`;
      await hub().writeFile("/root/.ssh/config.d/factors", config, "600");
      expect(fleetOf(await on("list --on factors -o json")).hosts).toMatchObject([{ answered: true }]);
      await master.client.end();
      await old().must("rm /etc/ssh/sshd_config.d/10-factors.conf && systemctl reload ssh");
    });

    test("shows every lasting session while others come and go", async () => {
      const ports = clients.flatMap(({ local, remote }) => (remote.address === "10.83.0.2" ? [local.port] : []));
      expect(ports).toHaveLength(3);
      const login = "ssh -i /root/.ssh/id_lab -o StrictHostKeyChecking=no -o LogLevel=ERROR alice@127.0.0.1 true";
      const churn = await old().spawn([
        "sh",
        "-c",
        `while :; do ${login} & ${login} & ${login}; wait; echo round; done`,
      ]);
      await churn.waitFor(/round/);
      for (let look = 0; look < 5; look += 1) {
        const { hosts, sessions } = fleetOf(await on("list --on old -o json"));
        expect(hosts).toMatchObject([{ answered: true, error: null }]);
        expect(sessions.map(({ peer }) => peer?.port)).toEqual(expect.arrayContaining(ports));
      }
      await old().signal(churn.pid, "KILL");
      await churn.exited;
    });

    describe("a host that accepts and says nothing", () => {
      beforeAll(async () => {
        await old().must("systemd-run --unit=mute nc -lk 2299 && until ss -Hltn | grep -q :2299; do sleep 0.1; done");
      });

      test("costs its own time only", async () => {
        const { stdout, stderr, exitCode } = await on(
          "list --on old,mute --host-timeout 3s --columns host --no-headers",
        );
        expect(exitCode).toBe(5);
        expect(stdout).toMatch(/^(?:old\n)+$/);
        expect(stderr).toContain("  mute  no answer in time\n");
      });

      test("is left at once by Ctrl-C, and nothing runs on", async () => {
        const look = await hub().spawn([node, sshctl, "list", "--on", "old,mute", "--connect-timeout", "1m"]);
        await hub().must("until pgrep -f '[s]sh .* -- mute ' >/dev/null; do sleep 0.05; done");
        await hub().signal(look.pid, "INT");
        expect(await look.exited).toBe(130);
        expect(look.stderr).toMatch(/^ {2}(?:mute|mute,old|old,mute) +interrupted$/m);
        expect((await hub().sh("pgrep -af '[s]sh .* -- (mute|old) '")).stdout).toBe("");
      });
    });

    test("tells what hosts have", async () => {
      const asked = await on("doctor --on old,young -o json");
      expect(asked.exitCode).toBe(0);
      expect(documentOf(asked)).toMatchObject({
        hosts: ["old", "young"].map((name) => ({ name, user: "root", uid: 0, root: "root", missing: [], lacking: [] })),
      });
    });

    describe("through the sshctl of the hosts", () => {
      const installed = `#!/bin/sh\nexec ${node} ${sshctl} "$@"\n`;

      test("shows the keys of those that have one, and names the others", async () => {
        await young().writeFile("/usr/local/bin/sshctl", installed, "755");
        const { stdout, stderr, exitCode } = await on("keys --on old,young -o json");
        expect(exitCode, stderr).toBe(5);
        const { hosts, keys, findings } = JSON.parse(stdout) as FleetKeysDocument;
        expect(hosts).toMatchObject([
          { name: "young", answered: true, sshctl: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
          { name: "old", answered: false, error: { code: "no-sshctl" } },
        ]);
        const there = JSON.parse((await young().sshctl(["keys", "-o", "json"])).stdout) as KeysDocument;
        const lasting = (key: KeysDocument["keys"][number]) => ({ ...key, host: "", logins: null, sessions: null });
        expect(keys.map(lasting)).toEqual(there.keys.map(lasting));
        expect(findings.map(({ id }) => id)).toEqual(there.findings.map(({ id }) => id));
        expect(keys.length).toBeGreaterThan(3);
        // Who has just asked is among the open sessions of the key.
        expect(keys.find(({ user, sessions }) => user === "root" && (sessions?.length ?? 0) > 0)).toBeDefined();
      });

      test("as root by sudo, by a line that allows nothing else", async () => {
        const alone = JSON.parse((await on("keys --on young --login alice -o json")).stdout) as FleetKeysDocument;
        expect(new Set(alone.keys.map(({ user }) => user))).toEqual(new Set(["alice"]));
        expect(alone.hosts[0]?.warnings.map(({ code }) => code)).toContain("own-keys-only");
        await young().writeFile(
          "/etc/sudoers.d/keys",
          "bob ALL=(root) NOPASSWD: /usr/local/bin/sshctl keys -o json\n",
          "440",
        );
        const all = JSON.parse((await on("keys --on young --login bob --sudo -o json")).stdout) as FleetKeysDocument;
        expect(new Set(all.keys.map(({ user }) => user)).size).toBeGreaterThan(2);
        const refused = await on("keys --on young --login bob --sudo --unused 90d");
        expect(refused.exitCode).toBe(3);
        expect(refused.stderr).toContain("sudo does not let this account");
      });

      test("believes none that is of another version, or writes nonsense", async () => {
        const wrong = async (text: string) => {
          await old().writeFile("/usr/local/bin/sshctl", `#!/bin/sh\n${text}\n`, "755");
          return (await on("keys --on old")).stderr;
        };
        expect(await wrong(`echo '{"schema": "sshctl.keys/0"}'`)).toContain("another version");
        expect(await wrong("echo '{}'")).toContain("cannot be read: it does not say what it is");
        expect(
          await wrong(`printf '{"schema": "sshctl.keys/1", "keys": '; head -c 6000000 /dev/zero | tr '\\0' '['`),
        ).toContain("cannot be read");
        expect(await wrong("exec yes")).toContain("its answer is too long");
        await old().must("rm /usr/local/bin/sshctl");
      });

      test("tells who was on all three, in the order in which clients came", async () => {
        for (const machine of [hub(), old()]) await machine.writeFile("/usr/local/bin/sshctl", installed, "755");
        const gone: { host: string; client: SshClient }[] = [];
        for (const [host, target] of [
          ["young", { host: "10.83.0.3", user: "bob" }],
          ["here", {}],
          ["old", { host: "10.83.0.2" }],
        ] as const) {
          const client = await openCommand(hub(), target);
          await client.end();
          gone.push({ host, client });
        }
        const ask = async (options: string) =>
          JSON.parse((await on(`history --on here,old,young ${options} -o json`)).stdout) as FleetHistoryDocument;
        /** Those that have ended, by host and by the port that the client had. */
        const ended = async () =>
          (await ask("--since -10min")).connections.flatMap(({ host, peer, endedAt }) =>
            endedAt !== null && gone.some((each) => each.host === host && each.client.local.port === peer?.port)
              ? [`${host} ${String(peer?.port)}`]
              : [],
          );
        const expected = gone.map(({ host, client }) => `${host} ${String(client.local.port)}`);
        await expect.poll(ended, { timeout: 30_000 }).toEqual(expected);
        const ofBob = await ask("--user bob --since -10min");
        expect(ofBob.hosts.map(({ answered }) => answered)).toEqual([true, true, true]);
        expect(new Set(ofBob.connections.map(({ user }) => user))).toEqual(new Set(["bob"]));

        await young().writeFile(
          "/etc/sudoers.d/history",
          String.raw`bob ALL=(root) NOPASSWD: /usr/local/bin/sshctl ^history -o json (--at @[0-9]+|--since @[0-9]+( --until @[0-9]+)?)$` +
            "\n",
          "440",
        );
        const byBob = await on("history --on young --login bob --sudo --since -10min -o json");
        expect(byBob.exitCode, byBob.stderr).toBe(0);
        expect((JSON.parse(byBob.stdout) as FleetHistoryDocument).connections.length).toBeGreaterThan(1);
        for (const machine of [hub(), old()]) await machine.must("rm /usr/local/bin/sshctl");
      });
    });

    test("finds the sessions of a key on all hosts, by their journals", async () => {
      const key = (await hub().must("ssh-keygen -lf /root/.ssh/id_lab.pub")).split(" ")[1] ?? "";
      const { sessions } = fleetOf(await on(`list --on old,young --key ${key} -o json`));
      expect(new Set(sessions.map(({ host }) => host))).toEqual(new Set(["old", "young"]));
      expect(sessions.every(({ auth }) => auth?.fingerprint === key)).toBe(true);
      const shell = sessions.find(({ peer }) => peer?.port === clients[0]?.local.port);
      expect(shell).toMatchObject({ host: "old", user: "alice", kind: "shell" });
    });

    test("shows one session of another host", async () => {
      const port = String(clients[0]?.local.port);
      const { stdout, exitCode } = await on(`show --on old 10.83.0.1:${port}`);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^session .*, your own$/m);
      expect(stdout).toMatch(/^auth +publickey /m);
      expect(stdout).toMatch(/^processes$/m);
    });

    describe("a host that does otherwise than it should costs itself only", () => {
      test.each([
        ["noise before and after", "alice", "echo 'echo Welcome; trap \"echo Bye\" EXIT' >>/home/alice/.bashrc", ""],
        [
          "a forced command",
          "bob",
          `sed -i 's/^/command="echo no" /' /home/bob/.ssh/authorized_keys`,
          "no readable answer came back",
        ],
        ["no shell", "deploy", "usermod -s /usr/sbin/nologin deploy", "the account cannot log in"],
      ])("%s", async (_, user, prepare, cause) => {
        await young().must(prepare);
        await hub().writeFile("/root/.ssh/config.d/odd", `Host odd\n  HostName 10.83.0.3\n  User ${user}\n`, "600");
        const { stderr, stdout, exitCode } = await on("list --on old,odd --columns host --no-headers");
        expect(stdout).toMatch(/^(?:odd\n)*(?:old\n)+$/);
        expect(exitCode).toBe(cause === "" ? 0 : 5);
        expect(stderr).toContain(cause);
      });
    });

    test.each(["9:100:100", "10:30:100"])(
      "hosts behind a bastion with MaxStartups %s answer in the end",
      async (most) => {
        await young().must(
          `sed -i 's/^MaxStartups.*/MaxStartups ${most}/' /etc/ssh/sshd_config.d/00-lab.conf && systemctl restart ssh`,
        );
        const { stdout, stderr, exitCode } = await on(`count --on ${many} --fanout 40 --by host -o csv --no-headers`, {
          timeoutMs: 120_000,
        });
        expect(stderr).not.toContain("permission denied");
        expect(exitCode, stderr).toBe(0);
        expect(stdout.trim().split("\n")).toHaveLength(40);
      },
    );

    test("this machine can be one of the hosts", async () => {
      const { sessions, hosts } = fleetOf(await on("list --on here,old -o json"));
      expect(hosts.every(({ answered }) => answered)).toBe(true);
      expect(sessions.filter(({ host }) => host === "here")).toEqual([]);
    });

    test("knows, where this machine is one of the hosts, from which session it is asked", async () => {
      await hub().must("cat >>/root/.ssh/authorized_keys", { input: await old().must("cat /root/.ssh/id_lab.pub") });
      const shell = await openShell(old(), { host: "10.83.0.1", user: "root" });
      const other = await openShell(old(), { host: "10.83.0.1", user: "root" });
      const asked = await shell.ask(
        `stty cols 500; ${node} ${sshctl} list --on here -o csv --columns self,from,pid --no-headers`,
      );
      const rows = asked.split("\n");
      expect(rows).toContainEqual(expect.stringMatching(`^yes,.*:${String(shell.local.port)},`));
      expect(rows).toContainEqual(expect.stringMatching(`^no,.*:${String(other.local.port)},`));
    });
  },
);
