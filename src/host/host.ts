import type { Files } from "./files/files.ts";
import type { OwnedFiles } from "./files/replace-file.ts";
import type { Programs } from "./programs/run.ts";

/** The machine whose limits are looked at and changed. */
export interface TimeoutHost {
  files: Files;
  ownedFiles: OwnedFiles;
  programs: Programs;
  /** The effective uid of whoever runs sshctl. */
  uid: number;
  /** As 2026-11-25. */
  today: () => string;
}
