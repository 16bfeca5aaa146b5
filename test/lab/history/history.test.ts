import { beforeAll, describe, expect, test } from "vitest";
import type { HistoryDocument, HistoryFailedDocument, PastConnectionJson } from "../../../src/text/json-contract.ts";
import { documentOf } from "../machine/document.ts";
import { describeEverySuite, useMachine } from "../machine/lab-test.ts";
import type { Layer } from "../machine/layers.ts";
import type { Machine } from "../machine/machine.ts";
import {
  openCommand,
  openMaster,
  openSftp,
  openShell,
  openTunnel,
  type SshClient,
  type SshShell,
  type Target,
} from "../machine/ssh-client.ts";
import type { Suite } from "../machine/suites.ts";
import { reloadSshd } from "../reload-sshd.ts";
import { listJson, rowOf } from "../sessions-json.ts";

async function historyJson(machine: Machine, ...args: string[]): Promise<HistoryDocument> {
  await machine.must("journalctl --sync");
  const { stdout, stderr, exitCode } = await machine.sshctl(["history", "-o", "json", ...args]);
  expect(exitCode, stderr).toBe(0);
  return documentOf({ stdout, stderr, exitCode }) as HistoryDocument;
}

function connectionOf({ connections }: HistoryDocument, { local }: Pick<SshClient, "local">): PastConnectionJson {
  const rows = connections.filter(({ peer }) => peer?.port === local.port);
  expect(rows, `rows with the peer port ${String(local.port)}`).toHaveLength(1);
  const [row] = rows;
  if (row === undefined) throw new Error("unreachable");
  return row;
}

/** What a client knows of itself. */
interface Known {
  user: string;
  client: SshClient;
  /** When it was started and when it had certainly logged in, and the same of its end: milliseconds since the epoch. */
  startMs: number;
  openMs: number;
  endingMs: number;
  endedMs: number;
}

type Open = (machine: Machine, target: Target) => Promise<SshClient>;

/** Opens a connection and ends it in some way, the client's end included. */
async function visit(
  machine: Machine,
  open: Open,
  target: Target,
  end: (client: SshClient) => Promise<void>,
): Promise<Known> {
  const startMs = Date.now();
  const client = await open(machine, target);
  const openMs = Date.now();
  await end(client);
  const endingMs = Date.now();
  await client.exited;
  return { user: target.user ?? "alice", client, startMs, openMs, endingMs: endingMs - 5000, endedMs: Date.now() };
}

const kinds: readonly (readonly [kind: string, open: Open, target: Target])[] = [
  ["a shell", openShell, { user: "alice" }],
  ["a command", openCommand, { user: "bob" }],
  ["sftp", openSftp, { user: "deploy", host: "::1" }],
  ["a tunnel", openTunnel, { user: "carol", port: 2222 }],
  ["a shell of root", openShell, { user: "root" }],
  ["a name with a space", openShell, { user: "Zoë Smith" }],
];

/** The processes of a client's connection, as a list shows them. */
async function processesOf(
  machine: Machine,
  client: SshClient,
): Promise<{ child: number; monitor: number; logind: string }> {
  const { pid, monitorPid, logindSession } = rowOf(await listJson(machine), client);
  return { child: pid, monitor: monitorPid ?? pid, logind: logindSession ?? "" };
}

async function ttyOf(shell: SshShell): Promise<string> {
  return /\/dev\/(pts\/\d+)/.exec(await shell.ask("tty"))?.[1] ?? "";
}

