import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { errorCode } from "./error-code.ts";

/** Files that the user of this program asked for. */
export interface NewFiles {
  /**
   * Writes a new file that only its owner can read, and makes sure that it is on the disk. Leaves nothing half written.
   *
   * @returns "exists" when there is anything of that name, links included; else what the kernel says when it refuses.
   */
  create: (path: string, text: string) => "created" | "exists" | { problem: string };
  /**
   * Puts such a file in the place of another in one step: a crash leaves the old or the new one, whole.
   *
   * @returns what the kernel says when it refuses.
   */
  replace: (path: string, text: string) => "replaced" | { problem: string };
}

/** Of "ENOENT: no such file or directory, open '/x'", what is not said already. */
function problemOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: (.+?), \w+(?: '.*')?$/s.exec(text)?.[1] ?? text;
}

export const newFiles: NewFiles = {
  create,
  replace: (path, text) => {
    const beside = `${path}.${String(process.pid)}.new`;
    const answer = create(beside, text);
    if (answer === "exists") return { problem: `${beside} is in the way` };
    if (answer !== "created") return answer;
    try {
      renameSync(beside, path);
      return "replaced";
    } catch (error) {
      rmSync(beside, { force: true });
      return { problem: problemOf(error) };
    }
  },
};

function create(path: string, text: string): ReturnType<NewFiles["create"]> {
  let fd: number | undefined;
  try {
    fd = openSync(path, "wx", 0o600);
    writeFileSync(fd, text);
    fsyncSync(fd);
    return "created";
  } catch (error) {
    if (fd !== undefined) rmSync(path, { force: true });
    else if (errorCode(error) === "EEXIST") return "exists";
    return { problem: problemOf(error) };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
