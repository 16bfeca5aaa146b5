/**
 * This room has the terminals: the whole screen of the caller's own (this file), and those of users, to which messages are written
 * (terminals.ts). Whatever is done to the caller's terminal is undone here, however the program ends.
 */
import { writeSync } from "node:fs";
import { atTheEnd } from "../processes/at-the-end.ts";

export interface Screen {
  columns: () => number;
  rows: () => number;
  /** Shows these lines; only those that differ are sent. None may be wider than the screen. */
  show: (lines: readonly string[]) => void;
  /** Whatever another program has written over it: everything is sent again. */
  clear: () => void;
  /** Stops this program until its shell continues it, as Ctrl-Z does. */
  suspend: () => void;
  /** Gives the terminal back. */
  close: () => void;
}

export interface ScreenEvents {
  /** What was typed, as the terminal sends it. */
  onInput: (text: string) => void;
  /** The size is another one, or the terminal shows something else by now. */
  onResize: () => void;
  /** The terminal is gone. */
  onClosed: () => void;
}

/** xterm's ctlseqs: the alternate screen, without a cursor. The Linux console has no alternate screen, so it is cleared. */
const enter = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J";
const leave = "\x1b[0m\x1b[H\x1b[2J\x1b[?25h\x1b[?1049l";

/** @returns undefined where there is no terminal that could be drawn on and typed at. */
export function screenOpener(): ((events: ScreenEvents) => Screen) | undefined {
  const term = process.env["TERM"] ?? "";
  const canDraw = process.stdin.isTTY && process.stdout.isTTY && term !== "" && term !== "dumb";
  return canDraw ? openScreen : undefined;
}

function openScreen({ onInput, onResize, onClosed }: ScreenEvents): Screen {
  const { stdin, stdout } = process;
  let shown: readonly string[] = [];
  const redraw = () => {
    shown = [];
    onResize();
  };
  const giveBack = takeTerminal(redraw);
  stdin.setEncoding("utf8").on("data", onInput).on("end", onClosed).on("error", onClosed);
  stdout.on("resize", redraw).on("error", onClosed);
  return {
    columns: () => stdout.columns || 80,
    rows: () => stdout.rows || 24,
    show: (lines) => {
      const text = difference(shown, lines);
      shown = lines;
      if (text !== "") stdout.write(text);
    },
    clear: () => {
      shown = [];
      stdout.write("\x1b[H\x1b[2J");
    },
    // The whole job stops, with sudo and the like, as if the terminal had sent it.
    suspend: () => process.kill(0, "SIGTSTP"),
    close: () => {
      giveBack();
      stdout.off("resize", redraw).off("error", onClosed);
      stdin.off("data", onInput).off("end", onClosed).off("error", onClosed).pause();
    },
  };
}

/**
 * @param onReturn - the terminal is ours again, and empty, after a shell has had it.
 * @returns a function that gives it back for good.
 */
function takeTerminal(onReturn: () => void): () => void {
  const { stdin, stdout } = process;
  let isTaken = false;
  const take = () => {
    isTaken = true;
    // Node takes a mode that it has set before for the one that is set, but a shell may have changed it meanwhile.
    stdin.setRawMode(false).setRawMode(true).resume();
    stdout.write(enter);
  };
  const restore = () => {
    if (!isTaken) return;
    isTaken = false;
    writeAtOnce(leave);
    if (!stdin.destroyed) stdin.setRawMode(false);
  };
  const stop = () => {
    restore();
    process.kill(process.pid, "SIGSTOP");
  };
  const goOn = () => {
    take();
    onReturn();
  };
  const forget = atTheEnd(restore);
  process.on("SIGTSTP", stop).on("SIGCONT", goOn);
  take();
  return () => {
    restore();
    forget();
    process.off("SIGTSTP", stop).off("SIGCONT", goOn);
  };
}

/** Each line is erased before it is written: erasing behind a line that fills the screen would take its last letter. */
function difference(before: readonly string[], after: readonly string[]): string {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, row) => row)
    .filter((row) => before[row] !== after[row])
    .map((row) => `\x1b[${String(row + 1)};1H\x1b[0m\x1b[K${after[row] ?? ""}\x1b[0m`)
    .join("");
}

/** At the very end nothing that waits is written any more; a terminal that is gone needs nothing. */
function writeAtOnce(text: string): void {
  try {
    writeSync(process.stdout.fd, text);
  } catch {
    return;
  }
}
