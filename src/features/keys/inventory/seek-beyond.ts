import type { ListedKey, UnreadFile } from "./inventory.ts";
import { listerOf, rulesFor, type Reading } from "./read-files.ts";
import { seekKey, type Wanted } from "./seek-key.ts";

/**
 * Looks for keys in what was not read of large files. What is still not read then stays on the list of unread files.
 *
 * @param isMeant - whether a key is one of them.
 */
export async function seekBeyond(isMeant: Wanted["isMeant"], reading: Reading): Promise<void> {
  const wanted = wantedKey(isMeant, reading.keys);
  const left: UnreadFile[] = [];
  for (const file of reading.unread) left.push(...(await seekInFile(file, wanted, reading)));
  reading.unread = left;
}

/** A single one that is known already is sought by all of it, which is quicker to find. */
function wantedKey(isMeant: Wanted["isMeant"], keys: readonly ListedKey[]): Wanted {
  const encoded = new Set(keys.flatMap(({ key }) => (isMeant(key) && !key.isCertificate ? key.encoded : [])));
  const [only] = encoded;
  return { isMeant, encoded: encoded.size === 1 ? only : undefined };
}

async function seekInFile(file: UnreadFile, wanted: Wanted, reading: Reading): Promise<UnreadFile[]> {
  const { account, path, fromByte } = file;
  const { host, isOutOfReach } = reading;
  if (!file.mayHoldKeys) return [file];
  const opened = host.userFiles.open(path, account, isOutOfReach, fromByte);
  if (opened.kind !== "open") return [file];
  const { places, rest } = await seekKey(opened, wanted, rulesFor(account, reading), host.now, file);
  const list = listerOf(path, account, opened.rights, reading);
  for (const { line, parsed } of places) list(parsed, line);
  return rest === undefined ? [] : [{ ...file, reason: rest }];
}
