/** The file that RevokedKeys names: keys, a line each, or a list of ssh-keygen -k. */
import { isKrl, parseKrl } from "../../../system/authorized-keys/krl.ts";
import { parseBareKey } from "../../../system/authorized-keys/authorized-key.ts";
import { isSince, newestRules, type LineRules } from "../../../system/authorized-keys/line-rules.ts";
import type { PublicKey } from "../../../system/authorized-keys/public-key.ts";
import type { RevokedKeysFault, UnreadReason } from "./faults.ts";
import type { KeysHost } from "../machine.ts";

export interface RevokedKeys {
  /** "SHA256:…", and "SHA1:…" where a list names keys so. */
  fingerprints: ReadonlySet<string>;
  /** Why sshd cannot make sense of the file, and refuses every key of everybody. */
  fault: RevokedKeysFault | undefined;
  /** Why nothing is known of the file, though sshd may well read it. */
  unknown?: UnreadReason;
}

export function revokes({ fingerprints, fault }: RevokedKeys, { sha256, sha1 }: PublicKey): boolean {
  return fault !== undefined || fingerprints.has(sha256) || fingerprints.has(sha1);
}

export function isList(bytes: Buffer): boolean {
  return isKrl(bytes);
}

/** sshkey_check_revoked() in OpenSSH's authfile.c. */
export function parseRevokedKeys(bytes: Buffer, rules: LineRules = newestRules): RevokedKeys {
  if (!isKrl(bytes)) return parseText(bytes, rules);
  const { fingerprints, problem } = parseKrl(bytes, rules);
  return { fingerprints, fault: problem === undefined ? undefined : { kind: "damaged-list", problem } };
}

/** sshkey_in_file() there: the first line that is no key ends the reading, with an error. */
function parseText(bytes: Buffer, rules: LineRules): RevokedKeys {
  const fingerprints = new Set<string>();
  let fault: RevokedKeysFault | undefined;
  for (const [index, line] of bytes.toString("utf8").split("\n").entries()) {
    const read = parseBareKey(line);
    if (read === undefined) continue;
    const problem = "problem" in read ? read.problem : problemOf(read, rules);
    if (problem !== undefined) fault ??= { kind: "bad-line", line: index + 1, problem };
    if (!("problem" in read)) fingerprints.add(read.sha256);
  }
  return { fingerprints, fault };
}

/** DSA went with OpenSSH 10.0. */
const withoutDsa = 1000;

function problemOf({ type, bits }: PublicKey, rules: LineRules): string | undefined {
  const isGone = type === "ssh-dss" && isSince(rules, withoutDsa);
  return bits === undefined || isGone ? `sshd does not know the type ${type}` : undefined;
}

/** What sshd takes at most, SSHBUF_SIZE_MAX; and what is looked at here. */
const [largestBytes, limitMebibytes] = [128 * 1024 * 1024, 32];

const nothing: ReadonlySet<string> = new Set();

/** Reads it as sshd does, as root, and whatever it is. */
export function readRevokedKeys(
  path: string,
  rules: LineRules,
  { userFiles, uid }: Pick<KeysHost, "userFiles" | "uid">,
): RevokedKeys {
  const root = { uid: 0, gid: 0, groups: [] };
  const isNowhere = () => false;
  // A device that is always empty is a way to say that nothing is revoked.
  if (userFiles.realPath(path, root, isNowhere) === "/dev/null") return { fingerprints: nothing, fault: undefined };
  const [file] = userFiles.read([path], root, isNowhere, limitMebibytes * 1024 * 1024);
  if (file?.kind === "read") return file.isWhole ? parseRevokedKeys(file.bytes, rules) : ofLargeFile(file.size);
  if (file?.kind !== "unreadable") return { fingerprints: nothing, fault: { kind: "missing" } };
  // What root cannot read, sshd cannot either; nobody else can tell.
  return uid === 0 && file.isRefusedToAll
    ? { fingerprints: nothing, fault: { kind: "unreadable", problem: file.problem } }
    : { fingerprints: nothing, fault: undefined, unknown: { kind: "unreadable", problem: file.problem } };
}

function ofLargeFile(size: number): RevokedKeys {
  if (size > largestBytes) return { fingerprints: nothing, fault: { kind: "too-large" } };
  return { fingerprints: nothing, fault: undefined, unknown: { kind: "larger-than", mebibytes: limitMebibytes } };
}
