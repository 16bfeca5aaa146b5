import { dirname } from "node:path";

export interface FileTime {
  /** Below the lab's folder. */
  readonly file: string;
  /** In tests and hooks, all of them together. */
  readonly seconds: number;
  readonly generations: readonly Generation[];
}

/** A generation that a file's tests ran on, and why. */
export interface Generation {
  readonly suite: string;
  readonly why: string;
}

const slowest = 10;

/**
 * Where the time of the lab went: each folder beside its budget, and the slowest files. It is for people and no verdict, since
 * a busy machine is no defect.
 *
 * @param budgets - seconds for each folder of the lab.
 */
export function timeReport(times: readonly FileTime[], budgets: Readonly<Record<string, number>>): string[] {
  if (times.length === 0) return [];
  const bySeconds = times.toSorted((one, other) => other.seconds - one.seconds).slice(0, slowest);
  return ["Time in the lab", ...roomLines(times, budgets), "Slowest files of the lab", ...bySeconds.map(fileLine)];
}

function roomLines(times: readonly FileTime[], budgets: Readonly<Record<string, number>>): string[] {
  const roomOf = ({ file }: FileTime) => dirname(file);
  return [...new Set(times.map(roomOf))].toSorted().map((room) => {
    const seconds = times.filter((time) => roomOf(time) === room).reduce((sum, time) => sum + time.seconds, 0);
    const budget = budgets[room];
    if (budget === undefined) return `${column(seconds)}  ${room}: has no budget`;
    return `${column(seconds)}  ${room}: budget ${String(budget)} s${seconds > budget ? ", exceeded" : ""}`;
  });
}

function fileLine({ file, seconds, generations }: FileTime): string {
  const reasons = [...new Set(generations.map(({ why }) => why))].map((why) => {
    const suites = generations.filter((each) => each.why === why).map(({ suite }) => suite);
    return `${suites.join(", ")} (${why})`;
  });
  return `${column(seconds)}  ${file}${reasons.length > 0 ? `: ${reasons.join("; ")}` : ""}`;
}

function column(seconds: number): string {
  return `${seconds.toFixed(0)} s`.padStart(8);
}
