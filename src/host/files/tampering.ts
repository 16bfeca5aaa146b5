import { lstatSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Whoever can change a program, or put another one in its place, has the rights of all who run it.
 *
 * @param path - absolute.
 * @param trusted - the uids of those who may.
 * @returns how somebody else could; undefined where nobody can.
 */
export function findTampering(path: string, trusted: ReadonlySet<number>): string | undefined {
  for (const place of selfAndAbove(path)) {
    const fault = findFault(place, trusted);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function findFault(place: string, trusted: ReadonlySet<number>): string | undefined {
  const stats = lookAt(place);
  if (stats === undefined) return `${place} cannot be examined`;
  if (stats.isSymbolicLink()) return `${place} is a link; give the path that it leads to`;
  if (!trusted.has(stats.uid)) return `${place} is not owned by root`;
  return (stats.mode & 0o022) === 0 ? undefined : `${place} can be written by users other than root`;
}

/** @returns undefined for what is not there, or must not be seen. */
export function lookAt(path: string) {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** From "/" down. */
function selfAndAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [path] : [...selfAndAbove(above), path];
}
