/** The records of changes, as both commands read them. */
import type { ChangeRecord } from "../../changes/change-record.ts";
import { readChange, readChanges, type Changes } from "../../changes/read-changes.ts";
import { FatalError, NothingFoundError, PermissionError, UsageError, type ForeseenError } from "../../errors.ts";
import { FileTrouble } from "../../host/files/file-trouble.ts";
import type { StateFolder } from "../../host/files/state-folder.ts";
import { isPrefixOfId } from "../../system/acts/act-id.ts";

/** @throws PermissionError, FatalError */
export function readRecords(state: StateFolder): Changes {
  return orUnreadable(state, () => readChanges(state));
}

function orUnreadable<T>(state: StateFolder, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FileTrouble) throw unreadable(error, state);
    throw error;
  }
}

function unreadable({ kind, message }: FileTrouble, { path }: StateFolder): ForeseenError {
  const text = `The records of changes in ${path} cannot be read: ${message}.`;
  return kind === "refused" ? new PermissionError(text) : new FatalError(text);
}

const listed = '"sshctl changes" lists them.';

/**
 * The one change that is meant.
 *
 * @param text - an id, or the beginning of one.
 * @throws UsageError, NothingFoundError, PermissionError, FatalError for a damaged record.
 */
export function findRecord(text: string, { changes, damaged }: Changes, state: StateFolder): ChangeRecord {
  if (!isPrefixOfId(text)) throw new UsageError(`"${text}" is not the id of a change.`, listed);
  const fitting = [...changes.map(({ id }) => id), ...damaged].filter((id) => id.startsWith(text));
  if (fitting.length > 1)
    throw new UsageError(`"${text}" is the beginning of ${String(fitting.length)} ids.`, `Give more of it: ${listed}`);
  const [id = text] = fitting;
  if (damaged.includes(id))
    throw new FatalError(`The record of the change ${id} in ${state.path} is damaged, so it cannot be undone.`);
  // There may be more records than are listed.
  const record = changes.find((each) => each.id === id) ?? orUnreadable(state, () => readChange(id, state));
  if (record === undefined) throw new NothingFoundError(`There is no change ${text} in ${state.path}.`, listed);
  return record;
}
