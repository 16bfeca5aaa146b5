/**
 * How right the classic tools are about the same sessions, on each Debian: `npm run accuracy` writes docs/accuracy.md.
 * The truth is what the clients know; every client comes from an address of its own.
 */
import { writeFileSync } from "node:fs";
import { startLoggingDropbear } from "../test/lab/machine/dropbear.ts";
import { ensureRoots } from "../test/lab/machine/build-root.ts";
import { installHostTools } from "../test/lab/machine/host.ts";
import type { Layer } from "../test/lab/machine/layers.ts";
import { Machine } from "../test/lab/machine/machine.ts";
import {
  openCommand,
  openMaster,
  openSftp,
  openShell,
  openTerminalCommand,
  openTunnel,
  type SshShell,
} from "../test/lab/machine/ssh-client.ts";
import { everySuite, type Suite } from "../test/lab/machine/suites.ts";

/** One SSH connection as its client knows it. */
interface Truth {
  address: string;
  ttys: readonly string[];
}

/** One row of what a tool says. */
interface Claim {
  ttys: readonly string[];
  address: string | undefined;
  /** Whether it says when it ended. */
  hasEnd?: boolean;
}

interface Tool {
  commandLine: string;
  /** What it says about sessions, a claim each. */
  read: (machine: Machine) => Promise<Claim[]>;
}

const tools: readonly Tool[] = [
  { commandLine: "who -u", read: async (machine) => claimsOf(await machine.must("who -u")) },
  { commandLine: "w", read: async (machine) => claimsOf(await machine.must("w -h")) },
  {
    commandLine: "loginctl list-sessions",
    read: async (machine) => claimsOf(await machine.must("loginctl list-sessions --no-legend --no-pager")),
  },
  {
    commandLine: "ss -tnp '( sport = :22 or sport = :2200 )'",
    read: async (machine) => {
      const rows = await machine.must("ss -Htnp state established '( sport = :22 or sport = :2200 )'");
      return claimsOf(rows.replaceAll(/\S+:22(?:00)? /g, ""));
    },
  },
  { commandLine: "pgrep -c sshd", read: async (machine) => countClaims(await machine.must("pgrep -c sshd")) },
  {
    commandLine: "ps -ef | grep '[s]shd'",
    read: async (machine) => claimsOf(await machine.must("ps -ef | grep '[s]shd'")),
  },
];

/** What is said afterwards, when everybody has left. Debian 13 and later need packages for it that are not installed by default. */
const logs: readonly (Tool & { isOn: (suite: Suite) => boolean })[] = [
  { commandLine: "last -w -i", isOn: isOld, read: async (machine) => pastClaims(await machine.must("last -w -i")) },
  { commandLine: "lastlog", isOn: isOld, read: async (machine) => pastClaims(await machine.must("lastlog")) },
  { commandLine: "wtmpdb last", isOn: isNew, read: async (machine) => pastClaims(await machine.must("wtmpdb last")) },
  { commandLine: "lastlog2", isOn: isNew, read: async (machine) => pastClaims(await machine.must("lastlog2")) },
];

/** Debian 13 has left wtmp and lastlog. */
function isOld({ name }: Suite): boolean {
  return name === "bullseye" || name === "bookworm";
}

function isNew(suite: Suite): boolean {
  return !isOld(suite);
}

const afterwards: Layer = { name: "login-books", packages: ["wtmpdb", "lastlog2", "libpam-lastlog2"] };

/** Lines about reboots, and of users who never came, have neither a terminal nor an address. */
function pastClaims(table: string): Claim[] {
  const lines = table.split("\n").filter((line) => /\bpts\/|\b\d+(?:\.\d+){3}\b/.test(line));
  return lines.map((line) => ({
    ttys: line.match(/\bpts\/\d+\b/g) ?? [],
    address: /\b\d+(?:\.\d+){3}\b/.exec(line)?.[0],
    hasEnd: /\d\d:\d\d(?::\d\d)? - \d\d:\d\d/.test(line),
  }));
}

