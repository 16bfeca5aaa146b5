/** What must be put right however this process ends: by itself, by a signal, or by a defect. */

type CleanUp = () => void;

const cleanUps = new Set<CleanUp>();

/** The signals that a terminal, a service manager or an administrator ends a program with. */
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Who is told of such a signal instead of our dying of it. */
let holder: CleanUp | undefined;
let heldSignal: NodeJS.Signals | undefined;

/**
 * @param cleanUp - must do its work at once, for after it the process is gone; it is called once.
 * @returns a function that takes it back.
 */
export function atTheEnd(cleanUp: CleanUp): () => void {
  if (cleanUps.size === 0) {
    // A defect is told after this, on a screen that stays.
    process.on("exit", cleanUpAll).on("uncaughtExceptionMonitor", cleanUpAll);
    for (const signal of endingSignals) process.on(signal, takeSignal);
  }
  cleanUps.add(cleanUp);
  return () => {
    if (!cleanUps.delete(cleanUp) || cleanUps.size > 0) return;
    process.off("exit", cleanUpAll).off("uncaughtExceptionMonitor", cleanUpAll);
    for (const signal of endingSignals) process.off(signal, takeSignal);
  };
}

/**
 * Does something that must come to an orderly end: a signal that would end us is told to it, and obeyed when it is done.
 *
 * @param onSignal - is told.
 */
export async function holdSignals<T>(onSignal: CleanUp, work: () => Promise<T>): Promise<T> {
  const forget = atTheEnd(() => undefined);
  holder = onSignal;
  try {
    return await work();
  } finally {
    holder = undefined;
    if (heldSignal !== undefined) dieBySignal(heldSignal);
    forget();
  }
}

function takeSignal(signal: NodeJS.Signals): void {
  if (holder === undefined) {
    dieBySignal(signal);
    return;
  }
  heldSignal = signal;
  holder();
}

/** Who waits for us must see which signal it was, so we die by it and not by an exit code of our own. */
export function dieBySignal(signal: NodeJS.Signals): void {
  cleanUpAll();
  for (const each of endingSignals) process.removeAllListeners(each);
  process.kill(process.pid, signal);
}

function cleanUpAll(): void {
  for (const cleanUp of [...cleanUps].toReversed()) {
    cleanUps.delete(cleanUp);
    cleanUp();
  }
}
