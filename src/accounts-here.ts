import { mayBeUser } from "./system/accounts.ts";
import { createFiles } from "./host/files/files.ts";
import { programs } from "./host/programs/run.ts";

/** As {@link mayBeUser}, of this machine. */
export async function isUser(name: string): Promise<boolean> {
  return mayBeUser(name, { files: createFiles(), programs });
}
