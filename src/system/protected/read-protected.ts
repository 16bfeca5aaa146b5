/**
 * This room knows whom root protects from sshctl: /etc/sshctl/protected, the one file by which this program can be set up. Whatever
 * ends sessions or keeps people out asks here, before it does anything.
 */
import { quoteWord } from "../../domain/command-line.ts";
import type { Session } from "../../domain/session.ts";
import { DeclinedError, FatalError, UsageError } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import type { Facts } from "../../host/host.ts";
import { visible } from "../../text/visible.ts";
import { findAccount, findGroup, groupIds, type Account } from "../accounts.ts";
import { parseProtected, type ProtectedEntry } from "./parse-protected.ts";
import { remembered } from "../remembered.ts";

export type { ProtectedEntry } from "./parse-protected.ts";

export const protectedPath = "/etc/sshctl/protected";

export type ProtectedHost = Pick<Facts, "files" | "programs" | "rootFiles">;

/** Larger is refused. */
const mostBytes = 262_144;

/**
 * @returns nothing where there is no such file.
 * @throws FatalError where it cannot be believed, or a line means nobody.
 */
export function readProtected({ rootFiles }: Pick<ProtectedHost, "rootFiles">): readonly ProtectedEntry[] {
  const lines = parseProtected(readText(rootFiles) ?? "");
  if ("entries" in lines) return lines.entries;
  const { line, text, why } = lines.bad;
  throw new FatalError(
    `Nothing was done: line ${String(line)} of ${protectedPath}, "${visible(text)}", protects nobody: ${why}.`,
    "Correct the line, or remove it.",
  );
}

function readText(rootFiles: ProtectedHost["rootFiles"]): string | undefined {
  try {
    return rootFiles.readRoots(protectedPath, mostBytes);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    throw new FatalError(
      `Nothing was done: whom ${protectedPath} protects cannot be told: ${error.message}.`,
      "It has to be root's, writable by nobody else, and readable by all who use sshctl: mode 0644.",
    );
  }
}

/** What follows after the name of who is protected, without a full stop. */
export function describeProtection({ name, line, means }: ProtectedEntry): string {
  const may = means.kind === "key" ? "is, or may be, protected" : "is protected";
  return `${may} by line ${String(line)} of ${protectedPath}, ${visible(name)}`;
}

/** How the protection is set aside once. */
export function liftingOption({ name }: Pick<ProtectedEntry, "name">): string {
  return `--even-protected ${quoteWord(name)}`;
}

/**
 * Why nothing is done.
 *
 * @param who - the beginning of a sentence: "alice".
 * @param deed - what was to be done: "lock the account".
 */
export function protectedError(who: string, deed: string, by: ProtectedEntry): DeclinedError {
  return new DeclinedError(
    `Nothing was done: ${who} ${describeProtection(by)}.`,
    `To ${deed} all the same: ${liftingOption(by)}.`,
  );
}

/** What is known of a session of which it is asked whether it is protected. */
export type Protectable = Pick<Session, "user" | "uid" | "peer" | "auth" | "phase">;

/** Each answer is the first line that protects, and undefined where none does. */
export interface Protection {
  /** Whether sessions can be told apart only by their keys. */
  namesKeys: boolean;
  /** Networks and keys: lines that mean no user. */
  others: readonly ProtectedEntry[];
  /** The names of lines that do not count this once. */
  lifted: readonly string[];
  ofAccount: (account: Pick<Account, "name" | "uid">) => Promise<ProtectedEntry | undefined>;
  /** The same for a session on another host, where users and groups are meant by their names: its uids are others. */
  ofSessionElsewhere: (session: Protectable) => Promise<ProtectedEntry | undefined>;
  /** A session of which it is not known by which key it was opened may be a protected one. */
  ofSession: (session: Protectable) => Promise<ProtectedEntry | undefined>;
  ofKey: (fingerprints: readonly string[]) => ProtectedEntry | undefined;
}

/**
 * @param lifted - the names of entries that do not count this once.
 * @throws UsageError for a name that protects nobody; FatalError as {@link readProtected}.
 */
