import type { TimeoutChangeDocument } from "../../../text/json-contract.ts";
import { fromByteText } from "../../../text/byte-text.ts";
import type { FileEdit } from "../../../changes/change.ts";
import { undoCommand } from "../../../changes/undo-command.ts";
import type { LimitChange } from "../limits/change-limit.ts";
import type { Plan } from "../limits/mechanism.ts";
import { unifiedDiff } from "../../../text/diff.ts";
import { renderJson } from "../../../text/json.ts";
import { textWidth } from "../../../text/width.ts";
import { visible } from "../../../text/visible.ts";
import { paragraph } from "../../../text/wrap.ts";

/** What would be changed, what follows. */
export async function renderPlan(plan: Plan, width: number | undefined): Promise<string> {
  return (await renderPlannedDiff(plan)) + lineText(plan.notes, width);
}

/** What would be changed; empty where nothing would. */
export async function renderPlannedDiff({ edits }: Plan): Promise<string> {
  return (await Promise.all(edits.map(diffOf))).join("");
}

/** What has been changed, what follows, and the way back. */
export function renderDone(
  { plan: { edits, notes, results = notes }, id }: LimitChange,
  width: number | undefined,
): string {
  const told = lineText([...edits.map((edit) => `${edit.path}: ${actionOf(edit)}`), ...results], width);
  // A command stays in one line: it will be copied.
  return id === undefined ? told : `${told}Undo: ${undoCommand(id)}\n`;
}

function lineText(lines: readonly string[], width: number | undefined): string {
  return paragraph(lines.map(visible), width, textWidth);
}

/**
 * docs/schemas/timeout-change-1.json
 *
 * @param done - undefined where it is only planned.
 */
export async function renderPlanJson(
  { edits, notes, results = notes, warnings }: Plan,
  done: Pick<LimitChange, "id"> | undefined,
): Promise<string> {
  const id = done?.id;
  return renderJson<TimeoutChangeDocument>({
    schema: "sshctl.timeout-change/1",
    dryRun: done === undefined,
    edits: await Promise.all(
      edits.map(async (edit) => ({ path: edit.path, action: actionOf(edit), diff: await diffOf(edit) })),
    ),
    notes: done === undefined ? notes : results,
    warnings,
    undo: id === undefined ? null : undoCommand(id),
    id: id ?? null,
    change: id ?? null,
  });
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
