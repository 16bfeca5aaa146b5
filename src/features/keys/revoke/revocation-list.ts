import type { KeysHost } from "../../../keys/host.ts";
import { createFiles } from "../../../host/files/files.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import { withScratchFolder } from "../../../host/files/scratch-folder.ts";
import { logFiles } from "../../../host/files/log-files.ts";
import { ownedFiles } from "../../../host/files/replace-file.ts";
import { programLines } from "../../../host/programs/read-lines.ts";
import { programs } from "../../../host/programs/run.ts";
import { userFiles } from "../../../host/files/user-files.ts";
import { readLoginHistory } from "../../../system/logs/login-history.ts";

const limitMs = 10_000;

async function addToList(list: Buffer, key: string): Promise<string> {
  return withScratchFolder(async (folder) => {
    const args = ["-k", "-u", "-f", folder.write("list", list), folder.write("key", Buffer.from(`${key}\n`))];
    const output = await programs.run("ssh-keygen", args, limitMs);
    if (output?.exitCode !== 0)
      throw new FileTrouble(
        "broken",
        `ssh-keygen cannot add the key to the list of revoked ones: ${output?.stderr ?? "it is missing"}`,
      );
    return folder.read("list").toString("latin1");
  });
}

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
    addToList,
    readLogins: async () => readLoginHistory({ files, logFiles, programLines }, Date.now()),
  };
}
