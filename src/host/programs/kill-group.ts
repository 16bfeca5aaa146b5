/** Ends a program with all that it has started in its group; undefined where it could not be started. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
    return;
  }
}
