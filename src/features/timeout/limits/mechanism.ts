/**
 * This room has what all ways to limit idle sessions share: plans as data, how they come into force, and how limits are
 * reported.
 */
import type { FileEdit } from "../../../changes/change.ts";
import type { Activation } from "../../../changes/change-record.ts";
import type { Account, Group } from "../../../system/accounts.ts";
import type { TimeoutHost } from "../machine.ts";

/** Whom a limit is for. */
export type Scope = { kind: "global" } | { kind: "user"; account: Account } | { kind: "group"; group: Group };

/** A limit as it is asked for. What a mechanism does not know of it, nobody has given. */
export interface SetRequest {
  seconds: number;
  /** Take over what somebody wrote by hand. */
  adopt: boolean;
  /** Nested shells and scripts inherit the limit. */
  exported: boolean;
  /** Only shells that were started over SSH. */
  sshOnly: boolean;
  exemptUids: readonly number[];
  exemptGids: readonly number[];
  /** Both, for sentences: "root", "members of wheel". */
  exempted: readonly string[];
  /** Kinds of channels that sshd closes. */
  channels: readonly Channel[];
  /** After that time sshd ends a connection without channels. */
  unusedSeconds: number | undefined;
  /** Asks for this again; part of what is written, so that a reader of the file knows where it comes from. */
  commandLine: string;
}

export const channels = ["shell", "command", "sftp"] as const;
export type Channel = (typeof channels)[number];

export interface Plan {
  /** In the order in which they are done. Empty: nothing is to do. */
  edits: readonly FileEdit[];
  /** What follows from it, in sentences. */
  notes: readonly string[];
  /** The same in place of the notes once it is done, where that reads differently. */
  results?: readonly string[];
  /** What is to be considered before, in sentences. */
  warnings: readonly string[];
}

/** One way to end idle sessions, for one scope. */
export interface Mechanism {
  /** Brings into force what has been written. */
  activation: Activation;
  /** @throws NothingDoneError where this machine cannot do it, or something else is in the way; FileTrouble */
  planSet(request: SetRequest, host: TimeoutHost): Promise<Plan>;
  planUnset(host: TimeoutHost): Promise<Plan>;
  /** @throws NothingDoneError where what is in force is not what was planned. */
  confirm(host: TimeoutHost): Promise<void>;
}
