import type { Endpoint } from "./address.ts";

/** How a user proved who they are. */
export interface Auth {
  /** "publickey", "password", "keyboard-interactive/pam"; of several factors all that are known: "publickey,password". */
  method: string;
  key: LoginKey | undefined;
  /** Where it was read: "journal", or the path of a log file. */
  source: string;
  /** Whether the record is proof. A file of syslog is not: every user can write to it through logger(1). */
  verified: boolean;
}

/** The key of a login by public key. */
export interface LoginKey {
  /** As sshd names it: ED25519, RSA, ECDSA-SK, ED25519-CERT; dropbear: ssh-ed25519. */
  type: string;
  /** "SHA256:…"; of a certificate, that of its key. */
  fingerprint: string;
  certificate: Certificate | undefined;
  /** Of the line in authorized_keys that holds the key. */
  comment: string | undefined;
}

export interface Certificate {
  /** Free text of the authority that signed. */
  id: string;
  serial: string;
  /** The fingerprint of the authority's key. */
  ca: string;
}

/** What a log line says about a login. */
export interface AuthMessage {
  /** "partial": one of several factors. */
  outcome: "accepted" | "partial";
  method: string;
  user: string;
  /** Undefined for a connection that is not TCP. */
  peer: Endpoint | undefined;
  key: Omit<LoginKey, "comment"> | undefined;
}

/** Whether a user may mean the key of this login by that name. */
export function keyMatches({ key }: Auth, name: string): boolean {
  if (key === undefined) return false;
  const { fingerprint, comment, certificate } = key;
  return isFingerprint(name)
    ? [fingerprint, certificate?.ca].some((known) => known?.startsWith(name))
    : [comment, certificate?.id].includes(name);
}

/**
 * Reads what a key is called by: its fingerprint or the beginning of one, also as tables cut it ("SHA256:wcPFP6DV…"), all of one
 * without the name of its hash, or its comment.
 *
 * @returns undefined for what begins like a fingerprint and cannot be one.
 */
export function parseKeyName(text: string): string | undefined {
  if (/^[A-Za-z\d+/]{43}=?$/.test(text)) return `SHA256:${text.slice(0, 43)}`;
  if (/^[\da-f]{2}(?::[\da-f]{2}){15}$/.test(text)) return `MD5:${text}`;
  if (!/^(?:SHA256|MD5):/.test(text)) return text;
  const name = text.replace(/[=…]$/, "");
  return isFingerprint(name) ? name : undefined;
}

/** Whether the text is a fingerprint or the beginning of one, as ssh-keygen -l tells them. */
export function isFingerprint(text: string): boolean {
  return /^(?:SHA256:[A-Za-z\d+/]{1,43}|MD5:[\da-f]{1,2}(?::[\da-f]{2}){0,14}(?::[\da-f]{0,2})?)$/.test(text);
}
