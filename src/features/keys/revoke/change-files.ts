/** Locks a key out: first by RevokedKeys, which its owner cannot undo, then in the files where it stands. */
import { fromByteText } from "../../../text/byte-text.ts";
import { timeStamp } from "../../../text/time.ts";
import { applyEdits } from "../../../changes/apply-edits.ts";
import { atOnce, type FileEdit } from "../../../changes/change.ts";
import type { ChangeJournal } from "../../../changes/change-journal.ts";
import { withLocks } from "../../../changes/locks.ts";
import { systemLock } from "../../../system/system-lock.ts";
import { FileTrouble } from "../../../host/files/file-trouble.ts";
import type { Owner } from "../../../host/files/replace-file.ts";
import type { KeysHost, RevokeHost } from "../machine.ts";
import type { Inventory, ListedKey } from "../inventory/inventory.ts";
import { isList, parseRevokedKeys, type RevokedKeys } from "../inventory/revoked-keys.ts";
import { addToList } from "./revocation-list.ts";
import { dropInText, emptyRevokedFile, revokedDropIn, revokedPath, setUpRevokedKeys } from "./set-up.ts";
import { withoutKeys, withRevokedKeys, type Removal } from "./revoked-text.ts";

/** One file that is to change. */
export interface Target {
  path: string;
  owner: Owner;
  /** `drop-in`: of sshd's configuration; it names the file of revoked keys that comes with it. */
  kind: "authorized" | "revoked" | "drop-in";
  /** Together with the others of which this is true, which set up RevokedKeys. */
  setsUp?: true;
}

/** What a file holds, and is to hold; byte texts. */
export interface Edit {
  before: string;
  after: string;
}

/** What was done to one file. */
export type Change =
  /** Without a copy beside it where the change is that of a file that sshctl has made. */
  | { kind: "changed"; target: Target; backup: string | undefined }
  | { kind: "unchanged"; target: Target }
  | { kind: "failed"; target: Target; trouble: FileTrouble };

/** The places of keys that are to go. */
export interface Revocation {
  places: readonly ListedKey[];
  removal: Removal;
}

/**
 * The files in their order: RevokedKeys locks a key out for everybody, so it takes part only where nobody is to keep the key.
 *
 * @param setsUp - whether RevokedKeys is set up.
 */
export function targetsOf(
  revocation: Revocation,
  inventory: Inventory,
  { setsUp }: { setsUp: boolean },
  host: KeysHost,
): Target[] {
  const { places } = revocation;
  const accounts = [...new Set(places.map(({ account }) => account))];
  const isForAll = host.uid === 0 && keptBy(revocation, inventory).length === 0;
  const own = isForAll && setsUp;
  const lists = isForAll
    ? accounts.flatMap((each) => inventory.settingsOf(each).flatMap(({ revokedKeys }) => revokedKeys ?? []))
    : [];
  const files = new Map(places.map((place) => [place.path, place]));
  return [
    ...(own ? setUpTargets : []),
    ...[...new Set(lists)].map((path): Target => ({ path, owner: systemLock.owner, kind: "revoked" })),
    ...[...files.values()].map(({ path, account, fileUid }): Target => {
      const owner = fileUid === 0 ? systemLock.owner : { uid: account.uid, gid: account.gid };
      return { path, owner, kind: "authorized" };
    }),
  ];
}

const setUpTargets: readonly Target[] = [
  { path: revokedPath, owner: systemLock.owner, kind: "revoked", setsUp: true },
  { path: revokedDropIn, owner: systemLock.owner, kind: "drop-in", setsUp: true },
];

/** Places of the same keys that stay. */
export function keptBy({ places, removal }: Revocation, { keys }: Inventory): ListedKey[] {
  const paths = new Set(places.map(({ path }) => path));
  return keys.filter(({ key, path }) => removal.fingerprints.has(key.sha256) && !paths.has(path));
}

/** @throws FileTrouble */
async function planEdit(target: Target, revocation: Revocation, host: KeysHost): Promise<Edit> {
  const { path, owner, kind } = target;
  const { removal } = revocation;
  const before = host.replaceFiles.read(path, owner);
  if (kind === "drop-in") return { before: before ?? "", after: dropInText };
  if (kind === "revoked" && target.setsUp === true)
    return soundOnly(path, await planRevokedKeys(path, before ?? emptyRevokedFile, revocation, host));
  if (kind === "revoked") return planRevokedKeys(path, before, revocation, host);
  if (before === undefined) throw new FileTrouble("changed", `${path} was removed by another process`);
  return { before, after: withoutKeys(before, removal) };
}

/** @throws FileTrouble where sshd would refuse every key as soon as it is told to read the file. */
function soundOnly(path: string, edit: Edit): Edit {
  if (parseRevokedKeys(Buffer.from(edit.after, "latin1")).fault === undefined) return edit;
  throw new FileTrouble("foreign", `${path} holds lines that are no keys, and sshd would refuse every key`);
}

