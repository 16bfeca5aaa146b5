/** Times of commands in a machine, and how they stand to the goals. */
import type { Machine } from "../test/lab/machine/machine.ts";

/** One promise, held against what was measured. */
export interface Result {
  goal: string;
  measured: number;
  /** The most that it may be. */
  limit: number;
  unit: "%" | "ms" | "MB" | "kB" | "µs";
}

/** Medians over all rounds, in milliseconds. */
export interface Cost {
  wall: number;
  /** In user and kernel mode, of all threads. */
  cpu: number;
}

/** Every round runs all commands once: what else the host does meanwhile hits them all alike. */
const script = `
TIMEFORMAT='%R %U %S'
rounds=$1; shift
for ((round = 0; round < rounds; round++)); do
  for command; do { time eval "$command" >/dev/null 2>&1; } 2>&1; done
done
`;

/** Runs commands of the machine's shell again and again, in turn. */
export async function timeCommands<Name extends string>(
  machine: Machine,
  commands: Readonly<Record<Name, string>>,
  rounds: number,
): Promise<Record<Name, Cost>> {
  const names = namesOf(commands);
  const lines = await machine.run(
    ["bash", "-c", script, "time", String(rounds), ...names.map((name) => commands[name])],
    { timeoutMs: 600_000 },
  );
  const times = lines.stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map((seconds) => Number(seconds) * 1000));
  return mapNames(names, (index) => {
    const own = times.filter((_, position) => position % names.length === index);
    return {
      wall: median(own.map(([wall = Number.NaN]) => wall)),
      cpu: median(own.map(([, user = Number.NaN, system = Number.NaN]) => user + system)),
    };
  });
}

/** The largest memory that a command of the tool ever had resident (VmHWM), in MB. */
export async function peakMemory(machine: Machine, nodePath: string, tool: string, args: string): Promise<number> {
  const tell = "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS))";
  const hook = `--import 'data:text/javascript,${encodeURIComponent(tell).replaceAll("'", "%27")}'`;
  const { stderr } = await machine.sh(`${nodePath} ${hook} ${tool} ${args} >/dev/null`, { timeoutMs: 60_000 });
  return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function namesOf<Name extends string>(commands: Readonly<Record<Name, string>>): Name[] {
  return Object.keys(commands).filter((name): name is Name => name in commands);
}

function mapNames<Name extends string, Value>(names: readonly Name[], valueOf: (index: number) => Value) {
  const isComplete = (record: Partial<Record<Name, Value>>): record is Record<Name, Value> =>
    names.every((name) => name in record);
  const record: Partial<Record<Name, Value>> = {};
  for (const [index, name] of names.entries()) record[name] = valueOf(index);
  if (!isComplete(record)) throw new Error("unreachable");
  return record;
}

/** The table that is shown and, by docs/performance.md, kept. */
export function renderResults(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.goal,
    `${format(result.measured)} ${result.unit}`,
    `${format(result.limit)} ${result.unit}`,
    (result.measured / result.limit).toFixed(2),
    isMet(result) ? "ok" : "MISSED",
  ]);
  const all = [["goal", "measured", "at most", "ratio", ""], ["---", "---:", "---:", "---:", "---"], ...rows];
  return all.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

export function isMet({ measured, limit }: Result): boolean {
  return measured <= limit;
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
