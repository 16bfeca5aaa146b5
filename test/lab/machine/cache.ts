import { homedir } from "node:os";
import { join } from "node:path";

/** Where finished roots, downloaded packages and the state of developer machines are kept between runs. */
export function cachePath(...parts: string[]): string {
  const { SSHCTL_LAB_CACHE, XDG_CACHE_HOME } = process.env;
  const folder = SSHCTL_LAB_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "sshctl-lab");
  return join(folder, ...parts);
}
