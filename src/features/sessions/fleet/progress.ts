import type { Output } from "../../../cli/context.ts";

export interface Progress {
  /** @param done - of all. */
  tell: (done: number) => void;
  end: () => void;
}

/** Whoever waits longer than a second at a terminal sees how far it is. */
export function progressOn(err: Output, all: number): Progress {
  if (!err.isTerminal) return { tell: () => undefined, end: () => undefined };
  let done = 0;
  let isShown = false;
  const show = () => {
    isShown = true;
    err.write(`\r\u001B[K${String(done)} of ${String(all)} hosts`);
  };
  const timer = setInterval(show, 1000);
  return {
    tell: (now) => {
      done = now;
      if (isShown && now % 10 === 0) show();
    },
    end: () => {
      clearInterval(timer);
      if (isShown) err.write("\r\u001B[K");
    },
  };
}
