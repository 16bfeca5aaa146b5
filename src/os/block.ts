/** Stops this thread for so many milliseconds, for readers that wait for another process and have nothing else to do. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms);
}
