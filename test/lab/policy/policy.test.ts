/** The service with real sessions: every rule ends exactly whom it means among one of each kind, and the clients say who was ended. */
import { readFileSync } from "node:fs";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { PolicyStatusDocument } from "../../../src/text/json-contract.ts";
import { violationsOf } from "../../helpers/schemas.ts";
import { documentOf } from "../machine/document.ts";
import { describeOldestAndNewest, useMachine } from "../machine/lab-test.ts";
import { node, sshctl, type Machine } from "../machine/machine.ts";
import { openSftp, openShell, openTunnel, type SshClient, type SshShell } from "../machine/ssh-client.ts";

const timeout = 300_000;
const unit = readFileSync(new URL("../../../packaging/units/sshctl-policy.service", import.meta.url), "utf8")
  .replace("@NODE@", node)
  .replace("RestartSec=1min", "RestartSec=1s")
  .replace("/usr/lib/sshctl/bin/sshctl.js", sshctl);
const rules = "/etc/sshctl/policy.toml";

const head = (mode: string, extra = "") =>
  `mode = "${mode}"\ninterval = "5s"\nfuse = { most = 10, percent = 100 }\n${extra}`;

/** Everybody who is not meant to be there for ever. */
const everyRule = `
[[rule]]
name = "pipeline"
user = "deploy"
action = "spare"
[[rule]]
name = "idle"
user = ["alice", "root"]
kind = "shell"
idle = "15s"
warn = "10s"
action = "kill"
reason = "INC-1"
[[rule]]
name = "still"
user = "bob"
kind = "tunnel"
no-traffic = "15s"
action = "kill"
[[rule]]
name = "old"
kind = "sftp"
older-than = "20s"
action = "kill"
[[rule]]
name = "many"
user = "carol"
kind = "shell"
max-sessions = 1
which = "newest"
action = "kill-everything"
`;

async function statusOf(machine: Machine): Promise<PolicyStatusDocument> {
  const result = await machine.sshctl(["policy", "status", "-o", "json"]);
  const document = documentOf(result);
  expect(violationsOf("policy-status-1", document)).toEqual([]);
  return document as PolicyStatusDocument;
}

/** Looks until it is so. */
async function until(machine: Machine, what: string, isSo: (status: PolicyStatusDocument) => boolean) {
  const end = Date.now() + 120_000;
  for (;;) {
    const status = await statusOf(machine);
    if (isSo(status)) return status;
    if (Date.now() > end) throw new Error(`not ${what}: ${JSON.stringify(status, undefined, 1)}`);
    // The service itself has the pace: its next look.
    await machine.must(
      `old=$(cat /var/lib/sshctl/policy/status.json); for i in $(seq 200); do [ "$old" = "$(cat /var/lib/sshctl/policy/status.json)" ] || break; sleep 0.1; done`,
    );
  }
}

const isOpen = ({ process }: SshClient) => process.exitCode === undefined;
const warnings = ({ process }: SshClient) => process.stdout.match(/will be ended in/g)?.length ?? 0;

