/** The books of the machine beside its logs: the audit log, wtmp and wtmp.db. */
import type { Warning } from "../../../domain/session.ts";
import { isPresent, orUndefined } from "../../../host/files/files.ts";
import type { Facts } from "../../../host/host.ts";
import { readAuditLog } from "../../../system/logs/audit-log.ts";
import type { BookEntry } from "../../../system/logs/login-book.ts";
import { parseWtmp } from "../../../system/logs/wtmp.ts";
import { readWtmpDatabase } from "../../../system/logs/wtmpdb.ts";

export interface Book {
  name: string;
  entries: readonly BookEntry[];
  isVerified: boolean;
}

type Sources = Pick<Facts, "files" | "logFiles" | "programs">;

/**
 * The one that knows most first.
 *
 * @param isEarlier - whether time is asked for of which the journal does not tell.
 * @param fromMs - files that were last written before are left alone.
 */
export async function readBooks(
  sources: Sources,
  fromMs: number,
  isEarlier: boolean,
): Promise<{ books: readonly Book[]; warnings: readonly Warning[] }> {
  const audit = isEarlier ? await readAuditLog(sources, fromMs) : [];
  const database = await readWtmpDatabase(sources);
  return {
    books: [
      ...(audit.length === 0 ? [] : [{ name: "/var/log/audit", entries: audit, isVerified: true }]),
      ...wtmpBooks(sources, fromMs),
      ...(database?.entries === undefined
        ? []
        : [{ name: database.path, entries: database.entries, isVerified: false }]),
    ],
    warnings:
      database !== undefined && database.entries === undefined && isEarlier
        ? [
            {
              code: "wtmpdb-missing",
              message: `${database.path} is not read: the program wtmpdb is not installed, or does not answer`,
            },
          ]
        : [],
  };
}

/** wtmp and what logrotate(8) makes of it; the oldest first. */
function wtmpBooks({ files }: Sources, fromMs: number): Book[] {
  return (orUndefined(files.names("/var/log")) ?? [])
    .filter((name) => /^wtmp(?:[.-]\d{1,8})?$/.test(name))
    .map((name) => `/var/log/${name}`)
    .flatMap((path) => {
      const facts = files.facts(path);
      return isPresent(facts) && facts.mtimeMs >= fromMs ? { path, writtenMs: facts.mtimeMs } : [];
    })
    .toSorted((a, b) => a.writtenMs - b.writtenMs)
    .flatMap(({ path }) => {
      const bytes = files.bytes(path);
      const entries = isPresent(bytes) ? parseWtmp(bytes, path) : [];
      return entries.length === 0 ? [] : { name: path, entries, isVerified: false };
    });
}
