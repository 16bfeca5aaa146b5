/** The form of /etc/sshctl/protected, docs/protected.md: on each line a user, a %group, a network or a key. */
import { isFingerprint } from "../../domain/auth.ts";
import { parseNetwork, type Network } from "../../domain/address.ts";
import { readPublicKey } from "../authorized-keys/public-key.ts";

/** Whom a line protects. */
export type Protected =
  /** A name, or the digits of a uid. */
  | { kind: "user"; name: string }
  /** A name, or the digits of a gid. */
  | { kind: "group"; name: string }
  | { kind: "network"; network: Network }
  /** One of its fingerprints, or both. */
  | { kind: "key"; fingerprints: readonly string[] };

export interface ProtectedEntry {
  /** Counted from 1. */
  line: number;
  /** By which it is named: as it stands there, or the fingerprint of a key that stands there whole. */
  name: string;
  means: Protected;
}

/** A line that means nobody: what others were meant by it cannot be known. */
export interface BadLine {
  line: number;
  text: string;
  why: string;
}

export type ProtectedLines = { entries: readonly ProtectedEntry[] } | { bad: BadLine };

export function parseProtected(text: string): ProtectedLines {
  const entries: ProtectedEntry[] = [];
  for (const [index, whole] of text.split("\n").entries()) {
    const words = whole.replace(/(?:^|\s)#[^]*$/, "").trim();
    if (words === "") continue;
    const line = index + 1;
    const entry = parseEntry(words);
    if (typeof entry === "string") return { bad: { line, text: words, why: entry } };
    entries.push({ line, ...entry });
  }
  return { entries };
}

type Entry = Omit<ProtectedEntry, "line">;

/** @returns why it is none. */
function parseEntry(text: string): Entry | string {
  // eslint-disable-next-line no-control-regex -- a name with one cannot be told from another.
  if (/[\u0000-\u0008\u000b-\u001f\u007f\ufffd]/.test(text)) return "it holds control characters, or is not UTF-8";
  const [first = "", second, ...rest] = text.split(/\s+/);
  if (second !== undefined) return parseKey(first, second) ?? whyNoKey(first, rest.length);
  if (/^(?:SHA256|MD5):/.test(first)) return parseFingerprint(first);
  if (first.startsWith("%")) return parseGroup(first);
  const network = parseNetwork(first);
  if (network !== undefined) return { name: first, means: { kind: "network", network } };
  if (/[:/,]|^[\d.]*\.[\d.]*$/.test(first)) return "it is no network, such as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32";
  return { name: first, means: { kind: "user", name: first } };
}

function parseKey(type: string, encoded: string): Entry | undefined {
  const key = /^[A-Za-z\d+/]+=*$/.test(encoded) ? readPublicKey(type, Buffer.from(encoded, "base64")) : undefined;
  return key && { name: key.sha256, means: { kind: "key", fingerprints: [key.sha256, key.md5] } };
}

function whyNoKey(type: string, more: number): string {
  return /^(?:ssh-|sk-|ecdsa-)/.test(type)
    ? "the key is damaged or cut off"
    : `it holds ${String(more + 2)} words: one user, %group, network or key stands on a line`;
}

function parseFingerprint(text: string): Entry | string {
  const name = text.replace(/=$/, "");
  const isWhole = /^SHA256:.{43}$/.test(name) || /^MD5:(?:..:){15}..$/.test(name);
  return isFingerprint(name) && isWhole
    ? { name, means: { kind: "key", fingerprints: [name] } }
    : "it is no whole fingerprint, as ssh-keygen -l tells it";
}

function parseGroup(text: string): Entry | string {
  const name = text.slice(1);
  return name === "" || /[%:,]/.test(name)
    ? "no group can have that name"
    : { name: text, means: { kind: "group", name } };
}
