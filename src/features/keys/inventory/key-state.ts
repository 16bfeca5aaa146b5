import type { AuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";
import type { KeyState } from "./inventory.ts";
import type { KeySettings } from "./key-settings.ts";

/** What sshd looks at beside the key itself. */
export interface Circumstances {
  settings: KeySettings;
  /** It opens an account with uid 0. */
  isRootKey: boolean;
  /** Somebody else could change the file. */
  isDistrusted: boolean;
  isRevoked: boolean;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/** Whether sshd takes a key, and if not, the first of its reasons. */
export function keyState({ key, options }: AuthorizedKey, circumstances: Circumstances): KeyState {
  const { settings, isRootKey, isDistrusted, isRevoked, nowMs } = circumstances;
  if (!settings.publicKeys) return "disabled";
  if (isDistrusted && settings.strictModes) return "modes";
  if (isRevoked) return "revoked";
  if (options.problem !== undefined) return "options";
  if (key.isCertificate) return "certificate";
  if (key.bits === undefined || !takesType(key.type, settings.algorithms)) return "type";
  if (key.name === "RSA" && key.bits < Math.max(shortestRsaBits, settings.smallestRsaBits)) return "short";
  if (options.expiresAtMs !== undefined && options.expiresAtMs <= nowMs) return "expired";
  return isRootKey && !letsRootIn(options, settings) ? "root" : "accepted";
}

/** auth_root_allowed() in OpenSSH's auth.c. What certificates of an authority bring with them is not known here. */
function letsRootIn({ command, certAuthority }: AuthorizedKey["options"], { rootLogin }: KeySettings): boolean {
  if (rootLogin === "forced-commands-only") return command !== undefined || certAuthority;
  return rootLogin !== "no";
}

/** SSH_RSA_MINIMUM_MODULUS_SIZE, which no setting can lower. */
const shortestRsaBits = 1024;

/** One type of key, and three ways to sign with it. */
const rsaAlgorithms = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"];

function takesType(type: string, algorithms: KeySettings["algorithms"]): boolean {
  // Off since 7.0, unless somebody turns it on.
  if (algorithms === undefined) return type !== "ssh-dss";
  return type === "ssh-rsa" ? rsaAlgorithms.some((each) => algorithms.has(each)) : algorithms.has(type);
}
