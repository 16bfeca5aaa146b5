import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/** A folder that only root can look into, for programs that work on files. */
export interface ScratchFolder {
  /** @returns the path. */
  write: (name: string, bytes: Buffer) => string;
  read: (name: string) => Buffer;
}

/** It is gone when the work is done. */
export async function withScratchFolder<T>(work: (folder: ScratchFolder) => Promise<T>): Promise<T> {
  const folder = mkdtempSync("/run/sshctl-");
  try {
    return await work({
      write: (name, bytes) => {
        writeFileSync(`${folder}/${name}`, bytes, { mode: 0o600, flag: "wx" });
        return `${folder}/${name}`;
      },
      read: (name) => readFileSync(`${folder}/${name}`),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
