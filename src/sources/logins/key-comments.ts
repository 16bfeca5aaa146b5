import type { Accounts } from "../../domain/accounts.ts";
import { md5Fingerprint, parseAuthorizedKey, sha256Fingerprint } from "../../keys/authorized-key.ts";
import { orUndefined, type Files } from "../../os/files.ts";
import type { Programs } from "../../os/programs.ts";
import type { UntrustedFiles } from "../../os/untrusted-files.ts";

/** Larger files exist only to hurt. */
const limitBytes = 1 << 20;

/** Reading from a dead server of one of these hangs for ever. */
const networkFileSystems = /^(?:nfs|cifs|smb|fuse|autofs|9p|afs|ceph|glusterfs|lustre|ncp|ocfs|gfs|coda|davfs)/;

/** Finds the comment beside a key in its user's authorized_keys. */
export type CommentFinder = (user: string, fingerprint: string) => string | undefined;

export async function keyComments(
  files: Files,
  untrusted: UntrustedFiles,
  programs: Programs,
  accounts: Accounts,
): Promise<CommentFinder> {
  const patterns = await authorizedKeysFiles(programs);
  const mounts = parseMounts(orUndefined(files.read("/proc/self/mountinfo")) ?? "");
  const cache = new Map<string, ReadonlyMap<string, string>>();
  return (user, fingerprint) => {
    const known = cache.get(user) ?? readComments(user);
    cache.set(user, known);
    return known.get(fingerprint);
  };

  function readComments(user: string): Map<string, string> {
    const home = accounts.home(user);
    if (home === undefined) return new Map();
    const paths = patterns.map((pattern) => expand(pattern, user, home, accounts.uid(user)));
    const texts = paths
      .filter((path) => !isRemote(mounts, path))
      .map((path) => untrusted.readSmall(path, limitBytes) ?? "");
    return new Map(texts.flatMap((text) => text.split("\n")).flatMap(commentsOfLine));
  }
}

function commentsOfLine(line: string): [fingerprint: string, comment: string][] {
  const key = parseAuthorizedKey(line);
  if (key?.comment === undefined) return [];
  return [sha256Fingerprint(key), md5Fingerprint(key)].map((fingerprint) => [fingerprint, key.comment ?? ""]);
}

/** What sshd itself says it reads; its default where it does not answer. */
async function authorizedKeysFiles(programs: Programs): Promise<string[]> {
  const output = await programs.run("sshd", ["-T"], 5000);
  const line = /^authorizedkeysfile (.*)$/im.exec(output?.stdout ?? "")?.[1];
  return (line ?? ".ssh/authorized_keys .ssh/authorized_keys2").split(/\s+/).filter((path) => path !== "none");
}

/** The tokens of AuthorizedKeysFile, sshd_config(5), "TOKENS"; what is not absolute is below the home. */
function expand(pattern: string, user: string, home: string, uid: number | undefined): string {
  const tokens = new Map([
    ["%%", "%"],
    ["%h", home],
    ["%u", user],
    ["%U", String(uid ?? "")],
  ]);
  const path = pattern.replace(/%./g, (token) => tokens.get(token) ?? token);
  return path.startsWith("/") ? path : `${home}/${path}`;
}

interface Mount {
  folder: string;
  type: string;
}

/** proc(5), "/proc/pid/mountinfo": the mount point is the fifth field, the type follows the lone dash. */
function parseMounts(text: string): Mount[] {
  const rows = text.matchAll(/^\S+ \S+ \S+ \S+ (\S+) .*? - (\S+) /gm);
  return [...rows].map(([, folder = "", type = ""]) => ({ folder, type }));
}

function isRemote(mounts: readonly Mount[], path: string): boolean {
  const around = mounts.filter(({ folder }) => folder === "/" || path === folder || path.startsWith(`${folder}/`));
  const nearest = around.toSorted((a, b) => b.folder.length - a.folder.length)[0];
  return nearest !== undefined && networkFileSystems.test(nearest.type);
}
