import type { OpenScreen } from "../../src/features/watch/machine.ts";
import type { Scanner } from "../../src/report/thread/scanner.ts";
import type { SessionReport } from "../../src/domain/session.ts";
import type { Clock } from "../../src/host/processes/clock.ts";
import type { ScreenEvents } from "../../src/host/terminal/screen.ts";

/** A clock on which any time passes at once. */
export function quickClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    pause: async (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

/** A screen in memory, and somebody at it who types between two looks. */
export class MemoryScreen {
  lines: readonly string[] = [];
  /** What was done to the terminal, in order. */
  readonly acts: string[] = [];
  readonly size: { columns: number; rows: number };
  /** Resolves when the screen is taken. */
  readonly opened: Promise<void>;
  #open: () => void = () => undefined;
  #events: ScreenEvents | undefined;

  constructor(columns = 60, rows = 10) {
    this.size = { columns, rows };
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  readonly open: OpenScreen = (events) => {
    this.acts.push("open");
    this.#events = events;
    this.#open();
    return {
      columns: () => this.size.columns,
      rows: () => this.size.rows,
      show: (lines) => {
        this.lines = lines;
      },
      clear: () => this.acts.push("clear"),
      suspend: () => this.acts.push("suspend"),
      close: () => this.acts.push("close"),
    };
  };

  /** Types, and lets what follows from it happen. */
  async type(text: string): Promise<string> {
    this.#events?.onInput(text);
    return this.settled();
  }

  async resize(columns: number, rows: number): Promise<string> {
    Object.assign(this.size, { columns, rows });
    this.#events?.onResize();
    return this.settled();
  }

  hangUp(): void {
    this.#events?.onClosed();
  }

  async settled(): Promise<string> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return this.lines.join("\n");
  }
}

/** A clock that stands still until a test lets it go on. */
export class SteppedClock implements Clock {
  #now = 0;
  #wake: () => void = () => undefined;

  readonly now = () => this.#now;

  readonly pause = async (ms: number, interruption?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const interrupted = () => {
        resolve();
      };
      this.#wake = () => {
        this.#now += ms;
        interruption?.removeEventListener("abort", interrupted);
        resolve();
      };
      interruption?.addEventListener("abort", interrupted);
    });

  step(): void {
    this.#wake();
  }
}

/** Reads these reports, one after the other; the last one stays. */
export function memoryScanner(looks: readonly (SessionReport | Error)[], given: Partial<Scanner> = {}): Scanner {
  let taken = 0;
  return {
    read: async () => {
      const look = looks[Math.min(taken, looks.length - 1)];
      taken += 1;
      return look instanceof Error || look === undefined
        ? Promise.reject(look ?? new Error("no look"))
        : Promise.resolve(look);
    },
    details: async () => Promise.resolve(undefined),
    close: () => undefined,
    ...given,
  };
}
