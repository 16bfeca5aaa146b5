/** Names of accounts by uid and uids by name, from passwd(5). Several names may share one uid. */
export interface Accounts {
  names: (uid: number) => readonly string[];
  uid: (name: string) => number | undefined;
  home: (name: string) => string | undefined;
}

/** @param passwd - lines as in passwd(5); broken lines are skipped, as getpwent(3) does. */
export function parseAccounts(passwd: string): Accounts {
  const namesByUid = new Map<number, string[]>();
  const uidByName = new Map<string, number>();
  const homeByName = new Map<string, string>();
  for (const line of passwd.split("\n")) {
    const [name = "", , uidText = "", , , home = ""] = line.split(":");
    if (name === "" || name.startsWith("#") || !/^\d{1,10}$/.test(uidText)) continue;
    const uid = Number(uidText);
    const names = namesByUid.get(uid);
    if (names === undefined) namesByUid.set(uid, [name]);
    else names.push(name);
    if (uidByName.has(name)) continue;
    uidByName.set(name, uid);
    homeByName.set(name, home);
  }
  return {
    names: (uid) => namesByUid.get(uid) ?? [],
    uid: (name) => uidByName.get(name),
    home: (name) => homeByName.get(name),
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
