import { createFiles } from "./files/files.ts";
import { ownedFiles } from "./files/replace-file.ts";
import { programs } from "./programs/run.ts";
import type { TimeoutHost } from "./host.ts";

/** This machine, as limits of inactivity are read and changed on it. */
export function timeoutHost(): TimeoutHost {
  return {
    files: createFiles(),
    ownedFiles,
    programs,
    uid: process.geteuid?.() ?? 0,
    today: () => new Date().toISOString().slice(0, 10),
  };
}
