import { dirname } from "node:path";
import type { ReplaceFiles, Owner } from "../host/files/replace-file.ts";
import { systemLock } from "../system/system-lock.ts";

/** A file that is to change. */
interface Target {
  path: string;
  owner: Owner;
}

/** Root's files have one lock, those of a user one in each folder, which that user can take, too. */
function lockOf({ path, owner }: Target): Target {
  return owner.uid === 0 ? systemLock : { path: `${dirname(path)}/.sshctl.lock`, owner };
}

/** The locks under which these files are changed; in one order, so that no two changes wait for each other. */
function locksOf(targets: readonly Target[]): Target[] {
  const locks = new Map(targets.map(lockOf).map((lock) => [lock.path, lock]));
  return [...locks.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Lets no other sshctl change these files meanwhile.
 *
 * @throws FileTrouble
 */
export async function withLocks<T>(
  targets: readonly Target[],
  { replaceFiles }: { replaceFiles: ReplaceFiles },
  work: () => Promise<T>,
): Promise<T> {
  const locked = locksOf(targets).reduceRight<() => Promise<T>>(
    (inner, { path, owner }) =>
      async () =>
        replaceFiles.withLock(path, owner, inner),
    work,
  );
  return locked();
}

/** Whether the locks of the ones are enough for the others. */
export function locksCover(held: readonly Target[], wanted: readonly Target[]): boolean {
  const paths = new Set(locksOf(held).map(({ path }) => path));
  return locksOf(wanted).every(({ path }) => paths.has(path));
}
