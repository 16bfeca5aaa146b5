/** An account with what a login needs, from passwd(5). */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

/** Broken lines are skipped, as getpwent(3) does. */
export function parsePasswd(text: string): Account[] {
  const accounts: Account[] = [];
  for (const line of text.split("\n")) {
    const [name = "", , uid = "", gid = "", , home = "", shell = ""] = line.split(":");
    if (name === "" || name.startsWith("#") || !isId(uid) || !isId(gid)) continue;
    // passwd(5): without a shell it is /bin/sh.
    accounts.push({ name, uid: Number(uid), gid: Number(gid), home, shell: shell === "" ? "/bin/sh" : shell });
  }
  return accounts;
}

/** Whether the text is a uid or a gid. */
export function isId(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}

/** Names of accounts by uid and uids by name. Several names may share one uid. */
export interface Accounts {
  names: (uid: number) => readonly string[];
  uid: (name: string) => number | undefined;
  home: (name: string) => string | undefined;
}

/** @param passwd - lines as in passwd(5). */
export function parseAccounts(passwd: string): Accounts {
  return indexAccounts(parsePasswd(passwd));
}

/** Of several lines with one name the first counts. */
export function indexAccounts(accounts: readonly Account[]): Accounts {
  const namesByUid = new Map<number, string[]>();
  const byName = new Map<string, Account>();
  for (const account of accounts) {
    const { name, uid } = account;
    const names = namesByUid.get(uid);
    if (names === undefined) namesByUid.set(uid, [name]);
    else names.push(name);
    if (!byName.has(name)) byName.set(name, account);
  }
  return {
    names: (uid) => namesByUid.get(uid) ?? [],
    uid: (name) => byName.get(name)?.uid,
    home: (name) => byName.get(name)?.home,
  };
}

/** Both, with the names of the first in front. */
export function joinAccounts(first: Accounts, second: Accounts): Accounts {
  return {
    names: (uid) => concatenate(first.names(uid), second.names(uid)),
    uid: (name) => first.uid(name) ?? second.uid(name),
    home: (name) => first.home(name) ?? second.home(name),
  };
}

/** Mostly one of them is empty, and the other may be long. */
function concatenate(first: readonly string[], second: readonly string[]): readonly string[] {
  if (second.length === 0) return first;
  return first.length === 0 ? second : [...first, ...second];
}

/**
 * Whom a name means that was typed at a login or on a command line: directories (SSSD, winbind, authd) take `Alice`, `CORP\\alice`
 * and `alice@corp.example` for one account. `nobody`: no such name; `unknown`: the directory does not answer.
 */
export type NamedUser =
  | { kind: "account"; uid: number; name: string; /** Other accounts of the same uid. */ others: readonly string[] }
  | { kind: "nobody" }
  | { kind: "unknown" };

/** Finds out whom a name means. */
export type UserLookup = (name: string) => Promise<NamedUser>;
