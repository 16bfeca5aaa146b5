/**
 * This room changes files for every command that does. A change is planned as data and made under locks: all files or none, with
 * a record by which it can be listed and undone. Nothing here knows what the files are for.
 *
 *     plan -> withLocks -> ChangeJournal.begin -> applyEdits -> ChangeOutcome
 *                              (planned)         (done, put back)
 *     readChanges, undoChange <- the records
 */
import type { FileTrouble } from "../host/files/file-trouble.ts";
import type { Owner } from "../host/files/replace-file.ts";
import type { Machine } from "../host/host.ts";
import type { ForeseenError } from "../errors.ts";
import type { Activation } from "./change-record.ts";

/** A file before and after; the texts are byte texts, undefined where there is no file. */
export interface FileEdit {
  path: string;
  owner: Owner;
  /** What it must still hold when it is changed. */
  before: string | undefined;
  after: string | undefined;
  /** Where the old file is kept beside the new one, for whoever looks there. */
  copy?: string | undefined;
}

/** What the person who runs sshctl asked for. */
export interface ChangeRequest {
  /** The command line that asks for it. */
  command: string;
  reason: string | undefined;
  activation: Activation;
  /** Of the act that this is a part of; one of its own where there is none. */
  id?: string;
  /** Names of accounts that are to be locked. */
  accounts?: readonly string[];
}

/** The machine, as files are changed on it. */
export type ChangeHost = Pick<Machine, "files" | "replaceFiles" | "state" | "now">;

/** How a change comes into force. */
export interface InForce {
  /** Makes daemons read what has been written, or has been put back. */
  activate: () => Promise<void>;
  /** @throws ForeseenError where what is in force is not what was planned. */
  check: () => Promise<void>;
}

/** For files that are read whenever somebody needs them. */
export const atOnce: InForce = { activate: async () => Promise.resolve(), check: async () => Promise.resolve() };

/** What is in the way. */
export type Obstacle = FileTrouble | ForeseenError;

export type ChangeOutcome =
  | { kind: "done" }
  /** Nothing was written. */
  | { kind: "refused"; reason: Obstacle }
  /** Something was written, and all is as it was before. */
  | { kind: "put-back"; reason: Obstacle }
  | NotPutBack;

/** Something is not as it was before. */
export interface NotPutBack {
  kind: "not-put-back";
  reason: Obstacle;
  /** Files that still hold what the change wrote. */
  left: readonly { path: string; trouble: Obstacle }[];
  /** Why daemons may not know of what has been put back. */
  inactive: Obstacle | undefined;
}
