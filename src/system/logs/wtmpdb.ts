/** wtmp.db: logins on terminals in a database, which sshd writes itself since Debian 13; wtmpdb(8) reads it. */
import { canonicalAddress } from "../../domain/address.ts";
import { parseTty } from "../../domain/tty.ts";
import { isPresent, type Files } from "../../host/files/files.ts";
import type { Programs } from "../../host/programs/run.ts";
import { isObject, parseObject } from "../../text/json-object.ts";
import type { BookEntry } from "./login-book.ts";

/** The first is where Debian's is, the second where wtmpdb itself puts it. */
const paths = ["/var/log/wtmp.db", "/var/lib/wtmpdb/wtmp.db"];

const limitMs = 30_000;

export interface WtmpDatabase {
  path: string;
  /** Undefined where wtmpdb(8) is not installed, or does not understand. */
  entries: readonly BookEntry[] | undefined;
}

/** Where the database is; undefined where there is none. */
export function findWtmpDatabase(files: Pick<Files, "facts">): string | undefined {
  return paths.find((path) => isPresent(files.facts(path)));
}

/** @returns undefined where there is no such database. */
export async function readWtmpDatabase({
  files,
  programs,
}: {
  files: Pick<Files, "facts">;
  programs: Programs;
}): Promise<WtmpDatabase | undefined> {
  const path = findWtmpDatabase(files);
  if (path === undefined) return undefined;
  const output = await programs.run("wtmpdb", ["last", "--json", "--time-format", "iso"], limitMs);
  return { path, entries: output?.exitCode === 0 ? parseWtmpDatabase(output.stdout, path) : undefined };
}

/**
 * `wtmpdb last --json --time-format iso`: {"entries": [{"user": "bob", "tty": "pts/1", "hostname": "::1", "login": "2026-11-28T18:38:05+0000",
 * "logout": "still logged in "}]}; another text than a time as logout tells that none is written down.
 */
export function parseWtmpDatabase(text: string, path: string): BookEntry[] | undefined {
  const entries = parseObject(text)?.["entries"];
  return Array.isArray(entries) ? entries.flatMap((entry) => entryOf(entry, path) ?? []) : undefined;
}

function entryOf(entry: unknown, path: string): BookEntry | undefined {
  if (!isObject(entry)) return undefined;
  const field = (name: string) => {
    const value = entry[name];
    return typeof value === "string" ? value : "";
  };
  const tty = parseTty(field("tty"));
  const address = canonicalAddress(field("hostname"));
  const loginMs = timeOf(field("login"));
  if (tty === undefined || address === undefined || loginMs === undefined) return undefined;
  return {
    source: path,
    isVerified: false,
    pid: undefined,
    user: field("user"),
    uid: undefined,
    address,
    tty,
    logindSession: undefined,
    loginMs,
    logoutMs: timeOf(field("logout")),
    overByMs: undefined,
  };
}

/** "2026-11-28T18:38:05+0000", to the second. */
function timeOf(text: string): number | undefined {
  const [, time, hours, minutes] = /^(\d{4}-\d\d-\d\dT[\d:]{8})([+-]\d\d):?(\d\d)$/.exec(text.trim()) ?? [];
  const timeMs = time === undefined ? Number.NaN : Date.parse(`${time}${hours ?? ""}:${minutes ?? ""}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
