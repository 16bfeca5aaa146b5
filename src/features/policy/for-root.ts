import { FatalError, PermissionError } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import type { Facts } from "../../host/host.ts";

/** @throws PermissionError */
export function rejectUser({ uid }: Pick<Facts, "uid">): void {
  if (uid !== 0)
    throw new PermissionError("Only root may see and steer the service of the rules.", "Run it with sudo.");
}

/** @throws FatalError instead of what the file system has against it. */
export function inState<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FileTrouble)
      throw new FatalError(`What the service knows cannot be read or written: ${error.message}.`);
    throw error;
  }
}
