import { fromByteText } from "../domain/byte-text.ts";
import type { FileEdit, Plan } from "../timeouts/mechanism.ts";
import { unifiedDiff } from "./diff.ts";
import { textWidth } from "./text-width.ts";
import { visible } from "./visible.ts";
import { paragraph } from "./wrap-words.ts";

/** What has been changed, what follows, and the way back. */
export function renderPlan({ edits, notes, undo }: Plan, width: number | undefined): string {
  const told = paragraph([...edits.map(describeEdit), ...notes].map(visible), width, textWidth);
  // A command stays in one line: it will be copied.
  return undo === undefined || edits.length === 0 ? told : `${told}${visible(`Undo: ${undo}`)}\n`;
}

/** What would be changed; empty where nothing would. */
export function renderPlannedDiff({ edits }: Plan): string {
  return edits.map(({ path, before, after }) => unifiedDiff(path, textOf(before), textOf(after))).join("");
}

function describeEdit({ path, before, after }: FileEdit): string {
  return `${path}: ${after === undefined ? "removed" : before === undefined ? "created" : "changed"}`;
}

function textOf(bytes: string | undefined): string | undefined {
  return bytes === undefined ? undefined : fromByteText(bytes);
}
