import { expect } from "vitest";
import type { Machine } from "../machine/machine.ts";

/** A shell in a window of tmux: a real terminal, whose screen can be read as text. */
export class TmuxScreen {
  readonly #machine: Machine;

  static async open(machine: Machine, columns: number, rows: number, env = ""): Promise<TmuxScreen> {
    const size = `-x ${String(columns)} -y ${String(rows)}`;
    await machine.must(`tmux -u -L screen new-session -d -s it ${size} 'env PS1="ready> " ${env} bash --norc'`);
    const screen = new TmuxScreen(machine);
    await screen.shows(/ready>/);
    return screen;
  }

  private constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** @param keys - as tmux(1) send-keys takes them: text, or names such as Enter and C-c. */
  async type(...keys: readonly string[]): Promise<void> {
    await this.#machine.run(["tmux", "-u", "-L", "screen", "send-keys", "-t", "it", ...keys]);
  }

  async text(): Promise<string> {
    return this.#machine.must("tmux -u -L screen capture-pane -p -t it");
  }

  async shows(pattern: RegExp): Promise<string> {
    await expect.poll(async () => this.text(), { interval: 50 }).toMatch(pattern);
    return this.text();
  }

  async resize(columns: number, rows: number): Promise<void> {
    const size = `-x ${String(columns)} -y ${String(rows)}`;
    await this.#machine.must(`tmux -u -L screen resize-window -t it ${size}`);
  }

  /** Whether the cursor can be seen, and whether the screen is the usual one. */
  async state(): Promise<string> {
    const format = "cursor #{cursor_flag} alternate #{alternate_on}";
    return (await this.#machine.must(`tmux -u -L screen display -p -t it '${format}'`)).trim();
  }

  async close(): Promise<void> {
    await this.#machine.must("tmux -u -L screen kill-server");
  }
}
