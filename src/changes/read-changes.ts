/** What was changed, as the records tell. */
import type { StateFolder } from "../host/files/state-folder.ts";
import { isActId } from "../system/acts/act-id.ts";
import { fromByteText } from "../text/byte-text.ts";
import { nameOf } from "./change-journal.ts";
import type { ChangeRecord } from "./change-record.ts";
import { parseRecord } from "./parse-record.ts";

export interface Changes {
  /** The oldest first. */
  changes: readonly ChangeRecord[];
  /** The ids of records that cannot be understood. */
  damaged: readonly string[];
  /** How many older ones were not read. */
  older: number;
}

/** A record has some hundred bytes for each file. */
const largestRecord = 4 * 1024 * 1024;

const mostRecords = 10_000;

/** @throws FileTrouble */
export function readChanges(state: StateFolder): Changes {
  const names = state.names().filter((name) => name.endsWith(".json") && isActId(name.slice(0, -".json".length)));
  const ids = names.map((name) => name.slice(0, -".json".length)).toSorted();
  const latest = ids.slice(-mostRecords);
  const read = latest.map((id) => ({ id, record: readChange(id, state) }));
  return {
    changes: read.flatMap(({ record }) => record ?? []),
    damaged: read.filter(({ record }) => record === undefined).map(({ id }) => id),
    older: ids.length - latest.length,
  };
}

/**
 * @returns undefined where there is no such record, or none that can be understood.
 * @throws FileTrouble
 */
export function readChange(id: string, state: StateFolder): ChangeRecord | undefined {
  if (!isActId(id)) return undefined;
  const text = state.read(nameOf(id), largestRecord);
  const record = text === undefined ? undefined : parseRecord(fromByteText(text));
  return record?.id === id ? record : undefined;
}
