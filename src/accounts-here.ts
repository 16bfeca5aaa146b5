import { findAccount } from "./machine/accounts.ts";
import { createFiles } from "./os/files.ts";
import { programs } from "./os/programs.ts";

/** Whether this machine has an account of that name. */
export async function isUser(name: string): Promise<boolean> {
  return (await findAccount(name, { files: createFiles(), programs }))?.name === name;
}
