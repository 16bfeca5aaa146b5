/** Lines of authorized_keys files, read as auth_check_authkey_line() in OpenSSH's auth2-pubkeyfile.c reads them. */
import { noOptions, parseKeyOptions, type KeyOptions } from "./key-options.ts";
import { isKnownType, readPublicKey, type PublicKey } from "./public-key.ts";

/** One key of such a file, sshd(8), "AUTHORIZED_KEYS FILE FORMAT". */
export interface AuthorizedKey {
  options: KeyOptions;
  key: PublicKey;
  comment: string | undefined;
}

/** A line that is meant to hold a key, and that sshd skips. */
export interface BrokenLine {
  problem: string;
}

/** @returns undefined for empty lines and comments. */
export function parseLine(line: string): AuthorizedKey | BrokenLine | undefined {
  // sshd works on C strings: what stands behind a NUL is not there.
  const text = line.replace(/\0.*$/s, "").replace(/^[ \t]+/, "");
  if (text === "" || text === "\r" || text.startsWith("#")) return undefined;
  const plain = readKey(text);
  if (isKey(plain)) return { options: noOptions, ...plain };
  if (plain.isKey) return { problem: plain.problem };
  const optionsText = textOfOptions(text);
  if (optionsText === undefined) return { problem: "a quote is not closed" };
  const behind = readKey(text.slice(optionsText.length).replace(/^[ \t]+/, ""));
  if (!isKey(behind)) return { problem: behind.isKey ? behind.problem : "it holds no key" };
  const options = parseKeyOptions(optionsText);
  return options.problem === undefined ? { options, ...behind } : { problem: options.problem };
}

/** The key of a line, if sshd finds one there. */
export function parseAuthorizedKey(line: string): AuthorizedKey | undefined {
  const parsed = parseLine(line);
  return parsed !== undefined && "key" in parsed ? parsed : undefined;
}

/** The type and the key of such a line, without options and comment. */
export function bareKey(line: string): string | undefined {
  const parsed = parseAuthorizedKey(line);
  if (parsed === undefined) return undefined;
  const text = line.replace(/\0.*$/s, "").replace(/^[ \t]+/, "");
  const behind = text.slice(parsed.options.text.length).replace(/^[ \t]+/, "");
  return behind.split(/[ \t\r]+/, 2).join(" ");
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
  if (key === undefined) return { isKey: known, problem: `the key behind ${type} is damaged` };
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