async function planRevokedKeys(
  path: string,
  before: string | undefined,
  { places, removal }: Revocation,
  host: KeysHost,
): Promise<Edit> {
  if (before === undefined)
    throw new FileTrouble(
      "foreign",
      `${path}, named by RevokedKeys, is missing, and sshd refuses every key until it exists`,
    );
  const missingFrom = (text: string) => keysMissing(places, parseRevokedKeys(Buffer.from(text, "latin1")));
  const keys = missingFrom(before);
  if (keys.length === 0) return { before, after: before };
  const bytes = Buffer.from(before, "latin1");
  const after = isList(bytes) ? await addToList(bytes, keys, host) : withRevokedKeys(before, keys, removal.note);
  if (missingFrom(after).length > 0) throw new FileTrouble("broken", `the key could not be added to ${path}`);
  return { before, after };
}

/** As they stand in RevokedKeys. */
function keysMissing(places: readonly ListedKey[], { fingerprints }: RevokedKeys): string[] {
  const missing = places.filter(({ key }) => !fingerprints.has(key.sha256));
  return [...new Set(missing.map(({ key }) => `${key.type} ${key.encoded}`))];
}

/** Changes one file, with a copy beside it; what goes wrong is a part of the answer. */
export async function changeFile(
  target: Target,
  revocation: Revocation,
  journal: ChangeJournal,
  host: KeysHost,
): Promise<Change> {
  const copy = `${target.path}.sshctl-${timeStamp(host.now())}`;
  return orFailed(target, async () =>
    withLocks([target], host, async () => changeUnderLock(target, copy, revocation, journal, host)),
  );
}

/**
 * Sets up RevokedKeys with the keys in it: all of these files, or none.
 *
 * @param targets - those that set it up; none where it is not to be.
 */
export async function setUp(
  targets: readonly Target[],
  revocation: Revocation,
  journal: ChangeJournal,
  host: RevokeHost,
): Promise<Change[]> {
  const [keys, dropIn] = targets;
  if (keys === undefined || dropIn === undefined) return [];
  const done = await orFailed(keys, async () =>
    withLocks(targets, host, async () => {
      const { fingerprints } = revocation.removal;
      const edits = [await editOf(keys, revocation, host), await editOf(dropIn, revocation, host)] as const;
      await setUpRevokedKeys(...edits, { fingerprints, journal }, host);
      return { kind: "changed", target: keys, backup: undefined };
    }),
  );
  return [done, { ...done, target: dropIn }];
}

async function editOf(target: Target, revocation: Revocation, host: KeysHost): Promise<FileEdit> {
  const { path, owner } = target;
  const { after } = await planEdit(target, revocation, host);
  return { path, owner, before: host.replaceFiles.read(path, owner), after };
}

async function orFailed(target: Target, work: () => Promise<Change>): Promise<Change> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileTrouble) return { kind: "failed", target, trouble: error };
    throw error;
  }
}

/** How often a file may change under our hands before we give up. */
const mostAttempts = 20;

/** An owner who is no sshctl knows nothing of locks. */
async function changeUnderLock(
  target: Target,
  copy: string,
  revocation: Revocation,
  journal: ChangeJournal,
  host: KeysHost,
): Promise<Change> {
  for (let attempt = 1; ; attempt += 1) {
    const change = await orFailed(target, async () => tryChange(target, copy, revocation, journal, host));
    if (change.kind !== "failed" || change.trouble.kind !== "changed" || attempt === mostAttempts) return change;
  }
}

async function tryChange(
  target: Target,
  copy: string,
  revocation: Revocation,
  journal: ChangeJournal,
  host: KeysHost,
): Promise<Change> {
  const { path, owner } = target;
  const { before, after } = await planEdit(target, revocation, host);
  if (before === after) return { kind: "unchanged", target };
  const outcome = await applyEdits([{ path, owner, before, after, copy }], atOnce, journal, host);
  if (outcome.kind !== "done") throw outcome.reason;
  return { kind: "changed", target, backup: copy };
}

/** Whether a file was changed, so that there is something to undo. */
export function isAnyChanged(changes: readonly Change[]): boolean {
  return changes.some(({ kind }) => kind === "changed");
}

/** Whether these changes keep the key out although the owners of its files may edit them. */
export function isDurable(changes: readonly Change[]): boolean {
  return changes.some(({ kind, target }) => target.kind === "revoked" && kind !== "failed");
}

/** What a file would hold, as text for people; or what is in the way. */
export async function previewEdit(
  target: Target,
  revocation: Revocation,
  host: KeysHost,
): Promise<Edit | { problem: string }> {
  try {
    const { before, after } = await planEdit(target, revocation, host);
    return { before: fromByteText(before), after: fromByteText(after) };
  } catch (error) {
    if (error instanceof FileTrouble) return { problem: error.message };
    throw error;
  }
}
