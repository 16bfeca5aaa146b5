/** This room writes lists of changes, and what undoing one of them opens and ends. This file has the table of `changes`. */
import type { ChangeRecord, ChangeState } from "../../../changes/change-record.ts";
import { undoCommand } from "../../../changes/undo-command.ts";
import { describeCaller } from "../../../system/caller.ts";
import type { Grid, GridColumn } from "../../../text/grid.ts";
import { isoTime, localTime } from "../../../text/time.ts";

export interface ListedChange extends ChangeRecord {
  /** Nothing is left of it in its files. */
  superseded: boolean;
}

interface ChangeColumn extends GridColumn {
  text: (change: ListedChange, nowMs: number) => string | undefined;
  /** For programs, where it differs. */
  data?: (change: ListedChange) => string | undefined;
}

const columns: readonly ChangeColumn[] = [
  { title: "ID", text: ({ id }) => id },
  {
    title: "WHEN",
    spare: 2,
    text: ({ startedMs }, nowMs) => localTime(startedMs, nowMs),
    data: ({ startedMs }) => isoTime(startedMs),
  },
  { title: "BY", shrinks: 2, text: ({ caller }) => describeCaller(caller) },
  {
    title: "STATE",
    text: ({ state, superseded }) => (superseded ? "superseded" : stateWords[state]),
    data: ({ state, superseded }) => (superseded ? "superseded" : state),
  },
  { title: "COMMAND", shrinks: 4, least: 20, text: ({ command }) => command },
  { title: "REASON", shrinks: 3, spare: 3, text: ({ reason }) => reason },
  { title: "FILES", shrinks: 1, spare: 1, text: ({ files }) => files.map(({ path }) => path).join(" ") || undefined },
  { title: "UNDO", roomy: 1, text: undoOf },
];

/** A change that is being made at this moment cannot be told from one that was interrupted. */
const stateWords: Readonly<Record<ChangeState, string>> = {
  planned: "interrupted",
  done: "done",
  "not-put-back": "failed",
  undone: "undone",
};

/** The command that undoes a change; undefined where it is undone, or nothing is left of it. */
export function undoOf({ id, state, superseded }: ListedChange): string | undefined {
  return state === "undone" || superseded ? undefined : undoCommand(id);
}

/**
 * The newest first.
 *
 * @param isData - exact values for programs; otherwise short ones for people.
 */
export function changesGrid(
  changes: readonly ListedChange[],
  { isData, nowMs }: { isData: boolean; nowMs: number },
): Grid {
  return {
    columns,
    rows: changes.toReversed().map((record) => ({
      cells: columns.map(({ text, data }) => (isData && data !== undefined ? data(record) : text(record, nowMs))),
      ...(undoOf(record) === undefined ? { emphasis: "dim" as const } : {}),
    })),
  };
}
