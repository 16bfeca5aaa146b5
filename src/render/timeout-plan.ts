import { fromByteText } from "../domain/byte-text.ts";
import type { FileEdit, Plan } from "../timeouts/mechanism.ts";
import { unifiedDiff } from "./diff.ts";
import { renderJson } from "./json.ts";
import { textWidth } from "./text-width.ts";
import { visible } from "./visible.ts";
import { paragraph } from "./wrap-words.ts";

/** What has been changed, what follows, and the way back. */
export function renderPlan({ edits, notes, undo }: Plan, width: number | undefined): string {
  const told = paragraph(
    [...edits.map((edit) => `${edit.path}: ${actionOf(edit)}`), ...notes].map(visible),
    width,
    textWidth,
  );
  // A command stays in one line: it will be copied.
  return undo === undefined || edits.length === 0 ? told : `${told}${visible(`Undo: ${undo}`)}\n`;
}

/** What would be changed; empty where nothing would. */
export function renderPlannedDiff({ edits }: Plan): string {
  return edits.map(diffOf).join("");
}

/** docs/schemas/timeout-change-1.json */
export function renderPlanJson({ edits, notes, warnings, undo }: Plan, dryRun: boolean): string {
  return renderJson({
    schema: "sshctl.timeout-change/1",
    dryRun,
    edits: edits.map((edit) => ({ path: edit.path, action: actionOf(edit), diff: diffOf(edit) })),
    notes,
    warnings,
    undo: undo === undefined || edits.length === 0 ? null : undo,
  });
}

function actionOf({ before, after }: FileEdit): string {
  return after === undefined ? "removed" : before === undefined ? "created" : "changed";
}

function diffOf({ path, before, after }: FileEdit): string {
  return unifiedDiff(path, textOf(before), textOf(after));
}

function textOf(bytes: string | undefined): string | undefined {
  return bytes === undefined ? undefined : fromByteText(bytes);
}
