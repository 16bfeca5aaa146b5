/** What it costs to leave `watch` open beside a thousand sessions, and how soon it answers. */
import type { MachineProcess } from "../test/lab/machine/machine-process.ts";
import { Machine, node, sshctl } from "../test/lab/machine/machine.ts";
import { openSessions } from "./many-sessions.ts";
import type { Result } from "./measure.ts";

/** A watch stays open: what counts is what it costs once Node.js has compiled what it runs again and again. */
const settlingMs = 30_000;
const measuredMs = 40_000;
const tool = [node, sshctl, "watch"];

export async function watching(): Promise<Result[]> {
  await using machine = await Machine.boot("trixie");
  await openSessions(machine, 1000);
  const peer = await costOf(machine, ["watch", "-n2", "ss", "-punt"]);
  const stream = await costOf(machine, [...tool, "-o", "lines"]);
  const screen = await costOf(machine, onTerminal(tool));
  const slowest = await slowestKey(machine);
  const share = "percent of one core at 1,000 sessions";
  return [
    { goal: `\`watch -o lines\`: ${share}`, measured: stream, limit: 5, unit: "%" },
    { goal: `\`watch\` on a terminal: ${share}`, measured: screen, limit: 5, unit: "%" },
    { goal: "the same, of a third of `watch -n2 ss -punt`", measured: screen, limit: peer / 3, unit: "%" },
    { goal: "the slowest of 100 keys while looks go on", measured: slowest, limit: 50, unit: "ms" },
  ];
}

function onTerminal(command: readonly string[]): string[] {
  return ["script", "-qefc", `stty rows 40 cols 120; exec ${command.join(" ")}`, "/dev/null"];
}

/** Percent of one core, with everything that it starts. */
async function costOf(machine: Machine, command: readonly string[]): Promise<number> {
  const process = await machine.spawn(command, { env: { TERM: "xterm" } });
  await pause(settlingMs);
  const before = await cpuMs(machine, process);
  await pause(measuredMs);
  const after = await cpuMs(machine, process);
  await machine.signal(process.pid, "TERM");
  return ((after - before) / measuredMs) * 100;
}

/** Of a process and its descendants, those included that have ended: fields 14 to 17 of /proc/PID/stat, proc(5). */
async function cpuMs(machine: Machine, { pid }: MachineProcess): Promise<number> {
  const tree = `f() { cat /proc/$1/stat; for child in $(pgrep -P $1); do f $child; done; }; f ${String(pid)}`;
  const lines = (await machine.must(tree)).trim().split("\n");
  const ticks = lines.map((line) => (line.split(") ")[1] ?? "").split(" ").slice(11, 15).map(Number));
  return ticks.flat().reduce((sum, each) => sum + each, 0) * 10;
}

/** Help is opened and closed again and again, at any moment of a look. */
async function slowestKey(machine: Machine): Promise<number> {
  const process = await machine.spawn(onTerminal([...tool, "-n", "0.3"]), { env: { TERM: "xterm" } });
  await process.waitFor(/q quit/);
  await pause(3000);
  const times: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    for (const [key, answer] of [
      ["?", "Keys"],
      ["\u001B", "COMMAND"],
    ] as const) {
      await pause(round * 7);
      const before = process.stdout.length;
      const pressedMs = performance.now();
      process.write(key);
      while (!process.stdout.includes(answer, before)) await new Promise((resolve) => setImmediate(resolve));
      times.push(performance.now() - pressedMs);
    }
  }
  await machine.signal(process.pid, "TERM");
  return Math.max(...times);
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