/** A claim for each line. */
function claimsOf(table: string): Claim[] {
  const lines = table.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => ({
    ttys: line.match(/\bpts\/\d+\b/g) ?? [],
    address: /\b\d+(?:\.\d+){3}\b/.exec(line)?.[0],
  }));
}

function countClaims(text: string): Claim[] {
  return Array.from({ length: Number(text) }, () => ({ ttys: [], address: undefined }));
}

interface Score {
  says: number;
  rightTtys: number;
  rightPeers: number;
  /** Of those with the right peer: how many have an end. */
  ends: number;
}

/** A terminal is right where it belongs to a session, and to the one whose address stands beside it. */
function score(claims: readonly Claim[], truths: readonly Truth[]): Score {
  const rightTtys = claims.flatMap(({ ttys, address }) => {
    const possible = truths.filter((truth) => address === undefined || address === truth.address);
    return ttys.filter((tty) => possible.some((truth) => truth.ttys.includes(tty)));
  });
  const isOf = ({ ttys, address }: Claim, truth: Truth) =>
    address === truth.address && ttys.every((tty) => truth.ttys.includes(tty));
  const rightPeers = truths.filter((truth) => claims.some((claim) => isOf(claim, truth)));
  const ends = truths.filter((truth) => claims.some((claim) => claim.hasEnd === true && isOf(claim, truth)));
  return {
    says: claims.length,
    rightTtys: new Set(rightTtys).size,
    rightPeers: rightPeers.length,
    ends: ends.length,
  };
}

/** @returns a function that ends all of it, as the clients do. */
async function openEverything(machine: Machine): Promise<{ truths: Truth[]; leave: () => Promise<void> }> {
  await startLoggingDropbear(machine);
  const truths: Truth[] = [];
  const clients: { end: () => Promise<void> }[] = [];
  const from = (user: string, port = 22) => {
    const address = `127.0.0.${String(truths.length + 11)}`;
    const ttys: string[] = [];
    truths.push({ address, ttys });
    return { target: { user, port, args: ["-b", address] }, ttys };
  };
  const tell = async (shell: SshShell, ttys: string[]) =>
    ttys.push((await shell.ask("tty")).trim().replace("/dev/", ""));
  for (const [user, port] of [["alice"], ["root"], ["carol"], ["bob", 2200]] as const) {
    const { target, ttys } = from(user, port);
    const shell = await openShell(machine, target);
    clients.push(shell);
    await tell(shell, ttys);
  }
  clients.push(
    await openCommand(machine, from("bob").target),
    await openSftp(machine, from("deploy").target),
    await openTunnel(machine, from("alice").target),
  );
  const onTerminal = from("bob");
  const command = await openTerminalCommand(machine, onTerminal.target, "sh -c 'tty; cat'");
  clients.push(command);
  onTerminal.ttys.push((await command.waitFor(/pts\/\d+/))[0]);
  const shared = from("bob");
  const over = await openMaster(machine, shared.target);
  const shells = [await openShell(machine, { user: "bob", over }), await openShell(machine, { user: "bob", over })];
  for (const shell of shells) await tell(shell, shared.ttys);
  const leave = async () => {
    for (const client of [...clients, ...shells, over.client]) await client.end();
  };
  return { truths, leave };
}