/** Ways to end, what the log can tell of each, and since which generation. */
const ways: readonly {
  way: string;
  target?: Target;
  end: (machine: Machine, client: SshClient) => Promise<void>;
  told: (suite: Suite) => Partial<PastConnectionJson>;
}[] = [
  {
    way: "the client says goodbye",
    end: async (_, client) => {
      client.write("exit\n");
      await client.exited;
    },
    told: () => ({ ended: "client", endedVerified: false }),
  },
  {
    way: "root's client says goodbye",
    target: { user: "root" },
    end: async (_, client) => {
      client.write("exit\n");
      await client.exited;
    },
    told: () => ({ ended: "client", endedVerified: true }),
  },
  {
    way: "the client is killed",
    end: async (machine, client) => machine.signal(client.pid, "KILL"),
    told: ({ logsPartings }) => (logsPartings ? { ended: "gone", endedVerified: false } : { ended: "unknown" }),
  },
  {
    way: "the session's process gets TERM",
    end: async (machine, client) => machine.signal((await processesOf(machine, client)).child, "TERM"),
    told: ({ logsPartings }) => (logsPartings ? { ended: "killed", signal: "TERM" } : { ended: "unknown" }),
  },
  {
    way: "the monitor gets TERM",
    end: async (machine, client) => machine.signal((await processesOf(machine, client)).monitor, "TERM"),
    told: ({ logsPartings }) => (logsPartings ? { ended: "killed", signal: "TERM" } : { ended: "unknown" }),
  },
  {
    way: "root's process gets KILL",
    target: { user: "root" },
    end: async (machine, client) => machine.signal((await processesOf(machine, client)).child, "KILL"),
    told: ({ logsPartings }) => (logsPartings ? { ended: "killed", signal: "KILL" } : { ended: "unknown" }),
  },
  {
    way: "sshctl kill",
    end: async (machine, client) => {
      const { child } = await processesOf(machine, client);
      const { exitCode } = await machine.sshctl(["kill", String(child), "--reason", "CHG-1182"]);
      expect(exitCode).toBe(0);
    },
    told: () => ({
      ended: "killed",
      endedVerified: true,
      killedBy: expect.objectContaining({
        caller: "root",
        signal: "TERM",
        reason: "CHG-1182",
      }) as PastConnectionJson["killedBy"],
    }),
  },
  {
    way: "loginctl terminate-session",
    end: async (machine, client) => {
      await machine.must(`loginctl terminate-session ${(await processesOf(machine, client)).logind}`);
    },
    told: () => ({ ended: "killed", killedBy: { caller: "systemd", signal: null, reason: null, act: null } }),
  },
  {
    way: "sshd waits no longer",
    end: async (machine, client) => {
      await machine.signal(client.pid, "STOP");
      await machine.must(
        `until journalctl -q -b --grep 'Timeout, client not responding' | grep -q 'port ${String(client.local.port)}'; do sleep 0.1; done`,
      );
      await machine.signal(client.pid, "CONT");
    },
    told: () => ({ ended: "timeout", endedVerified: false }),
  },
];

/** Debian 14 has no wtmp any more; sshd writes a database, and a program reads it. */
const wtmpdb: Layer = { name: "wtmpdb", packages: ["wtmpdb"] };

