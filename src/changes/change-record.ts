/** The record of a change, docs/schemas/change-1.json: what it did, and all that is needed to undo it. */
import type { Attributes } from "../host/files/replace-file.ts";
import type { Caller } from "../system/caller.ts";
import { isoTime } from "../text/time.ts";
import { renderJson } from "../text/json.ts";
import type { CallerJson, ChangeDocument } from "../text/json-contract.ts";

export const changeStates = ["planned", "done", "not-put-back", "undone"] as const;

/**
 * "planned" is also what a change says of itself that was cut off in the middle: any of its files may be written. After
 * "not-put-back" some are.
 */
export type ChangeState = (typeof changeStates)[number];

export const activations = ["none", "sshd"] as const;

/** Who has to be told that files have changed. */
export type Activation = (typeof activations)[number];

/** A file as it was before. */
export interface FileBefore extends Attributes {
  sha256: string;
  /** The name of the file in the state folder that holds its bytes. */
  backup: string;
}

export interface FileRecord {
  path: string;
  owner: { uid: number; gid: number };
  /** Undefined where the change made the file. */
  before: FileBefore | undefined;
  /** The SHA-256 of what the change wrote; undefined where it removed the file. */
  after: string | undefined;
  /** Where the old file was kept beside the new one. */
  copy: string | undefined;
}

export interface ChangeRecord {
  id: string;
  state: ChangeState;
  command: string;
  reason: string | undefined;
  caller: Caller;
  startedMs: number;
  /** When it came to the state that it is in; undefined while it is planned. */
  endedMs: number | undefined;
  /** The id of the act that undid it. */
  undoneBy: string | undefined;
  activation: Activation;
  /** Names of accounts that it has locked, which only `unlock` can open: such a change names no files. */
  accounts: readonly string[];
  /** In the order in which they are changed. */
  files: readonly FileRecord[];
}

export function renderRecord(record: ChangeRecord): string {
  return renderJson<ChangeDocument>({
    schema: "sshctl.change/1",
    ...storyToJson(record),
    files: record.files.map(({ path, owner, before, after, copy }) => ({
      path,
      uid: owner.uid,
      gid: owner.gid,
      before: before ?? null,
      after: after === undefined ? null : { sha256: after },
      copy: copy ?? null,
      undo: before === undefined ? "remove" : "restore",
    })),
    activation: record.activation,
  });
}

/** Who asked for what, when, and what has become of it: the same in a record and in a list of changes. */
export function storyToJson(record: ChangeRecord) {
  const { id, state, command, reason, caller, startedMs, endedMs, undoneBy, accounts } = record;
  return {
    id,
    state,
    command,
    reason: reason ?? null,
    caller: callerToJson(caller),
    startedAt: isoTime(startedMs),
    endedAt: endedMs === undefined ? null : isoTime(endedMs),
    undoneBy: undoneBy ?? null,
    accounts,
  };
}

function callerToJson({ uid, name, login }: Caller): CallerJson {
  return { uid, user: name ?? null, loginUid: login?.uid ?? null, loginUser: login?.name ?? null };
}
