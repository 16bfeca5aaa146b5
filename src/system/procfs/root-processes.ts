import type { Pid } from "../../domain/process.ts";
import { gone, isPresent, type Files } from "../../host/files/files.ts";
import { parseStatus } from "./status.ts";

/**
 * Whether a process runs as root. The owner of its folder is its effective user, or root where it does not let itself be looked into:
 * proc(5). That is the cheaper question, and rules out most.
 *
 * @returns undefined where nothing tells, as of most in a recording.
 */
export function runsAsRoot(files: Files, pid: Pid): boolean | undefined {
  const folder = `/proc/${String(pid)}`;
  const owner = files.facts(folder);
  if (isPresent(owner) && owner.uid !== 0) return false;
  const status = files.read(`${folder}/status`, 0);
  if (isPresent(status)) return parseStatus(status).uid === 0;
  // Where even this is gone, the process has ended meanwhile.
  return files.read(`${folder}/stat`, 0) === gone ? false : undefined;
}
