/** Changes of which nothing is left to undo: what they wrote is no longer in any of their files. */
import { FileTrouble } from "../host/files/file-trouble.ts";
import { sha256 } from "./change-journal.ts";
import type { ChangeHost } from "./change.ts";
import type { ChangeRecord, FileRecord } from "./change-record.ts";

/** @returns the ids of those whose files a later change, or somebody else, has overwritten or removed, all of them. */
export function findSuperseded(
  changes: readonly ChangeRecord[],
  { replaceFiles }: Pick<ChangeHost, "replaceFiles">,
): ReadonlySet<string> {
  const known = new Map<string, string | undefined>();
  const hashOf = ({ path, owner }: FileRecord): string | undefined => {
    if (!known.has(path))
      known.set(
        path,
        readHash(() => replaceFiles.read(path, owner)),
      );
    return known.get(path);
  };
  // A file that cannot be read may still hold it.
  const isOver = (file: FileRecord) => ![file.after, unread].includes(hashOf(file));
  const over = changes.filter(({ state, files }) => isWritten(state) && files.length > 0 && files.every(isOver));
  return new Set(over.map(({ id }) => id));
}

/** One that was cut off may not have written anything, and undoing it is what clears that up. */
function isWritten(state: ChangeRecord["state"]): boolean {
  return state === "done" || state === "not-put-back";
}

/** In the place of a hash. */
const unread = "unread";

function readHash(read: () => string | undefined): string | undefined {
  try {
    const text = read();
    return text === undefined ? undefined : sha256(text);
  } catch (error) {
    if (error instanceof FileTrouble) return unread;
    throw error;
  }
}
