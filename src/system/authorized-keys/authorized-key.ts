/**
 * This room reads authorized_keys files, keys and lists of revoked keys as sshd does, each rule with the function of OpenSSH that it follows.
 * This file reads one line, as auth_check_authkey_line() in auth2-pubkeyfile.c does.
 */
import { noOptions, parseKeyOptions, type KeyOptions } from "./key-options.ts";
import { isSince, newestRules, type LineRules } from "./line-rules.ts";
import { isKnownType, readPublicKey, type PublicKey } from "./public-key.ts";

/** One key of such a file, sshd(8), "AUTHORIZED_KEYS FILE FORMAT". sshd ignores it where its options have a problem. */
export interface AuthorizedKey {
  options: KeyOptions;
  key: PublicKey;
  comment: string | undefined;
}

/** A line that is meant to hold a key, and that holds none. */
export interface BrokenLine {
  problem: string;
}

/**
 * @param line - without its line feed.
 * @returns undefined for empty lines and comments.
 */
export function parseLine(line: string, rules: LineRules = newestRules): AuthorizedKey | BrokenLine | undefined {
  const text = textOf(line);
  if (text === "" || text === "\r" || text.startsWith("#")) return undefined;
  if (text.length > longestLine(rules)) return { problem: "it is longer than sshd reads" };
  const plain = readKey(text);
  if (isKey(plain)) return { options: noOptions, ...plain };
  if (plain.isKey) return { problem: plain.problem };
  const optionsText = textOfOptions(text);
  if (optionsText === undefined) return { problem: "a quote is not closed" };
  const behind = readKey(text.slice(optionsText.length).replace(/^[ \t]+/, ""));
  if (!isKey(behind)) return { problem: behind.isKey ? behind.problem : "it holds no key" };
  return { options: parseKeyOptions(optionsText, rules), ...behind };
}

/** The key of a line, whether sshd takes it or ignores it for its options. */
export function parseAuthorizedKey(line: string): AuthorizedKey | undefined {
  const parsed = parseLine(line);
  return parsed !== undefined && "key" in parsed ? parsed : undefined;
}

/**
 * A line of RevokedKeys, which holds a key and a comment, and no options: sshkey_in_file() in OpenSSH's authfile.c.
 *
 * @returns undefined for empty lines and comments.
 */
export function parseBareKey(line: string): PublicKey | BrokenLine | undefined {
  const text = textOf(line);
  if (text === "" || text.startsWith("#")) return undefined;
  const read = readKey(text);
  return isKey(read) ? read.key : { problem: read.isKey ? read.problem : "it holds no key" };
}

/** sshd works on C strings: what stands behind a NUL is not there. */
function textOf(line: string): string {
  const end = line.indexOf("\0");
  return (end < 0 ? line : line.slice(0, end)).replace(/^[ \t]+/, "");
}

/** SSH_MAX_PUBKEY_BYTES, up to 7.7, with its line feed and its NUL. */
function longestLine(rules: LineRules): number {
  if (isSince(rules, 708)) return Number.POSITIVE_INFINITY;
  return (isSince(rules, 702) ? 16_384 : 8192) - 2;
}

interface NoKey {
  /** Whether the text begins with the name of a type: then what follows was meant to be one. */
  isKey: boolean;
  problem: string;
}

type ReadKey = Pick<AuthorizedKey, "key" | "comment"> | NoKey;

function isKey(read: ReadKey): read is Pick<AuthorizedKey, "key" | "comment"> {
  return "key" in read;
}

function readKey(text: string): ReadKey {
  const [, type = "", encoded = "", rest = ""] = /^([^ \t]+)[ \t]+([^ \t]+)[ \t]*(.*)$/s.exec(text) ?? [];
  const known = isKnownType(type);
  const blob = decodeBase64(encoded);
  const key = type === "" || blob === undefined ? undefined : readPublicKey(type, blob);
  if (key === undefined) return { isKey: known, problem: `the key after ${type} is damaged` };
  const comment = rest.trim();
  return { key, comment: comment === "" ? undefined : comment };
}

/** As strict as b64_pton(3): padded, and no bits left over; white space does not count. */
function decodeBase64(text: string): Buffer | undefined {
  const encoded = text.replace(/[\n\v\f\r]/g, "");
  if (encoded.length % 4 !== 0 || encoded === "") return undefined;
  const bytes = Buffer.from(encoded, "base64");
  return bytes.toString("base64") === encoded ? bytes : undefined;
}

/** sshkey_advance_past_options(): up to the first space outside of quotes; a backslash protects a quote anywhere. */
function textOfOptions(text: string): string | undefined {
  let isQuoted = false;
  let index = 0;
  for (; index < text.length && (isQuoted || (text[index] !== " " && text[index] !== "\t")); index += 1) {
    if (text[index] === "\\" && text[index + 1] === '"') index += 1;
    else if (text[index] === '"') isQuoted = !isQuoted;
  }
  return isQuoted ? undefined : text.slice(0, index);
}
