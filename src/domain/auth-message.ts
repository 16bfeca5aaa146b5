import { canonicalAddress, type Endpoint } from "./address.ts";
import type { AuthMessage, LoginKey } from "./auth.ts";
import { decodeVis } from "./title.ts";

type Key = Omit<LoginKey, "comment">;

/** Reads the message of a successful login, of OpenSSH or dropbear; undefined for every other message. */
export function parseAuthMessage(message: string): AuthMessage | undefined {
  return parseOpenssh(message) ?? parseDropbear(message);
}

/**
 * "Accepted METHOD for USER from IP port N ssh2[: INFO]", unchanged from 7.4 to 10.6: auth_log() in OpenSSH's auth.c. What
 * stands behind ssh2 is partly free text of whoever signed a certificate, so the first ends that fit count.
 */
function parseOpenssh(message: string): AuthMessage | undefined {
  const match = /^(Accepted|Partial) (\S+) for (.+?) from (\S+) port (\d{1,5}) ssh2(?:: (.*))?$/s.exec(message);
  if (match === null) return undefined;
  const [, outcome, method = "", user = "", address = "", port = "", info = ""] = match;
  return {
    outcome: outcome === "Accepted" ? "accepted" : "partial",
    method,
    user: decodeVis(user),
    peer: endpointOf(address, port),
    key: parseKeyInfo(info),
  };
}

/**
 * "TYPE FINGERPRINT", and of a certificate " ID TEXT (serial N) CA TYPE FINGERPRINT" after it: format_method_key() in
 * auth.c. The text may hold anything, so the rest is read from the right.
 */
function parseKeyInfo(info: string): Key | undefined {
  const certificate = /^(\S+-CERT) (\S+:\S+) ID (.*) \(serial (\d+)\) CA \S+ (\S+:[^\s,]+)(?:, .*)?$/s.exec(info);
  if (certificate !== null) {
    const [, type = "", fingerprint = "", id = "", serial = "", ca = ""] = certificate;
    return { type, fingerprint, certificate: { id: decodeVis(id), serial, ca } };
  }
  const [, type, fingerprint] = /^([A-Z0-9-]+) ((?:SHA256|MD5):[^\s,]+)(?:, .*)?$/s.exec(info) ?? [];
  return type === undefined || fingerprint === undefined ? undefined : { type, fingerprint, certificate: undefined };
}

/**
 * "Pubkey auth succeeded for 'u' with TYPE key FP from IP:PORT", "Password auth …": svr-authpubkey.c, svr-authpasswd.c. Up to 2020.81 it is
 * "with key sha1!! HASH", a hash by which nothing else knows the key.
 */
function parseDropbear(message: string): AuthMessage | undefined {
  const match =
    /^(Pubkey|Password|PAM password) auth succeeded for '(.*?)'(?: with (?:(\S+) key (\S+)|key sha1!! \S+))? from (\S+):(\d{1,5})$/.exec(
      message,
    );
  if (match === null) return undefined;
  const [, word, user = "", type, fingerprint, address = "", port = ""] = match;
  const key =
    type === undefined || fingerprint === undefined ? undefined : { type, fingerprint, certificate: undefined };
  return {
    outcome: "accepted",
    method: word === "Pubkey" ? "publickey" : "password",
    user,
    peer: endpointOf(address, port),
    key,
  };
}

/** sshd writes "UNKNOWN port 65535" for what is not TCP: ssh_remote_ipaddr() in packet.c. */
function endpointOf(addressText: string, port: string): Endpoint | undefined {
  const address = canonicalAddress(addressText.replace(/^\[|\]$/g, ""));
  return address === undefined ? undefined : { address, port: Number(port) };
}
