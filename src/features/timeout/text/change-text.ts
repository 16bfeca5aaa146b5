import type { TimeoutChangeDocument } from "../../../text/json-contract.ts";
import { fromByteText } from "../../../text/byte-text.ts";
import type { FileEdit } from "../../../changes/change.ts";
import type { Plan } from "../limits/mechanism.ts";
import { unifiedDiff } from "../../../text/diff.ts";
import { renderJson } from "../../../text/json.ts";
import { textWidth } from "../../../text/width.ts";
import { visible } from "../../../text/visible.ts";
import { paragraph } from "../../../text/wrap.ts";

/** What has been changed, what follows, and the way back. */
export function renderPlan(plan: Plan, width: number | undefined): string {
  const { edits, notes } = plan;
  const told = paragraph(
    [...edits.map((edit) => `${edit.path}: ${actionOf(edit)}`), ...notes].map(visible),
    width,
    textWidth,
  );
  // A command stays in one line: it will be copied.
  const undo = undoOf(plan);
  return undo === undefined ? told : `${told}${visible(`Undo: ${undo}`)}\n`;
}

/** What would be changed; empty where nothing would. */
export async function renderPlannedDiff({ edits }: Plan): Promise<string> {
  return (await Promise.all(edits.map(diffOf))).join("");
}

/** docs/schemas/timeout-change-1.json */
/** @param id - of the change; undefined where none was made. */
export async function renderPlanJson(plan: Plan, dryRun: boolean, id?: string): Promise<string> {
  const { edits, notes, warnings } = plan;
  return renderJson<TimeoutChangeDocument>({
    schema: "sshctl.timeout-change/1",
    dryRun,
    edits: await Promise.all(
      edits.map(async (edit) => ({ path: edit.path, action: actionOf(edit), diff: await diffOf(edit) })),
    ),
    notes,
    warnings,
    undo: undoOf(plan) ?? null,
    change: id ?? null,
  });
}

/** What changes nothing needs no way back. */
function undoOf({ edits, undo }: Plan): string | undefined {
  return edits.length === 0 ? undefined : undo;
}

function actionOf({ before, after }: FileEdit): TimeoutChangeDocument["edits"][number]["action"] {
  return after === undefined ? "removed" : before === undefined ? "created" : "changed";
}

async function diffOf({ path, before, after }: FileEdit): Promise<string> {
  return unifiedDiff(path, textOf(before), textOf(after));
}

function textOf(bytes: string | undefined): string | undefined {
  return bytes === undefined ? undefined : fromByteText(bytes);
}
