import { orUndefined, type Files } from "../../host/files/files.ts";
import { readBootId } from "./boot-id.ts";

/**
 * Where the numbers of processes are from: the boot of a kernel (random(4), boot_id) and a PID namespace. The same processes have the
 * same names wherever this is the same.
 *
 * @returns undefined where either cannot be told.
 */
export function readPidSpace(files: Files): string | undefined {
  const boot = readBootId(files);
  const namespace = orUndefined(files.link("/proc/self/ns/pid"));
  return boot === undefined || boot === "" || namespace === undefined ? undefined : `${boot} ${namespace}`;
}
