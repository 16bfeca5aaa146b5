/**
 * This room reads every key in a file that sshd reads for an account, and what sshd makes of it: accounts, sshd's settings, key
 * files and logins, joined and judged. It changes nothing.
 */
import type { Warning } from "../../../domain/session.ts";
import type { Account } from "../../../system/accounts.ts";
import type { AuthorizedKey } from "../../../system/authorized-keys/authorized-key.ts";
import type { UnreadReason } from "./faults.ts";
import type { ServerSettings } from "./key-settings.ts";
import type { RevokedKeys } from "./revoked-keys.ts";
import type { Distrust } from "./strict-modes.ts";

/**
 * What sshd makes of a key: it takes it, or not, for the reason that is named. `options`: it ignores the line for what stands
 * before the key; `certificate`: such a line never fits anything; `type`: this sshd does not take keys of the type; `root`:
 * PermitRootLogin does not allow it.
 */
export const keyStates = [
  "accepted",
  "expired",
  "revoked",
  "modes",
  "short",
  "type",
  "certificate",
  "disabled",
  "options",
  "root",
] as const;
export type KeyState = (typeof keyStates)[number];

/** A key in a file. */
export interface ListedKey extends AuthorizedKey {
  account: Account;
  /** As sshd is told it; links in it are followed. */
  path: string;
  /** Counted from 1. */
  line: number;
  /** If servers differ: `accepted` where one of them takes it. */
  state: KeyState;
  /** The servers of which the state is true; empty if it is of all. */
  servers: readonly string[];
  /** The uid to which the file belongs. */
  fileUid: number;
  /** Who but the user and root could change the file. */
  distrust: Distrust | undefined;
}

/** A line that is meant to hold a key, and does not; or those of a file beyond the first few. */
export interface BrokenPlace {
  account: Account;
  path: string;
  /** Undefined where it stands for several. */
  line: number | undefined;
  /** How many lines it stands for. */
  count: number;
  /** Undefined where it stands for several. */
  problem: string | undefined;
}

/** A file that is there, and of which not all is known. */
export interface UnreadFile {
  account: Account;
  path: string;
  reason: UnreadReason;
  /** The first line that was not read; 1 where none was. */
  fromLine: number;
  /** Where that line begins. */
  fromByte: number;
  /** Whether sshd may find keys there all the same. */
  mayHoldKeys: boolean;
}

export interface Inventory {
  accounts: readonly Account[];
  keys: readonly ListedKey[];
  broken: readonly BrokenPlace[];
  unread: readonly UnreadFile[];
  /** Whose files are on network file systems, and were not looked at. */
  remote: readonly Account[];
  /** What RevokedKeys names, by path. */
  revoked: ReadonlyMap<string, RevokedKeys>;
  /** What the files cannot tell, and what was not looked at. */
  warnings: readonly Warning[];
  settingsOf: (account: Account) => readonly ServerSettings[];
}
