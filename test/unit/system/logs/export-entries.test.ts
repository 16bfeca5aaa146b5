import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { ExportReader } from "../../../../src/system/logs/export-entries.ts";
import { exportEntry, type Entry } from "../../../helpers/fake-journal.ts";

const names = ["MESSAGE", "_UID", "_PID", "_BOOT_ID"];

/** Reads bytes in pieces of a size, and gives back what each entry has of the fields above. */
function read(bytes: Buffer, size = bytes.length): Entry[] {
  const entries: Entry[] = [];
  const reader = new ExportReader(names, (field) => {
    entries.push(
      Object.fromEntries(names.flatMap((name) => (field.text(name) === "" ? [] : [[name, field.text(name)]]))),
    );
  });
  for (let start = 0; start < bytes.length; start += size) reader.push(bytes.subarray(start, start + size));
  return entries;
}

const binary = (name: string, value: string, size = value.length) => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(size));
  return Buffer.concat([Buffer.from(`${name}\n`), length, Buffer.from(`${value}\n`)]);
};

describe("entries as journalctl exports them", () => {
  test("are the fields that are asked for", () => {
    const text = "__CURSOR=s=1;i=2\nMESSAGE=a=b\n_UID=0\n_UIDS=7\n\nMESSAGE=c\n\n";
    expect(read(Buffer.from(text))).toEqual([{ MESSAGE: "a=b", _UID: "0" }, { MESSAGE: "c" }]);
  });

  test("may have been cut anywhere, and their values may be of any bytes", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.constant("\n\n_UID=0\n"),
      fc.constant("Zoë"),
    );
    const entry = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (entries, size) => {
        const bytes = Buffer.concat(entries.map(exportEntry));
        const expected = entries.map((each) =>
          Object.fromEntries(Object.entries(each).map(([name, text]) => [name, Buffer.from(text).toString()])),
        );
        expect(read(bytes, size)).toEqual(expected);
      }),
    );
  });

  test("are told apart by lengths, so that no message is another entry or field", () => {
    const forged = "x\n\n_UID=0\nMESSAGE=Accepted\n\n";
    expect(read(Buffer.concat([binary("MESSAGE", forged), Buffer.from("_UID=1000\n\n")]))).toEqual([
      { MESSAGE: forged, _UID: "1000" },
    ]);
  });

  test("count the first of two fields of one name", () => {
    expect(read(Buffer.from("_UID=0\n_UID=1\n\n"))).toEqual([{ _UID: "0" }]);
  });

  test.each([
    ["a line", (text: string) => Buffer.from(`MESSAGE=${text}\n`)],
    ["binary", (text: string) => binary("MESSAGE", text)],
  ])("lose a field that is too long, as %s, and keep the rest", (_, write) => {
    const bytes = Buffer.concat([write("x".repeat(200_000)), Buffer.from("_UID=7\n\n_UID=8\n\n")]);
    for (const size of [10, 4096, 65_536, bytes.length])
      expect(read(bytes, size), String(size)).toEqual([{ _UID: "7" }, { _UID: "8" }]);
  });

  test("have numbers", () => {
    const numbers: number[] = [];
    const reader = new ExportReader(names, (field) => numbers.push(...names.map(field.number)));
    reader.push(Buffer.from("MESSAGE=-1\n_UID=0\n_PID=1795900000123456\n_BOOT_ID=\n\n_UID=12x\n\n"));
    const { NaN: none } = Number;
    expect(numbers).toEqual([none, 0, 1_795_900_000_123_456, none, none, none, none, none]);
  });

  test("end where what tells a length is nonsense", () => {
    expect(read(Buffer.concat([binary("MESSAGE", "x", 2 ** 60), Buffer.from("_UID=0\n\n")]))).toEqual([]);
  });

  test("are nothing in any bytes that nobody exported", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 300 }), (bytes, size) => {
        expect(() => read(Buffer.from(bytes), size)).not.toThrow();
      }),
    );
  });
});
