/** What is measured, part by part. */
import { rolldown } from "rolldown";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { Machine, node, sshctl } from "../test/lab/machine/machine.ts";
import { addJournal, journalUnavailable } from "./large-journal.ts";
import { openSessions } from "./many-sessions.ts";
import { median, peakMemory, timeCommands, type Result } from "./measure.ts";
import { writeHost } from "./simulated-host.ts";

/** Debian 13: the generation whose sshd takes a thousand connections, and whose own Node is the oldest supported. */
const suite = "trixie";

const tool = `${node} ${sshctl}`;

/** With a few sessions nearly all of the time is that of starting. */
export async function startUp(): Promise<Result[]> {
  await using machine = await Machine.boot(suite);
  await openSessions(machine, 5);
  const commands = {
    bare: `${node} -e 0`,
    list: `${tool} list`,
    version: `${tool} --version`,
    sessions: `${tool} completion values sessions`,
    keys: `${tool} completion values keys`,
  };
  const { bare, list, version, sessions, keys } = await timeCommands(machine, commands, 25);
  return [
    { goal: "list of 5 sessions: CPU, of 2.5 x `node -e 0`", measured: list.cpu, limit: 2.5 * bare.cpu, unit: "ms" },
    { goal: "--version: CPU, of 2.0 x `node -e 0`", measured: version.cpu, limit: 2 * bare.cpu, unit: "ms" },
    { goal: "TAB on sessions: time, of 3 x `node -e 0`", measured: sessions.wall, limit: 3 * bare.wall, unit: "ms" },
    { goal: "TAB on keys: time, of 3 x `node -e 0`", measured: keys.wall, limit: 3 * bare.wall, unit: "ms" },
  ];
}

/** A thousand real sessions. */
export async function manySessions(): Promise<Result[]> {
  await using machine = await Machine.boot(suite);
  await openSessions(machine, 1000);
  return [...(await againstTools(machine)), ...(await memory(machine)), ...(await repeated(machine))];
}

/** What somebody pays who looks every two seconds, beside `watch ss -punt`. */
async function repeated(machine: Machine): Promise<Result[]> {
  const script = await bundle(new URL("time-repeated.ts", import.meta.url));
  const { ss } = await timeCommands(machine, { ss: "ss -punt | cat" }, 9);
  const output = await machine.must(`${node} ${script}`, { timeoutMs: 60_000 });
  const { later }: { later: number } = JSON.parse(output);
  return [
    { goal: "a repeated reading: CPU, of 5 % of one core in 2 s", measured: later, limit: 100, unit: "ms" },
    { goal: "the same, of a third of `ss -punt`", measured: later, limit: ss.cpu / 3, unit: "ms" },
  ];
}

async function againstTools(machine: Machine): Promise<Result[]> {
  const commands = {
    ss: "ss -tnp | cat",
    pgrep: "pgrep -c sshd",
    json: `${tool} list -o json | cat`,
    list: `${tool} list | cat`,
    count: `${tool} count`,
  };
  const { ss, pgrep, json, list, count } = await timeCommands(machine, commands, 15);
  return [
    {
      goal: "1,000 sessions: `list -o json`, of 1.2 x `ss -tnp`",
      measured: json.wall,
      limit: 1.2 * ss.wall,
      unit: "ms",
    },
    { goal: "`list` in a pipe, of `ss -tnp`", measured: list.wall, limit: ss.wall, unit: "ms" },
    { goal: "`count`, of `pgrep -c sshd`", measured: count.wall, limit: pgrep.wall, unit: "ms" },
  ];
}

async function memory(machine: Machine): Promise<Result[]> {
  const measured = await peakMemory(machine, node, sshctl, "list -o json");
  return [{ goal: "peak memory of `list -o json`", measured, limit: 100, unit: "MB" }];
}

/** @returns where a machine finds a script of this folder as one file. */
async function bundle(script: URL): Promise<string> {
  const input = fileURLToPath(script);
  const bundled = await rolldown({ input, platform: "node" });
  const file = `dist/${basename(input, ".ts")}.mjs`;
  await bundled.write({ file: fileURLToPath(new URL(`../${file}`, import.meta.url)), format: "esm" });
  return `${dirname(dirname(sshctl))}/${file}`;
}

/** How the time grows with the host, on a simulated one. */
export async function simulatedHosts(): Promise<Result[]> {
  const small = { sessions: 1000, root: writeHost(1000, 5000) };
  const large = { sessions: 20_000, root: writeHost(20_000, 100_000) };
  try {
    const times = Array.from({ length: 5 }, () => [small, large].map(timePerSession));
    const [few = Number.NaN, many = Number.NaN] = [0, 1].map((size) => median(times.map((row) => row[size] ?? 0)));
    const goal = "20,000 sessions of 100,000 processes: a session, of 1.3 x that at 1,000 of 5,000";
    return Promise.resolve([{ goal, measured: many, limit: 1.3 * few, unit: "µs" }]);
  } finally {
    for (const { root } of [small, large]) rmSync(root, { recursive: true });
  }
}

/** In microseconds, by a fresh process. */
function timePerSession({ sessions, root }: { sessions: number; root: string }): number {
  const script = fileURLToPath(new URL("time-simulated.ts", import.meta.url));
  const output = execFileSync(process.execPath, [...process.execArgv, script, root], { encoding: "utf8" });
  const { sessions: found, took }: { sessions: number; took: number } = JSON.parse(output);
  if (found !== sessions) throw new Error(`${String(found)} of ${String(sessions)} sessions were found`);
  return (took * 1000) / sessions;
}

/** Logins of a thousand sessions, in a journal of a million entries. */
export async function logins(): Promise<Result[]> {
  const reason = journalUnavailable();
  if (reason !== undefined) throw new Error(reason);
  await using machine = await Machine.boot(suite);
  await openSessions(machine, 1000);
  await addJournal(machine, 1_000_000);
  const { auth } = await timeCommands(machine, { auth: `${tool} list --auth | cat` }, 5);
  const memory = await peakMemory(machine, node, sshctl, "list --auth");
  return [
    {
      goal: "`list --auth` of 1,000 sessions, 1,000,000 journal entries",
      measured: auth.wall,
      limit: 3000,
      unit: "ms",
    },
    { goal: "its peak memory", measured: memory, limit: 150, unit: "MB" },
  ];
}

/** Three hundred sessions at once, from the command to the proof and the record of it. */
export async function ending(): Promise<Result[]> {
  await using machine = await Machine.boot(suite);
  const sessions = 1000;
  await openSessions(machine, sessions);
  const started = performance.now();
  const { stdout } = await machine.sshctl(["kill-all", "--yes", "-o", "json"], { timeoutMs: 60_000 });
  const measured = performance.now() - started;
  const killed: { sessions: { outcome: { kind: string } }[] } = JSON.parse(stdout);
  const ended = killed.sessions.filter(({ outcome }) => outcome.kind === "ended").length;
  const written = Number(await machine.must("journalctl -q -o cat -t sshctl | wc -l"));
  if (ended !== sessions || written !== sessions)
    throw new Error(`${String(ended)} of ${String(sessions)} sessions were ended, ${String(written)} written down`);
  return [{ goal: "`kill-all` of 1,000 sessions, proven and written down", measured, limit: 6000, unit: "ms" }];
}
