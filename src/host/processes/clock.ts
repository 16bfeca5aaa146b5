export interface Clock {
  /** Milliseconds that only ever grow, from an arbitrary start. */
  now: () => number;
  /** Resolves after so many milliseconds, or at once when it is interrupted. */
  pause: (ms: number, interruption?: AbortSignal) => Promise<void>;
}

export const clock: Clock = {
  now: () => performance.now(),
  pause: async (ms, interruption) =>
    new Promise((resolve) => {
      if (interruption?.aborted === true) {
        resolve();
        return;
      }
      const done = () => {
        clearTimeout(timer);
        interruption?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      interruption?.addEventListener("abort", done, { once: true });
    }),
};

/** Stops this thread for so many milliseconds, for readers that wait for another process and have nothing else to do. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms);
}
