/**
 * Records machines of the lab into test/fixtures/hosts: npm run record-fixtures. What is expected of a recording is what
 * the clients know of their own connections at that moment; the tool's own answers have no part in it.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { formatEndpoint } from "../../src/domain/address.ts";
import { inOrder, type ExpectedHost, type ExpectedSession } from "../contract/expected-host.ts";
import { startDropbear } from "../lab/machine/dropbear.ts";
import { installHostTools, labUnavailable } from "../lab/machine/host.ts";
import { Machine, type RunOptions } from "../lab/machine/machine.ts";
import {
  openCommand,
  openLegacyScp,
  openMaster,
  openReverseTunnel,
  openSftp,
  openShell,
  openSilent,
  openTunnel,
  type SshClient,
  type SshShell,
  type Target,
} from "../lab/machine/ssh-client.ts";
import type { SuiteName } from "../lab/machine/suites.ts";

const hosts = fileURLToPath(new URL("../fixtures/hosts/", import.meta.url));
const recorder = fileURLToPath(new URL("../../collector/collect.sh", import.meta.url));

const v4 = { host: "192.0.2.10", args: ["-b", "198.51.100.7"] };
const v6 = { host: "2001:db8::10", port: 2222, args: ["-b", "2001:db8::7"] };

/** Addresses beside the loopback's, all of them for documentation: RFC 5737, RFC 3849. */
const addAddresses =
  "for a in 192.0.2.10/32 198.51.100.7/32 2001:db8::10/128 2001:db8::7/128; do ip addr add $a dev lo; done";

async function recordEveryKind(suite: SuiteName, name: string): Promise<void> {
  await using machine = await Machine.boot(suite);
  await machine.must(addAddresses);
  await startDropbear(machine);
  const sessions = [
    await shellOf(machine, "alice", v4),
    await shellOf(machine, "root", v4),
    await shellOf(machine, "Zoë Smith", v6),
    await shellOf(machine, String.raw`CORP\bob`, v4),
    await busyShell(machine),
    await sharedConnection(machine),
    opened("bob", "command", await openCommand(machine, { user: "bob", ...v4 })),
    opened("deploy", "sftp", await openSftp(machine, { user: "deploy", ...v6 })),
    opened("alice", "scp", await openLegacyScp(machine, v4)),
    opened("alice", "tunnel", await openReverseTunnel(machine, "9902:127.0.0.1:22", v4)),
    opened("root", "tunnel", await openTunnel(machine, { user: "root", ...v4 })),
    stranger(await openSilent(machine, { host: v4.host })),
    inDropbear(await shellOf(machine, "alice", { ...v4, port: 2200 })),
    inDropbear(stranger(await openSilent(machine, { host: v4.host, port: 2200 }))),
  ];
  const listeners = [
    { server: "openssh", ports: [22, 2222] },
    { server: "dropbear", ports: [2200] },
  ];
  await record(machine, name, { listeners, sessions });
}

/** What an ordinary user can record: no executables, no files, no sockets of sshd. */
async function recordWithoutRoot(suite: SuiteName, name: string): Promise<void> {
  await using machine = await Machine.boot(suite);
  await machine.must(addAddresses);
  const sessions = [
    await shellOf(machine, "alice", v4),
    await shellOf(machine, "root", v6),
    opened("bob", "command", await openCommand(machine, { user: "bob", ...v4 })),
    opened("alice", "tunnel", await openTunnel(machine, v4)),
    stranger(await openSilent(machine, { host: v4.host })),
  ];
  const unseen = sessions.map((session) => ({ ...session, peer: null, local: null }));
  await record(machine, name, { listeners: [{ server: "openssh", ports: [] }], sessions: unseen }, { user: "alice" });
}

async function record(machine: Machine, name: string, expected: ExpectedHost, options: RunOptions = {}): Promise<void> {
  const input = await readFile(recorder, "utf8");
  const { stdout, stderr } = await machine.run(["sh", "-s", "--", "--with-tools"], { input, ...options });
  if (stderr !== "") throw new Error(stderr);
  await mkdir(`${hosts}${name}`, { recursive: true });
  await writeFile(`${hosts}${name}/recording.tsv`, stdout);
  await writeFile(`${hosts}${name}/expected.json`, `${JSON.stringify(inOrder(expected), undefined, 2)}\n`);
  console.log(`${name}: ${String(expected.sessions.length)} sessions, ${String(stdout.length)} bytes`);
}

function opened(user: string, kind: string, client: SshClient, ttys: readonly string[] = []): ExpectedSession {
  const ends = { peer: formatEndpoint(client.local), local: formatEndpoint(client.remote) };
  return { server: "openssh", phase: "open", user, kind, ttys, ...ends };
}

function stranger(client: SshClient): ExpectedSession {
  return { ...opened("", "", client), phase: "authenticating", user: null, kind: null };
}

function inDropbear(session: ExpectedSession): ExpectedSession {
  return { ...session, server: "dropbear" };
}

async function shellOf(machine: Machine, user: string, target: Target): Promise<ExpectedSession> {
  const shell = await openShell(machine, { user, ...target });
  return opened(user, "shell", shell, [await ttyOf(shell)]);
}

async function busyShell(machine: Machine): Promise<ExpectedSession> {
  const shell = await openShell(machine, { user: "bob", ...v4 });
  const tty = await ttyOf(shell);
  shell.write("echo at-$((1)); sleep 1000\n");
  await shell.waitFor(/at-1/);
  return opened("bob", "shell", shell, [tty]);
}

async function sharedConnection(machine: Machine): Promise<ExpectedSession> {
  const master = await openMaster(machine, { user: "bob", ...v4 });
  const shells = [
    await openShell(machine, { user: "bob", over: master }),
    await openShell(machine, { user: "bob", over: master }),
  ];
  return opened("bob", "shell", master.client, await Promise.all(shells.map(ttyOf)));
}

async function ttyOf(shell: SshShell): Promise<string> {
  return (await shell.ask("tty")).trim().replace("/dev/", "");
}

const reason = labUnavailable();
if (reason !== undefined) throw new Error(reason);
installHostTools();
await recordEveryKind("bullseye", "debian-11");
await recordEveryKind("bookworm", "debian-12");
await recordEveryKind("trixie", "debian-13");
await recordEveryKind("forky", "debian-forky");
await recordWithoutRoot("trixie", "no-root");
