import type { AuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";
import type { KeyState } from "./inventory.ts";
import type { KeySettings } from "./key-settings.ts";

/** What sshd looks at beside the key itself. */
export interface Circumstances {
  settings: KeySettings;
  /** Somebody else could change the file. */
  isDistrusted: boolean;
  isRevoked: boolean;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/** Whether sshd takes a key, and if not, the first of its reasons. */
export function keyState({ key, options }: AuthorizedKey, circumstances: Circumstances): KeyState {
  const { settings, isDistrusted, isRevoked, nowMs } = circumstances;
  if (!settings.publicKeys) return "disabled";
  if (isDistrusted && settings.strictModes) return "modes";
  if (isRevoked) return "revoked";
  if (key.isCertificate) return "certificate";
  if (key.bits === undefined || !takesType(key.type, settings.algorithms)) return "type";
  if (key.name === "RSA" && key.bits < Math.max(shortestRsaBits, settings.smallestRsaBits)) return "short";
  return options.expiresAtMs !== undefined && options.expiresAtMs <= nowMs ? "expired" : "accepted";
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
