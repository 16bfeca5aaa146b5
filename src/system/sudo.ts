/** What sudo(8) allows, by what it says itself. */
import type { Facts } from "../host/host.ts";
import type { Account } from "./accounts.ts";

const limitMs = 10_000;

/** @returns whether sudo(8) lets the account run anything; no where there is no sudo. */
export async function maySudo(
  { name }: Pick<Account, "name">,
  { programs }: Pick<Facts, "programs">,
): Promise<boolean> {
  const output = await programs.run("sudo", ["-n", "-l", "-U", name], limitMs);
  return output?.exitCode === 0 && / may run the following commands /.test(output.stdout);
}
