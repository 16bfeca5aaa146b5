/** What commands say of an account or a group that is not there. */
import { NothingFoundError } from "../errors.ts";
import { listAccounts, listGroups, type AccountPorts } from "../system/accounts.ts";
import { sentence } from "../text/sentence.ts";
import { meantPerhaps } from "./suggest.ts";

export async function unknownUser(name: string, ports: AccountPorts): Promise<NothingFoundError> {
  const names = (await listAccounts(ports)).map((account) => account.name);
  return new NothingFoundError(
    sentence(`There is no user ${name}${meantPerhaps(name, names)}`),
    '"getent passwd" lists them.',
  );
}

export async function unknownGroup(name: string, ports: AccountPorts): Promise<NothingFoundError> {
  const names = (await listGroups(ports)).map((group) => group.name);
  return new NothingFoundError(
    sentence(`There is no group ${name}${meantPerhaps(name, names)}`),
    '"getent group" lists them.',
  );
}
