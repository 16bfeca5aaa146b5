import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { findActed } from "../../../../../src/features/kill/fleet/acted.ts";

const nonce = "0123abcd";
const find = (text: string) => findActed(Buffer.from(text, "latin1"), nonce);
const told = (rows: string) => find(`Welcome!\nacting ${nonce}\n${rows}acted ${nonce}\nrecording\t2\t${nonce}\n`);

describe("findActed", () => {
  test.each([
    ["ended 902:7 TERM 12", { kind: "ended", signal: "TERM", seconds: 0.12 }],
    ["gone 902:7", { kind: "gone" }],
    ["changed 902:7", { kind: "changed" }],
    ["own 902:7", { kind: "own" }],
    ["foreign 902:7", { kind: "foreign" }],
    ["refused 902:7", { kind: "refused" }],
    ["survived 902:7 903 D", { kind: "survived", pid: "903", state: "D" }],
    ["logged-in 902:7 905", { kind: "logged-in", pid: "905" }],
    ["survived 902:7 x ?", undefined],
    ["survived 902:7 zz 99", { kind: "survived", pid: "?", state: "" }],
    ["ended 902:7 STOP 12", undefined],
    ["ended 902:7 TERM x", undefined],
    ["ended 902:7 TERM 12 more", undefined],
    ["reborn 902:7", undefined],
    ["ended 902 TERM 12", undefined],
  ])("reads %s", (line, row) => {
    expect(told(`${line}\n`)?.rows.get("902:7")).toEqual(row);
  });

  test("tells what came of the whole", () => {
    expect(told("other-boot\n")).toMatchObject({ isOtherBoot: true, isWhole: true });
    expect(told("gone 1:2\nnot-recorded 1:2\n")).toMatchObject({ isUnrecorded: true });
    expect(find(`acting ${nonce}\ngone 1:2\n`)).toMatchObject({ isWhole: false });
  });

  test.each([
    "",
    `acting ${nonce}`,
    `acting other\nacted other\n`,
    `xacting ${nonce}\nacted ${nonce}\n`,
    `acted ${nonce}\n`,
  ])("where the script has not begun there is nothing: %j", (text) => {
    expect(find(text)).toBeUndefined();
  });

  test("reads no row of a host without end", () => {
    expect(told("gone 1:2\n".repeat(800_000))?.rows.size).toBe(1);
  });

  test.prop([fc.uint8Array({ maxLength: 4000 }), fc.uint8Array({ maxLength: 4000 })])(
    "whatever a host writes, nothing of it is more than numbers and known words",
    (before, between) => {
      const acted = findActed(
        Buffer.concat([before, Buffer.from(`\nacting ${nonce}\n`), between, Buffer.from(`\nacted ${nonce}\n`)]),
        nonce,
      );
      expect(acted?.isWhole).toBe(true);
      for (const [id, row] of acted?.rows ?? [])
        expect(`${id} ${Object.values(row).join(" ")}`).toMatch(/^[\w:. ?-]*$/);
    },
  );

  const row = fc.stringMatching(
    /^(?:ended|gone|survived|own|logged-in) [0-9]{1,5}:[0-9]{1,9}(?: [A-Z]{1,5}){0,2}(?: [0-9]{1,4})?$/,
  );
  test.prop([fc.array(row, { maxLength: 30 })])("rows are those of the last lines with their ids", (rows) => {
    const ids = new Set(rows.map((each) => each.split(" ")[1]));
    for (const id of told(rows.map((each) => `${each}\n`).join(""))?.rows.keys() ?? []) expect(ids).toContain(id);
  });
});
