/** What can be wrong with keys, lines and files; text/faults.ts says it. */
import type { ListedKey } from "./inventory.ts";

/** Why nothing is known of a file, or of the rest of it. */
export type UnreadReason =
  /** `problem`: what the file system says, in a sentence with "it". */
  | { kind: "unreadable"; problem: string }
  | { kind: "larger-than"; mebibytes: number }
  | { kind: "more-lines-than"; lines: number }
  | { kind: "late"; seconds: number }
  /** A line of which the beginning holds no key. */
  | { kind: "long-line"; line: number }
  | { kind: "network-home" };

/** Why sshd cannot make sense of RevokedKeys. */
export type RevokedKeysFault =
  | { kind: "missing" }
  | { kind: "unreadable"; problem: string }
  | { kind: "too-large" }
  /** `problem`: of a line that is no key, or of a damaged list. */
  | { kind: "bad-line"; line: number; problem: string }
  | { kind: "damaged-list"; problem: string };

/** Who else could change a file or a folder. */
export type Changers = { kind: "owner"; uid: number } | { kind: "everybody" } | { kind: "group"; gid: number };

/** By the ids of findings. */
export type Fault =
  | { id: "weak-dsa" }
  | { id: "weak-rsa" | "rsa-below-3072"; bits: number }
  /** The accounts that the same key opens. */
  | { id: "shared"; names: readonly string[] }
  | { id: "root-unrestricted" | "no-comment" | "revoked-listed" }
  /** As 2026-11-25. */
  | { id: "expired" | "expires-soon"; day: string }
  | { id: "untrusted-file"; file: string; changers: Changers; account: string; isStrict: boolean }
  | { id: "unused"; isEver: boolean }
  | { id: "not-taken"; state: NotTakenState; type: string }
  /** `problem`: of the line; undefined of so many lines more. */
  | { id: "broken-line"; problem: string; isIgnored: boolean }
  | { id: "broken-line"; problem: undefined; count: number }
  | { id: "unread-file"; reason: UnreadReason; fromLine: number }
  | { id: "revoked-keys-unusable"; fault: RevokedKeysFault };

export type NotTakenState = Extract<ListedKey["state"], "type" | "short" | "certificate" | "disabled" | "root">;