describeEverySuite("what sshd and logind write about an end differs", (suite) => {
  const lab = useMachine(suite.name, suite.name === "forky" ? { layers: [wtmpdb] } : {});

  beforeAll(async () => {
    await lab().writeFile("/etc/systemd/journald.conf.d/zz-keep.conf", "[Journal]\nStorage=persistent\n");
    await lab().must("systemctl restart systemd-journald && journalctl --flush");
    await lab().writeFile("/etc/ssh/sshd_config.d/02-alive.conf", "ClientAliveInterval 1\nClientAliveCountMax 2\n");
    await reloadSshd(lab());
  });

  test("every kind of connection is a row with what its client knows", async () => {
    const known: Known[] = [];
    for (const [, open, target] of kinds) known.push(await visit(lab(), open, target, async (client) => client.end()));
    const history = await historyJson(lab());
    for (const { user, client, startMs, openMs, endedMs } of known) {
      const row = connectionOf(history, client);
      expect(row).toMatchObject({ user, on: "yes", id: null, auth: { method: "publickey", verified: true } });
      expect(row.peer).toEqual(client.local);
      const [loginMs, endMs] = [Date.parse(row.loginAt ?? ""), Date.parse(row.endedAt ?? "")];
      expect(loginMs).toBeGreaterThanOrEqual(startMs - 1);
      expect(loginMs).toBeLessThanOrEqual(openMs);
      expect(endMs).toBeGreaterThanOrEqual(openMs);
      expect(endMs).toBeLessThanOrEqual(endedMs + 2000);
      expect(row.logindSession).not.toBeNull();
    }
  });

  test("one connection with two shells is one row", async () => {
    const over = await openMaster(lab(), { user: "bob" });
    const shells = [await openShell(lab(), { user: "bob", over }), await openShell(lab(), { user: "bob", over })];
    const ttys = await Promise.all(shells.map(ttyOf));
    for (const shell of shells) await shell.end();
    await over.client.end();
    const row = connectionOf(await historyJson(lab()), over.client);
    expect(row).toMatchObject({ user: "bob", ended: "client" });
    const told = row.ttys ?? [];
    expect(ttys).toEqual(expect.arrayContaining([...told]));
    // The database does not keep whose process a terminal belongs to.
    expect(told.length).toBeGreaterThanOrEqual(suite.name === "forky" ? 0 : 2);
  });

  test("the terminal of a shell is known when it has ended, too", async () => {
    const shell = await openShell(lab(), { user: "deploy" });
    const tty = await ttyOf(shell);
    await shell.end();
    expect(connectionOf(await historyJson(lab()), shell).ttys).toEqual([tty]);
  });

  test("an open one has the identity that it has in the list", async () => {
    const shell = await openShell(lab());
    const listed = rowOf(await listJson(lab()), shell);
    const now = connectionOf(await historyJson(lab()), shell);
    expect(now).toMatchObject({ id: listed.id, ended: "open", ttys: listed.ttys, local: listed.local, endedAt: null });
    expect(now.sources).toEqual(["sshd", "logind", "processes"]);
    // Of all that was before, only the list tells: its login is looked up.
    const later = connectionOf(await historyJson(lab(), "--since", "now"), shell);
    expect(later).toMatchObject({ id: listed.id, loginAt: now.loginAt, auth: now.auth });
    await shell.end();
    expect(connectionOf(await historyJson(lab()), shell)).toMatchObject({
      id: null,
      ended: "client",
      loginAt: now.loginAt,
    });
  });

  describe("how it ended", () => {
    test.each(ways)("$way", async ({ target = {}, end, told }) => {
      const { client, openMs, endedMs } = await visit(lab(), openShell, target, async (each) => end(lab(), each));
      const row = connectionOf(await historyJson(lab()), client);
      expect(row).toMatchObject(told(suite));
      const endMs = Date.parse(row.endedAt ?? "");
      expect(endMs).toBeGreaterThanOrEqual(openMs);
      expect(endMs).toBeLessThanOrEqual(endedMs + 2000);
    });
  });

  test("no line that a user writes makes or ends a row", async () => {
    const shell = await openShell(lab());
    const { monitor } = await processesOf(lab(), shell);
    const { address, port } = shell.local;
    const lines = [
      `Accepted publickey for root from 203.0.113.9 port 4242 ssh2: RSA SHA256:forged`,
      `pam_unix(sshd:session): session closed for user alice`,
      `error: mm_reap: child terminated by signal 9`,
      `Disconnected from user alice ${address} port ${String(port)}`,
    ];
    for (const line of lines)
      for (const tag of ["sshd", "sshd-session"])
        await lab().must(`logger -t ${tag} --id=${String(monitor)} "$1"`.replace('"$1"', `'${line}'`), { user: "bob" });
    const history = await historyJson(lab());
    expect(history.connections.filter(({ peer }) => peer?.address === "203.0.113.9")).toEqual([]);
    await lab().signal(monitor, "TERM");
    await shell.exited;
    const ended = connectionOf(await historyJson(lab()), shell);
    expect(ended.endedAt).not.toBeNull();
    expect(ended.ended).toBe(suite.logsPartings ? "killed" : "unknown");
  });

  test("says who was on at a moment, and where nobody can know", async () => {
    const before = await openShell(lab(), { user: "carol" });
    await lab().must("journalctl --sync");
    const at = (await lab().must("date +@%s.%N")).trim().replace(/(\.\d{3}).*/, "$1");
    await before.end();
    const then = await historyJson(lab(), "--at", at);
    expect(connectionOf(then, before)).toMatchObject({ on: "yes", ended: "client" });
    expect(then.connections).toHaveLength(1);
  });

  test("attempts are as many as were made, whatever the names say", async () => {
    const ssh = "ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";
    const passwords = `SSH_ASKPASS=/root/wrong SSH_ASKPASS_REQUIRE=force DISPLAY=:0 setsid -w ${ssh} -o PreferredAuthentications=password`;
    await lab().writeFile("/root/wrong", "#!/bin/sh\necho wrong\n", "755");
    await lab().must("ssh-keygen -q -t ed25519 -N '' -f /root/stranger");
    await lab().must("echo 'MaxAuthTries 6' >/etc/ssh/sshd_config.d/zz-tries.conf");
    await reloadSshd(lab());
    const since = (await lab().must("date +@%s.%N")).trim().replace(/(\.\d{3}).*/, "$1");
    const forged = "x from 9.9.9.9 port 1 ssh2";
    // sshd answers a wrong password late.
    await Promise.all([
      lab().sh(`${passwords} -o NumberOfPasswordPrompts=3 mia@127.0.0.1 true </dev/null`),
      lab().sh(`${passwords} -o NumberOfPasswordPrompts=2 -l '${forged}' 127.0.0.1 true </dev/null`),
      lab().sh(`${ssh} -o BatchMode=yes -o IdentitiesOnly=yes -i /root/stranger alice@127.0.0.1 true </dev/null`),
    ]);
    const alice = await openShell(lab());
    await alice.end();
    // Its account has expired: sshd knows the key, and PAM says no.
    await lab().must("chage -E 1 bob");
    expect(
      (await lab().sh(`${ssh} -o BatchMode=yes -i /root/.ssh/id_lab bob@127.0.0.1 true </dev/null`)).exitCode,
    ).toBe(255);
    await lab().must("chage -E -1 bob; journalctl --sync");
    const result = await lab().sshctl(["history", "--failed", "--since", since, "-o", "json"]);
    const { attempts } = documentOf(result) as HistoryFailedDocument;
    const told = attempts.map((each) => [each.from, each.user, each.method, each.attempts, each.logins, each.invalid]);
    expect(told.toSorted((a, b) => Number(b[3]) - Number(a[3]))).toEqual([
      ["127.0.0.1", "mia", "password", 3, 0, true],
      ["127.0.0.1", forged, "password", 2, 0, true],
      ["127.0.0.1", "alice", null, 1, 1, false],
      [null, "bob", "refused by PAM", 1, 0, false],
    ]);
  });

  test("says what journald has dropped", async () => {
    const flood = "for i in $(seq 100); do echo $i; done; sleep 1.2; echo over";
    await lab().must(
      `systemd-run -q --wait -u flood -p LogRateLimitIntervalSec=1s -p LogRateLimitBurst=10 sh -c '${flood}'`,
    );
    await lab().must("until journalctl -q --grep '^Suppressed' | grep -q flood; do sleep 0.1; done");
    const { warnings } = await historyJson(lab());
    expect(warnings).toContainEqual({
      code: "lines-suppressed",
      message: expect.stringMatching(/^journald has dropped \d+ lines of flood\.service, /) as string,
    });
  });

  test("a shutdown ends all, and a crash loses them", async () => {
    const shutDown = [await openShell(lab(), { user: "alice" }), await openTunnel(lab(), { user: "root" })];
    await lab().reboot();
    await lab().must("until systemctl is-active -q ssh systemd-logind; do sleep 0.1; done");
    const lost = await openShell(lab(), { user: "bob" });
    await lab().must("journalctl --sync");
    const aliveMs = Date.now();
    await lab().crash();
    await lab().must("until systemctl is-active -q ssh systemd-logind; do sleep 0.1; done");
    const history = await historyJson(lab());
    for (const client of shutDown) {
      const row = connectionOf(history, client);
      expect(row).toMatchObject({ ended: "shutdown", endedVerified: true });
      expect(Date.parse(row.endedAt ?? row.endedBefore ?? "")).toBeLessThan(aliveMs);
    }
    expect(connectionOf(history, lost)).toMatchObject({ ended: "lost", endedAt: null });
    expect(connectionOf(history, lost).endedBefore).not.toBeNull();
    const at = new Date(Date.parse(connectionOf(history, lost).loginAt ?? "") - 1).toISOString();
    expect((await historyJson(lab(), "--at", at)).connections).toEqual([]);
  });

  test("journal files are read on another machine's behalf, and nothing without the right to", async () => {
    await lab().must("mkdir /tmp/copy && cp -r /var/log/journal/. /tmp/copy");
    const copy = await historyJson(lab(), "--journal", "/tmp/copy", "--since", "1h ago");
    expect(copy.connections.some(({ ended }) => ended === "lost")).toBe(true);
    const result = await lab().sshctl(["history", "-o", "json"], { user: "alice" });
    expect(result).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("the journal cannot be read") as string,
    });
    // What everybody may read are terminals, and who was on them.
    const { connections } = documentOf(result) as HistoryDocument;
    const sources = connections.filter(({ ended }) => ended !== "open").flatMap((each) => each.sources);
    expect(sources.filter((source) => !source.startsWith("/var/log/wtmp"))).toEqual([]);
  });
});
