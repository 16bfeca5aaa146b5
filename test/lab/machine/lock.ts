import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Runs `work` while no other process holds the lock on `file`.
 * flock(1) keeps the lock for as long as our pipe to it is open, so a process that dies lets go of it by dying.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const holder = spawn("flock", [file, "sh", "-c", "echo locked; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const released = once(holder, "close");
  try {
    await once(holder.stdout, "data");
    return await work();
  } finally {
    holder.stdin.end();
    await released;
  }
}
