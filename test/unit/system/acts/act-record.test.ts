import { fc, test as check } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { factNames, parseAct, renderAct, type ActRecord } from "../../../../src/system/acts/act-record.ts";

const record: ActRecord = {
  id: "20261125T101512480-7f2c",
  act: "kill",
  isDone: true,
  caller: { uid: 0, name: "root", login: { uid: 1000, name: "alice" } },
  reason: "CHG-1182",
  facts: { pid: "903", user: "bob", uid: "1001", peer: "192.0.2.7:5000", outcome: "ended by TERM in 0.1s" },
};

const text = fc.string({ unit: "binary", maxLength: 40 });
const uid = fc.integer({ min: 0, max: 4_294_967_295 });
const someone = fc.record({ uid, name: fc.option(text, { nil: undefined }) });
const anyRecord: fc.Arbitrary<ActRecord> = fc.record({
  id: fc.constant(record.id),
  act: text,
  isDone: fc.boolean(),
  caller: fc
    .tuple(someone, fc.option(someone, { nil: undefined }))
    .map(([caller, login]): ActRecord["caller"] => ({ ...caller, login })),
  reason: fc.option(text, { nil: undefined }),
  facts: fc.dictionary(fc.constantFrom(...factNames), text),
});

describe("renderAct, parseAct", () => {
  test("are one line that says everything", () => {
    expect(renderAct(record)).toBe(
      'v="1" act="kill" id="20261125T101512480-7f2c" result="done" caller="root" caller_uid="0" caller_login="alice" ' +
        'caller_login_uid="1000" pid="903" user="bob" uid="1001" peer="192.0.2.7:5000" ' +
        'outcome="ended by TERM in 0.1s" reason="CHG-1182"',
    );
  });

  check.prop([anyRecord])("give back every record", (any) => {
    expect(parseAct(renderAct(any))).toEqual(any);
  });

  // No act has more than seven facts whose length is for others to choose; rsyslog takes 8 KiB for a line.
  check.prop([fc.string({ unit: "binary", minLength: 2000 }), fc.subarray([...factNames], { maxLength: 7 })])(
    "stay below what syslog takes",
    (long, names) => {
      const facts = Object.fromEntries(names.map((name) => [name, long]));
      const caller = { uid: 0, name: long, login: { uid: 0, name: long } };
      expect(Buffer.byteLength(renderAct({ ...record, caller, facts, reason: long }))).toBeLessThan(8192);
    },
  );

  test("leave out what a later version adds", () => {
    expect(parseAct(`${renderAct(record)} colour="green"`)).toEqual(record);
  });

  test.each([
    ["another version", ['v="1"', 'v="2"']],
    ["no version", ['v="1" ', ""]],
    ["no id", ["20261125T101512480-7f2c", "7"]],
    ["another result", ['result="done"', 'result="perhaps"']],
    ["no caller", ['caller_uid="0"', 'caller_uid="root"']],
    ["no act", ['act="kill" ', ""]],
    ["text behind it", ['reason="CHG-1182"', 'reason="CHG-1182" x']],
  ])("take no record with %s", (_, [from = "", to = ""]) => {
    const line = renderAct(record);
    expect(line).toContain(from);
    expect(parseAct(line.replace(from, to))).toBeUndefined();
  });
});
