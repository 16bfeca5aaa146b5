import { storyToJson, type FileRecord } from "../../../changes/change-record.ts";
import type { Changes } from "../../../changes/read-changes.ts";
import type { ChangesDocument } from "../../../text/json-contract.ts";
import { renderJson } from "../../../text/json.ts";
import { isoTime } from "../../../text/time.ts";
import { undoOf, type ListedChange } from "./changes-table.ts";

/** Where the records are, and when they were read. */
export interface Reading {
  host: string;
  takenAtMs: number;
  folder: string;
}

/** docs/schemas/changes-1.json */
export function renderChangesJson(
  changes: readonly ListedChange[],
  { damaged, older }: Pick<Changes, "damaged" | "older">,
  reading: Reading,
): string {
  return renderJson<ChangesDocument>({
    schema: "sshctl.changes/1",
    host: reading.host,
    takenAt: isoTime(reading.takenAtMs),
    folder: reading.folder,
    changes: changes.toReversed().map(changeToJson),
    damaged,
    older,
  });
}

function changeToJson(record: ListedChange) {
  return {
    ...storyToJson(record),
    superseded: record.superseded,
    files: record.files.map((file) => ({ path: file.path, action: actionOf(file) })),
    undo: undoOf(record) ?? null,
  };
}

function actionOf({ before, after }: FileRecord): "created" | "changed" | "removed" {
  return before === undefined ? "created" : after === undefined ? "removed" : "changed";
}
