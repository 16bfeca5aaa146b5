import type { KeysHost } from "./keys/host.ts";
import { createFiles } from "./os/files.ts";
import { logFiles } from "./os/log-files.ts";
import { ownedFiles } from "./os/owned-files.ts";
import { programLines } from "./os/program-lines.ts";
import { programs } from "./os/programs.ts";
import { userFiles } from "./os/user-files.ts";
import { readLoginHistory } from "./sources/logins/login-history.ts";

/** This machine, as keys are read and revoked on it. */
export function keysHost(): KeysHost {
  const files = createFiles();
  return {
    files,
    userFiles,
    ownedFiles,
    programs,
    uid: process.geteuid?.() ?? 0,
    now: Date.now,
    readLogins: async () => readLoginHistory({ files, logFiles, programLines }, Date.now()),
  };
}
