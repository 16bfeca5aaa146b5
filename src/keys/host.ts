import type { Files } from "../host/files/files.ts";
import type { OwnedFiles } from "../host/files/replace-file.ts";
import type { Programs } from "../host/programs/run.ts";
import type { UserFiles } from "../host/files/user-files.ts";
import type { LoginHistory } from "../system/logs/login-counter.ts";

/** The machine whose keys are looked at and revoked. */
export interface KeysHost {
  files: Files;
  userFiles: UserFiles;
  ownedFiles: OwnedFiles;
  programs: Programs;
  /** The effective uid of whoever runs sshctl. */
  uid: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  /**
   * Adds a key to a list of revoked keys, ssh-keygen(1), "KEY REVOCATION LISTS".
   *
   * @returns the new list, one character a byte.
   * @throws FileTrouble
   */
  addToList: (list: Buffer, key: string) => Promise<string>;
  /** All logins that the logs tell of. */
  readLogins: () => Promise<LoginHistory>;
}
