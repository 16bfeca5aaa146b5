import type { FileRecord } from "../../changes/change-record.ts";
import type { Machine } from "../../host/host.ts";
import { findAccount, localAccounts } from "../../system/accounts.ts";

/**
 * The account that each file belongs to: whose home it is in, or else who owns it. Of a file of root's outside of every home only
 * sshd's settings tell for whom it is.
 */
export async function accountsOfFiles(
  files: readonly FileRecord[],
  host: Pick<Machine, "files" | "programs">,
): Promise<(path: string) => string | undefined> {
  const local = localAccounts(host);
  const names = new Map<string, string>();
  for (const { path, owner } of files) {
    const isAtHome = local.filter(({ home }) => home.length > 1 && path.startsWith(`${home}/`));
    const account =
      isAtHome.find(({ uid }) => uid === owner.uid) ??
      isAtHome[0] ??
      (owner.uid === 0 ? undefined : await findAccount(String(owner.uid), host));
    if (account !== undefined) names.set(path, account.name);
  }
  return (path) => names.get(path);
}
