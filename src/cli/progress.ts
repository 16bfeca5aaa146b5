import type { Output } from "./context.ts";

export interface Progress {
  /** @param text - how far it is; printable. */
  tell: (text: () => string) => void;
  end: () => void;
}

/** Says on a terminal how far something is, from one second on. */
export function progressOn(err: Output, now: () => number): Progress {
  let toldMs = now() + firstMs - everyMs;
  let isShown = false;
  return {
    tell: (text) => {
      if (!err.isTerminal || now() - toldMs < everyMs) return;
      toldMs = now();
      isShown = true;
      err.write(`\r${text()}\x1b[K`);
    },
    end: () => {
      if (isShown) err.write("\r\x1b[K");
      isShown = false;
    },
  };
}

const firstMs = 1000;
const everyMs = 250;