async function measure(suite: Suite): Promise<string> {
  const machine = await Machine.boot(suite.name, isNew(suite) ? { layers: [afterwards] } : {});
  try {
    const { truths, leave } = await openEverything(machine);
    const ttys = truths.flatMap((truth) => truth.ttys).length;
    const rows = [];
    for (const { commandLine, read } of tools) rows.push(rowOf(commandLine, score(await read(machine), truths)));
    await machine.writeFile("/root/.ssh/config", configuration, "600");
    for (const command of ["list", "list --on localhost"])
      rows.push(rowOf(`sshctl ${command}`, score(await claimsOfOurs(machine, command.split(" ")), truths)));
    await leave();
    await machine.sshctl(["watch", "--until-none", "-o", "ndjson"], { timeoutMs: 60_000 });
    await machine.must("journalctl --sync");
    const past = [];
    for (const { commandLine, isOn, read } of logs)
      if (isOn(suite)) past.push(pastRowOf(commandLine, score(await read(machine), truths)));
    past.push(pastRowOf("sshctl history", score(await historyClaims(machine), truths)));
    const title = `## ${suite.name}, OpenSSH ${suite.openssh}: ${String(truths.length)} connections with ${String(ttys)} terminals`;
    return [
      title,
      "",
      "| command | says | right terminals | right peers |",
      "| --- | ---: | ---: | ---: |",
      ...rows,
      "",
      "Afterwards, when all of them had left:",
      "",
      "| command | says | right terminals | right peers | ends |",
      "| --- | ---: | ---: | ---: | ---: |",
      ...past,
      "",
    ].join("\n");
  } finally {
    await machine.stop();
  }
}

/** For a look by SSH. */
const configuration = "IdentityFile /root/.ssh/id_lab\nStrictHostKeyChecking no\nLogLevel ERROR\n";

async function claimsOfOurs(machine: Machine, command: readonly string[]): Promise<Claim[]> {
  const { stdout } = await machine.sshctl([...command, "--json"]);
  const { sessions } = JSON.parse(stdout) as { sessions: { ttys: string[]; peer: { address: string } }[] };
  return sessions.map(({ ttys, peer: { address } }) => ({ ttys, address }));
}

/** The looks by SSH at the machine itself came from other addresses. */
async function historyClaims(machine: Machine): Promise<Claim[]> {
  const { stdout } = await machine.sshctl(["history", "--not-from", "127.0.0.1,::1", "-o", "json"]);
  const { connections } = JSON.parse(stdout) as {
    connections: { ttys: string[] | null; peer: { address: string } | null; endedAt: string | null }[];
  };
  return connections.map(({ ttys, peer, endedAt }) => ({
    ttys: ttys ?? [],
    address: peer?.address,
    hasEnd: endedAt !== null,
  }));
}

function pastRowOf(commandLine: string, { says, rightTtys, rightPeers, ends }: Score): string {
  return `| \`${commandLine}\` | ${[says, rightTtys, rightPeers, ends].map(String).join(" | ")} |`;
}

function rowOf(commandLine: string, { says, rightTtys, rightPeers }: Score): string {
  return `| \`${commandLine.replaceAll("|", "\\|")}\` | ${[says, rightTtys, rightPeers].map(String).join(" | ")} |`;
}

const introduction = `# Accuracy

What the classic tools say about the same SSH sessions, while they go on and afterwards, and what is right about it. Written by \`npm run accuracy\`, which opens
the sessions on real machines: shells of four users (one through dropbear), a command with and one without a terminal, sftp, a
tunnel, and one connection that two shells share. The truth is what the clients know; each comes from an address of its own.

- *says*: the rows, or the number, that the tool gives. Right is the number of connections.
- *right terminals*: how many of the terminals are named, and not beside the address of another session.
- *right peers*: how many connections are named with their address, and not beside the terminal of another session.
- *ends*: to how many of these an end is told.

\`last\` and \`lastlog\` read wtmp and lastlog, which Debian 13 no longer has; \`wtmpdb last\` and \`lastlog2\` come with packages of these names,
which Debian does not install by default. \`sshctl history\` leaves out the logins from 127.0.0.1 and ::1, by which \`list --on\` was measured.
`;

installHostTools();
await ensureRoots(everySuite(), console.error);
const sections: string[] = [];
for (const suite of everySuite()) sections.push(await measure(suite));
const document = `${[introduction, ...sections].join("\n").trimEnd()}\n`;
writeFileSync(new URL("../docs/accuracy.md", import.meta.url), document);
process.stdout.write(document);
