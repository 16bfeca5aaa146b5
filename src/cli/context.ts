import type { Host } from "../host/host.ts";
import type { Reports } from "../report/reports.ts";

/** One output stream as commands see it. */
export interface Output {
  write(text: string): void;
  isTerminal: boolean;
  /** Columns of the terminal, 80 where it does not say. */
  width: number;
}

/** Columns to break lines at; undefined where there is no terminal, and a line is for whoever reads the pipe. */
export function widthOf({ isTerminal, width }: Output): number | undefined {
  return isTerminal ? width : undefined;
}

/** Questions to whoever sits at the terminal. */
export interface Prompts {
  /** @returns false also when the answer is no answer: Ctrl-C, Ctrl-D. */
  confirm: (question: string) => Promise<boolean>;
  /**
   * @param titles - of the columns in which the labels are.
   * @returns undefined when the question was called off.
   */
  choose: <T>(question: string, choices: readonly Choice<T>[], titles: string) => Promise<readonly T[] | undefined>;
}

export interface Choice<T> {
  value: T;
  /** Safe to print. */
  label: string;
}

/** What the world is to a command; put together once, in main.ts, and by tests. */
export interface Context {
  out: Output;
  err: Output;
  env: Readonly<Record<string, string | undefined>>;
  /** The machine that the program runs on. */
  host(): Promise<Host>;
  /** What is known of its sessions, or of a recorded host's. */
  reports(): Promise<Reports>;
  /** @returns undefined where nobody can be asked. */
  prompts(): Promise<Prompts | undefined>;
  /** Does something that must come to an orderly end: it outlives its terminal, and is told of Ctrl-C. */
  interruptible<T>(work: (interruption: AbortSignal) => Promise<T>): Promise<T>;
}
