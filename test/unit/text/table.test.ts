import { Chalk } from "chalk";
import { fc, test } from "@fast-check/vitest";
import stringWidth from "string-width";
import { describe, expect } from "vitest";
import { alignColumns, type Grid, type GridColumn } from "../../../src/text/grid.ts";
import { renderPlain, renderTable } from "../../../src/text/table.ts";
import { visible } from "../../../src/text/visible.ts";
import { hostileText } from "../../helpers/arbitraries.ts";

const gray = new Chalk({ level: 0 });
const colored = new Chalk({ level: 1 });
const wholly = { headers: true, truncate: true };

const grid: Grid = {
  columns: [
    { title: "USER", shrinks: 1 },
    { title: "PID", align: "right" },
    { title: "COMMAND", shrinks: 0 },
  ],
  rows: [
    { cells: ["alice", "9", "vim a-file-with-a-name-that-is-long.txt"] },
    { cells: [undefined, "31337", ""] },
    { cells: ["日本語の利用者", "1", "x"] },
  ],
};

const drawings = [
  ["drawn", renderTable],
  ["plain", renderPlain],
] as const;

const linesOf = (text: string) => text.replace(/\n$/, "").split("\n");

describe.each(drawings)("%s", (_, render) => {
  test("columns stand under their titles, numbers to the right, a dash for what is unknown", () => {
    expect(render(grid, wholly, { width: 200, chalk: gray })).toBe(
      [
        "USER              PID  COMMAND",
        "alice               9  vim a-file-with-a-name-that-is-long.txt",
        "-               31337",
        "日本語の利用者      1  x",
        "",
      ].join("\n"),
    );
  });

  test("what is too wide is cut, the least important column first", () => {
    expect(render(grid, wholly, { width: 40, chalk: gray })).toBe(
      [
        "USER              PID  COMMAND",
        "alice               9  vim a-file-with-…",
        "-               31337",
        "日本語の利用者      1  x",
        "",
      ].join("\n"),
    );
  });

  test("then columns are left out and named, and what must stay whole is cut last of all", () => {
    const columns: GridColumn[] = [
      { title: "FROM", shrinks: 2, last: true },
      { title: "LOGIN", spare: 2 },
      { title: "KIND", spare: 1 },
      { title: "COMMAND", shrinks: 1, spare: 3, least: 4 },
    ];
    const rows = [{ cells: ["10.200.30.40:50000", "08:00", "shell", "bash"] }];
    const at = (width: number, isWhole = false) =>
      linesOf(render({ columns, rows }, { ...wholly, isWhole }, { width, chalk: gray }));
    expect(at(80)).toHaveLength(2);
    expect(at(38)[1]).toBe("10.200.30.40:50000  08:00  shell  bash");
    expect(at(37)).toEqual([
      "FROM                LOGIN  COMMAND",
      "10.200.30.40:50000  08:00  bash",
      "too narrow for KIND",
    ]);
    expect(at(28).slice(1)).toEqual(["10.200.30.40:50000  bash", "too narrow for LOGIN, KIND"]);
    expect(at(12).slice(1)).toEqual(["10.200.30.4…", "too narrow for LOGIN, KIND, COMMAND"]);
    expect(at(30, true).slice(1)).toEqual(["10.200.30…  08:00  shell  bash"]);
  });

  test("wide characters are cut whole", () => {
    const lines = linesOf(render(grid, wholly, { width: 27, chalk: gray }));
    expect(lines.at(-1)).toMatch(/^日本語の… {6,7}1 {2}x$/);
  });

  test("what is cut is not measured to its end, nor once for each of its characters", () => {
    let measured = 0;
    const measure = (text: string) => {
      measured += text.length;
      return text.length;
    };
    const long: Grid = { columns: [{ title: "A", shrinks: 1 }], rows: [{ cells: ["é".repeat(100_000)] }] };
    alignColumns(long, { headers: true, truncate: true }, { width: 100, chalk: gray }, measure);
    expect(measured).toBeLessThan(10 * 100);
  });

  test("nothing is cut when that is not wanted", () => {
    const text = render(grid, { headers: true, truncate: false }, { width: 20, chalk: gray });
    expect(text).toContain("vim a-file-with-a-name-that-is-long.txt");
    expect(text).not.toContain("…");
  });

  test("without titles", () => {
    expect(linesOf(render(grid, { headers: false, truncate: true }, { width: 200, chalk: gray }))).toHaveLength(3);
  });

  test("without rows and titles there is nothing, not even an empty line", () => {
    expect(render({ ...grid, rows: [] }, { headers: false, truncate: true }, { width: 80, chalk: gray })).toBe("");
  });

  test("a cell cannot draw, break a line or leave its row", () => {
    const cell = "\u001B[2J\r\n\u202Eevil\u009B";
    const text = render({ columns: grid.columns, rows: [{ cells: [cell, "1", cell] }] }, wholly, {
      width: 200,
      chalk: gray,
    });
    expect(linesOf(text)).toHaveLength(2);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test("colour changes no letter", () => {
    const emphasised: Grid = { ...grid, rows: grid.rows.map((row) => ({ ...row, emphasis: "own" })) };
    const text = render(emphasised, wholly, { width: 60, chalk: colored });
    expect(text).toContain("\u001B[");
    expect(text.replaceAll(/\u001B\[\d+m/g, "").replaceAll(/ +$/gm, "")).toBe(
      render(grid, wholly, { width: 60, chalk: gray }),
    );
  });
});

/** A grid of up to four columns, of which some may be cut. */
const anyGrid: fc.Arbitrary<Grid> = fc
  .array(
    fc.record({
      title: fc.stringMatching(/^[A-Z]{1,8}$/),
      shrinks: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
      right: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((shapes) => {
    const columns = shapes.map(({ title, shrinks, right }): GridColumn => ({
      title,
      ...(shrinks === undefined ? {} : { shrinks }),
      ...(right ? { align: "right" } : {}),
    }));
    const cell = fc.option(hostileText, { nil: undefined });
    const cells = fc.array(cell, { minLength: columns.length, maxLength: columns.length });
    return fc.record({ columns: fc.constant(columns), rows: fc.array(fc.record({ cells }), { maxLength: 4 }) });
  });

/** The narrowest that a grid can be made: titles and texts of the columns that yield go down to 8. */
function narrowestOf({ columns, rows }: Grid): number {
  const widths = columns.map(({ title, shrinks }, index) => {
    const texts = [title, ...rows.map(({ cells }) => (cells[index] === undefined ? "-" : visible(cells[index])))];
    const natural = Math.max(1, ...texts.map((text) => stringWidth(text)));
    return shrinks === undefined ? natural : Math.min(natural, 8);
  });
  return widths.reduce((sum, width) => sum + width + 2, -2);
}

describe.each([80, 200])("at %i columns", (width) => {
  describe.each(drawings)("%s", (_, render) => {
    test.prop([anyGrid])("no line is wider than the terminal where that can be", (any) => {
      fc.pre(narrowestOf(any) <= width);
      for (const line of linesOf(render(any, wholly, { width, chalk: gray })))
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
    });

    test.prop([anyGrid])("a row is one line", (any) => {
      expect(linesOf(render(any, wholly, { width, chalk: gray }))).toHaveLength(any.rows.length + 1);
    });
  });
});

const uncut = { headers: true, truncate: false };

test.each(["alice", "Zoë", "Zoe\u0308", "日本語", "한국어", "नमस्ते", "สวัสดี", "مُحَمَّد", "😀", "👍🏽", "🇩🇪", "\u{17000}"])(
  "%s is as wide drawn as it is plain",
  (name) => {
    const look = { width: 80, chalk: gray };
    const named: Grid = {
      columns: [{ title: "USER" }, { title: "PID" }],
      rows: [{ cells: [name, "1"] }, { cells: ["bob", "2"] }],
    };
    expect(renderTable(named, uncut, look)).toBe(renderPlain(named, uncut, look));
  },
);

test.prop([anyGrid])("drawn and plain look the same", (any) => {
  const look = { width: 80, chalk: gray };
  expect(renderTable(any, uncut, look)).toBe(renderPlain(any, uncut, look));
});

test("a table of thousands of rows is not drawn, and looks the same", () => {
  const rows = Array.from({ length: 5000 }, (_, index) => ({ cells: ["alice", String(index), "bash"] }));
  const look = { width: 80, chalk: gray };
  const large = renderTable({ ...grid, rows }, wholly, look);
  expect(linesOf(large)).toHaveLength(5001);
  expect(linesOf(large).at(-1)).toBe("alice  4999  bash");
});
