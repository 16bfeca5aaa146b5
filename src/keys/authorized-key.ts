import { createHash } from "node:crypto";

/** One key of an authorized_keys file, sshd(8), "AUTHORIZED_KEYS FILE FORMAT". */
export interface AuthorizedKey {
  /** The text before the type, such as `from="10.0.0.0/8",restrict`; empty without. */
  options: string;
  type: string;
  /** The key itself, decoded. */
  blob: Buffer;
  comment: string | undefined;
}

/** Reads one line; undefined for empty lines, comments and what holds no key. */
export function parseAuthorizedKey(line: string): AuthorizedKey | undefined {
  const text = line.trim();
  if (text === "" || text.startsWith("#")) return undefined;
  return parseKey("", text) ?? parseKey(...splitOptions(text));
}

/** Options end at the first space outside of double quotes, in which \" stands for a quote. */
function splitOptions(text: string): [options: string, rest: string] {
  const options = /^(?:[^\s"]|"(?:[^"\\]|\\.)*")+/.exec(text)?.[0] ?? "";
  return [options, text.slice(options.length).trim()];
}

function parseKey(options: string, text: string): AuthorizedKey | undefined {
  const [, type = "", encoded = "", comment = ""] =
    /^(\S+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+(.*))?$/.exec(text) ?? [];
  const blob = Buffer.from(encoded, "base64");
  // The key repeats its own type, in front and with its length: RFC 4253, section 6.6.
  const name = blob.length > 4 ? blob.toString("latin1", 4, 4 + blob.readUInt32BE(0)) : "";
  return type !== "" && name === type
    ? { options, type, blob, comment: comment === "" ? undefined : comment }
    : undefined;
}

/** "SHA256:…" as ssh-keygen -l prints it: base64 without padding, sshkey_fingerprint() in OpenSSH's sshkey.c. */
export function sha256Fingerprint({ blob }: Pick<AuthorizedKey, "blob">): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** "MD5:aa:bb:…", where sshd is set to FingerprintHash md5. */
export function md5Fingerprint({ blob }: Pick<AuthorizedKey, "blob">): string {
  return `MD5:${createHash("md5").update(blob).digest("hex").match(/../g)?.join(":") ?? ""}`;
}
