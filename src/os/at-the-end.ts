/** What must be put right however this process ends: by itself, by a signal, or by a defect. */

type CleanUp = () => void;

const cleanUps = new Set<CleanUp>();

/** The signals that a terminal, a service manager or an administrator ends a program with. */
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * @param cleanUp - must do its work at once, for after it the process is gone; it is called once.
 * @returns a function that takes it back.
 */
export function atTheEnd(cleanUp: CleanUp): () => void {
  if (cleanUps.size === 0) {
    process.on("exit", cleanUpAll);
    for (const signal of endingSignals) process.on(signal, dieBySignal);
  }
  cleanUps.add(cleanUp);
  return () => {
    if (!cleanUps.delete(cleanUp) || cleanUps.size > 0) return;
    process.off("exit", cleanUpAll);
    for (const signal of endingSignals) process.off(signal, dieBySignal);
  };
}

function cleanUpAll(): void {
  for (const cleanUp of [...cleanUps].toReversed()) {
    cleanUps.delete(cleanUp);
    cleanUp();
  }
}

/** Who waits for us must see which signal it was, so we die by it and not by an exit code of our own. */
export function dieBySignal(signal: NodeJS.Signals): void {
  cleanUpAll();
  for (const each of endingSignals) process.removeAllListeners(each);
  process.kill(process.pid, signal);
}