describeOldestAndNewest("how sshd serves root, and what systemd's sandbox can do", (suite) => {
  const lab = useMachine(suite.name);
  const clients: SshClient[] = [];

  const start = async (policy: string) => {
    await lab().writeFile(rules, policy);
    await lab().must("systemctl daemon-reload; systemctl restart sshctl-policy", { timeoutMs: 60_000 });
  };
  const open = async <T extends SshClient>(opening: Promise<T>): Promise<T> => {
    const client = await opening;
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    // Nobody but root is to become root here.
    await lab().must("mkdir -p /etc/sshctl; rm -f /etc/sudoers.d/*; ! sudo -n -l -U alice | grep 'may run'");
    await lab().writeFile("/etc/systemd/system/sshctl-policy.service", unit);
  });

  afterEach(async () => {
    await lab().must(
      "systemctl stop sshctl-policy; systemctl reset-failed; rm -rf /var/lib/sshctl/policy /etc/sshctl/p*",
    );
    await Promise.all(clients.splice(0).map(async (client) => client.end()));
  });

  test("every rule ends whom it means, and nobody else, while others come and go", { timeout }, async () => {
    const shell = async (user: string) => open(openShell(lab(), { user }));
    const idle = await shell("alice");
    const busy = await shell("alice");
    busy.write("cat\n");
    const typing = await shell("alice");
    // Whoever wants to look active can: rules of idleness are against forgetting.
    const pretending = await shell("alice");
    pretending.write("while :; do touch $(tty); command sleep 1; done & exec 3>&1; PS1=; echo pretends-$((1))\n");
    await pretending.waitFor(/pretends-1/);
    const spared = await shell("deploy");
    const root = await shell("root");
    const dead = await open(openTunnel(lab(), { user: "bob", args: ["-o", "ServerAliveInterval=1"] }));
    const working = await open(openTunnel(lab(), { user: "bob", args: ["-L", "7001:127.0.0.1:22"] }));
    const sftp = await open(openSftp(lab(), { user: "carol" }));
    const first = await shell("carol");
    const second = await shell("carol");
    // Something goes through the tunnel now and then, and somebody types.
    const stop = await lab().spawn([
      "sh",
      "-c",
      "while :; do nc -w 1 127.0.0.1 7001 </dev/null >/dev/null; sleep 2; done",
    ]);
    const type = setInterval(() => {
      typing.write("true\n");
    }, 2000);
    // Others log in and out while the service looks.
    const churn = await lab().spawn([
      "sh",
      "-c",
      "while :; do ssh -i /root/.ssh/id_lab -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null deploy@127.0.0.1 true 2>/dev/null </dev/null; done",
    ]);
    try {
      await start(head("act") + everyRule);
      await Promise.all([idle.exited, dead.exited, sftp.exited, second.exited]);
      const status = await until(lab(), "all of them", ({ counts }) => counts.ended >= 4);
      // A few looks more end nobody else.
      const { looks } = status;
      const later = await until(lab(), "more looks", (now) => now.looks >= looks + 4);
      const ended = later.events
        .filter(({ kind }) => kind === "ended")
        .map(({ rule, user }) => `${rule} ${String(user)}`);
      expect(ended.toSorted()).toEqual(["idle alice", "many carol", "old carol", "still bob"]);
      expect({ problem: later.problem, fault: later.fault, fuse: later.fuse }).toEqual({
        problem: null,
        fault: null,
        fuse: null,
      });
    } finally {
      clearInterval(type);
      await Promise.all([stop, churn].map(async ({ pid }) => lab().signal(pid, "TERM")));
    }
    expect([busy, typing, pretending, spared, root, working, first].map(isOpen)).toEqual(Array(7).fill(true));
    expect([idle, typing, spared, root, first].map(warnings)).toEqual([1, 0, 0, 0, 0]);
    const records = await lab().must("journalctl -t sshctl -o cat --no-pager");
    expect(records.match(/act="policy" .*rule="idle" .*outcome="was warned"/g)).toHaveLength(1);
    expect(records.match(/act="policy" .*rule="\w+" .*outcome="ended by/g)).toHaveLength(4);
    const status = await lab().sshctl(["policy", "status"]);
    expect(status.stdout).toContain("left alone: it is the last open session that can become root");
  });

  test(
    "killed, it warns nobody twice; a file of nonsense changes nothing; a pause keeps all",
    { timeout },
    async () => {
      const idle: SshShell = await open(openShell(lab(), { user: "alice" }));
      await open(openShell(lab(), { user: "root" }));
      const policy = `${head("act")}[[rule]]\nname = "idle"\nuser = "alice"\nidle = "5s"\nwarn = "40s"\naction = "kill"\n`;
      await start(policy);
      await idle.waitFor(/will be ended in 40s by rule idle/, { timeoutMs: 120_000 });
      await until(lab(), "written down", ({ counts }) => counts.warned === 1);
      const shown = await lab().sh(`${node} ${sshctl} show $(${node} ${sshctl} list -q --user alice)`);
      expect(shown.stdout).toMatch(/ends +in \d+s by rule idle/);
      const listed = await lab().sshctl(["list", "--columns", "user,ends"]);
      expect(listed.stdout).toMatch(/^alice +\d+s idle$/m);
      // systemd starts it again.
      await lab().must(
        `pid() { systemctl show -p MainPID --value sshctl-policy; }; old=$(pid); systemctl kill -s KILL --kill-who=main sshctl-policy
         until [ "$(pid)" != "$old" ] && [ "$(pid)" != 0 ] && systemctl is-active --quiet sshctl-policy; do sleep 0.2; done`,
        { timeoutMs: 120_000 },
      );
      await lab().writeFile(rules, "mode = nonsense\n");
      await lab().must("systemctl reload sshctl-policy");
      const wrong = await until(lab(), "told", ({ fault }) => fault !== null);
      expect(wrong.fault).toContain(`${rules}:1:8: `);
      expect(wrong.rules).toHaveLength(1);
      await idle.exited;
      expect(warnings(idle)).toBe(1);

      const other = await open(openShell(lab(), { user: "alice" }));
      await lab().must(`${node} ${sshctl} policy pause 1h --reason INC-2`);
      await lab().writeFile(rules, policy.replace("40s", "10s"));
      await lab().must("systemctl reload sshctl-policy");
      const paused = await until(
        lab(),
        "paused",
        ({ looks, fault, pause }) => looks > 4 && fault === null && pause !== null,
      );
      expect([paused.coming, isOpen(other), warnings(other)]).toEqual([[], true, 0]);
      await lab().must(`${node} ${sshctl} policy resume`);
      await other.exited;
    },
  );

  test("in mode observe it touches nobody, and is small and quiet", { timeout }, async () => {
    const idle = await open(openShell(lab(), { user: "alice" }));
    await open(openShell(lab(), { user: "root" }));
    const acts = async () => lab().must("journalctl -t sshctl -o cat --no-pager | grep -c 'act=\"policy\"' || true");
    const before = await acts();
    await start(
      `${head("observe")}[[rule]]\nname = "idle"\nuser = "alice"\nidle = "5s"\nwarn = "5s"\naction = "kill"\n`,
    );
    const status = await until(lab(), "counted", ({ counts }) => counts.wouldEnd === 1);
    expect([isOpen(idle), warnings(idle), status.counts]).toMatchObject([true, 0, { ended: 0, warned: 0 }]);
    expect(await acts()).toBe(before);
    const exposure = await lab().must("systemd-analyze security sshctl-policy --no-pager | tail -n 1");
    expect(Number(/level for sshctl-policy\.service: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThanOrEqual(2.5);
    const memory = await lab().must("grep VmHWM /proc/$(systemctl show -p MainPID --value sshctl-policy)/status");
    expect(Number(/(\d+) kB/.exec(memory)?.[1])).toBeLessThan(80 * 1024);
  });

  test("a sandbox in which it would see nobody is refused, and named", { timeout }, async () => {
    await open(openShell(lab(), { user: "alice" }));
    await lab().writeFile(rules, head("observe"));
    const inService = async (...properties: string[]) => {
      const given = properties.map((property) => `-p ${property}`).join(" ");
      return lab().sh(`systemd-run --quiet --wait --pipe ${given} ${node} ${sshctl} policy run --looks 1`);
    };
    for (const [property, why] of [
      ["CapabilityBoundingSet=", "CAP_SYS_PTRACE"],
      ["PrivateNetwork=yes", "PrivateNetwork="],
      ["PrivateUsers=yes", "not every session can be seen"],
    ] as const) {
      const { exitCode, stderr } = await inService(property);
      expect({ property, exitCode, stderr }).toEqual({ property, exitCode: 3, stderr: expect.stringContaining(why) });
    }
    expect(await inService("CapabilityBoundingSet='CAP_SYS_PTRACE CAP_KILL'")).toMatchObject({ exitCode: 0 });
  });
});
