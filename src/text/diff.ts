/** Differences of two texts in the unified format of diff(1), as patch(1) reads it. */
import type { StructuredPatch, StructuredPatchHunk } from "diff";
import { visible } from "./visible.ts";

/** Lines around a change that show where it is. */
const context = 3;

/** Texts that differ in more lines are replaced as a whole: to find the shortest way from one to the other takes too long. */
const mostEdits = 2000;

/** @param before - undefined for a file that is not there, and after likewise. */
export async function unifiedDiff(
  path: string,
  before: string | undefined,
  after: string | undefined,
): Promise<string> {
  const name = (text: string | undefined) => (text === undefined ? "/dev/null" : visible(path));
  const hunks = await hunksOf(before ?? "", after ?? "");
  return `--- ${name(before)}\n+++ ${name(after)}\n${hunks.map(renderHunk).join("")}`;
}

async function hunksOf(before: string, after: string): Promise<StructuredPatch["hunks"]> {
  const { structuredPatch } = await import("diff/lib/patch/create.js");
  const patch = structuredPatch("", "", before, after, undefined, undefined, { context, maxEditLength: mostEdits });
  if (patch !== undefined) return patch.hunks;
  const [removed] = structuredPatch("", "", before, "").hunks;
  const [added] = structuredPatch("", "", "", after).hunks;
  if (removed === undefined || added === undefined) return [removed ?? [], added ?? []].flat();
  return [
    { ...removed, newStart: added.newStart, newLines: added.newLines, lines: [...removed.lines, ...added.lines] },
  ];
}

function renderHunk({ oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk): string {
  const range = (start: number, length: number) =>
    `${String(length === 0 ? start - 1 : start)}${length === 1 ? "" : `,${String(length)}`}`;
  // Tabs are what lines are indented with; they stay.
  const readable = (line: string) => line.split("\t").map(visible).join("\t");
  const body = lines.map((line) => `${readable(line)}\n`).join("");
  return `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${body}`;
}
