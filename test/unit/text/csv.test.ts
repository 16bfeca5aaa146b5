import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { renderCsv } from "../../../src/text/csv.ts";
import { visible } from "../../../src/text/visible.ts";
import { hostileText } from "../../helpers/arbitraries.ts";

const columns = [{ title: "USER" }, { title: "PID" }];

test("a line of titles, and unknown values empty", () => {
  expect(renderCsv({ columns, rows: [{ cells: ["alice", undefined] }] }, true)).toBe("user,pid\nalice,\n");
});

test("without titles and rows there is nothing", () => {
  expect(renderCsv({ columns, rows: [] }, false)).toBe("");
});

describe("one cell", () => {
  test.each([
    ["plain", "plain"],
    ["two words", "two words"],
    ["pts/0,pts/1", '"pts/0,pts/1"'],
    ['say "hi"', '"say ""hi"""'],
    ['"', '""""'],
    ["a\nb", String.raw`a\nb`],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-bash", "'-bash"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ["\t=1", String.raw`\t=1`],
    ["a=1", "a=1"],
    ["\u001B[2J", String.raw`\x1b[2J`],
    ["\u202E=1", String.raw`\u{202e}=1`],
  ])("%j", (cell, written) => {
    expect(renderCsv({ columns: [{ title: "X" }], rows: [{ cells: [cell] }] }, false)).toBe(`${written}\n`);
  });
});

/** RFC 4180, without line breaks inside of cells: what stands between commas that are not between quotes. */
function parseCsv(text: string): string[][] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map(unquoted));
}

function unquoted(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}

test.prop([fc.array(fc.tuple(hostileText, hostileText), { minLength: 1 })])(
  "every cell comes back as it can be seen, and none begins like a formula",
  (rows) => {
    const cells = parseCsv(renderCsv({ columns, rows: rows.map((row) => ({ cells: row })) }, false));
    expect(cells).toEqual(rows.map((row) => row.map((cell) => visible(/^[=+\-@]/.test(cell) ? `'${cell}` : cell))));
    expect(cells.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  },
);