export function findProtection(lifted: readonly string[], host: ProtectedHost): Protection {
  const all = readProtected(host);
  for (const name of lifted) rejectUnknown(name, all);
  const entries = all.filter(({ name }) => !lifted.includes(name));
  const belongs = membership(host);
  const ofKind = (kind: ProtectedEntry["means"]["kind"]) => entries.filter(({ means }) => means.kind === kind);
  const keys = ofKind("key");
  const ofAccount = async (account: Pick<Account, "name" | "uid">) =>
    firstThat(entries, async (entry) => belongs(account, entry));
  return {
    namesKeys: keys.length > 0,
    others: [...ofKind("network"), ...keys],
    lifted,
    ofAccount,
    ofSessionElsewhere: async (session) =>
      findProtector(session, entries, async (entry, user) => belongs({ name: user, uid: Number.NaN }, entry)),
    ofSession: async (session) => {
      const { user, uid, peer, auth, phase } = session;
      const ofUser = uid === undefined ? undefined : await ofAccount({ name: user ?? String(uid), uid });
      return (
        ofUser ??
        ofKind("network").find(
          ({ means }) => means.kind === "network" && peer !== undefined && means.network.includes(peer.address),
        ) ??
        (phase === "authenticating" ? undefined : keys.find(({ means }) => mayBeBy(auth, means)))
      );
    },
    ofKey: (fingerprints) =>
      keys.find(({ means }) => means.kind === "key" && means.fingerprints.some((each) => fingerprints.includes(each))),
  };
}

/**
 * The first line that protects a session on another host.
 *
 * @param isInGroup - whether the user belongs to the group that a line names.
 */
export async function findProtector(
  { user, uid, peer, auth, phase }: Protectable,
  entries: readonly ProtectedEntry[],
  isInGroup: (entry: ProtectedEntry, user: string, uid: number | undefined) => Promise<boolean>,
): Promise<ProtectedEntry | undefined> {
  return firstThat(entries, async (entry) => {
    const { means } = entry;
    switch (means.kind) {
      case "user":
        return means.name === user || means.name === String(uid);
      case "group":
        return user !== undefined && isInGroup(entry, user, uid);
      case "network":
        return peer !== undefined && means.network.includes(peer.address);
      case "key":
        return phase !== "authenticating" && mayBeBy(auth, means);
    }
  });
}

/** @throws UsageError */
function rejectUnknown(lifted: string, entries: readonly ProtectedEntry[]): void {
  if (entries.some(({ name }) => name === lifted)) return;
  const names = entries.map(({ name }) => name);
  throw new UsageError(
    `--even-protected ${lifted}: ${protectedPath} has no such line. Nothing was done.`,
    names.length === 0 ? "It protects nobody: omit the option." : `It has ${names.slice(0, 5).join(", ")}.`,
  );
}

async function firstThat<T>(list: readonly T[], isIt: (each: T) => Promise<boolean>): Promise<T | undefined> {
  for (const each of list) if (await isIt(each)) return each;
  return undefined;
}

/** Asks for each name once. */
function membership(host: ProtectedHost) {
  const uidOf = remembered(async (name) => (await findAccount(name, host))?.uid);
  const groupOf = remembered(async (name) => findGroup(name, host));
  const gidsOf = remembered(async (name): Promise<readonly number[]> => {
    const account = await findAccount(name, host);
    return account === undefined ? [] : groupIds(account, host);
  });
  return async ({ name, uid }: Pick<Account, "name" | "uid">, { means }: ProtectedEntry): Promise<boolean> => {
    if (means.kind === "user") return means.name === name || (await uidOf(means.name)) === uid;
    if (means.kind !== "group") return false;
    const group = await groupOf(means.name);
    return group !== undefined && (group.members.includes(name) || (await gidsOf(name)).includes(group.gid));
  };
}

/** Certainly by another key only where the journal names one that can be compared, or another method. */
function mayBeBy(auth: Session["auth"], means: ProtectedEntry["means"]): boolean {
  if (means.kind !== "key") return false;
  if (auth?.verified !== true) return true;
  if (auth.key === undefined) return auth.method.includes("publickey");
  const { fingerprint } = auth.key;
  const comparable = means.fingerprints.filter((each) => each.split(":")[0] === fingerprint.split(":")[0]);
  return comparable.length === 0 || comparable.includes(fingerprint);
}
