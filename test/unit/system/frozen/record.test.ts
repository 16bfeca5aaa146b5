import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import {
  freezeOf,
  parseFreeze,
  readFreezes,
  readStopped,
  removeFreeze,
  renderFreeze,
  writeFreeze,
  writeStopped,
  type FreezeRecord,
} from "../../../../src/system/frozen/record.ts";
import { memoryFiles } from "../../../helpers/memory-files.ts";
import { memoryState } from "../../../helpers/memory-state.ts";

const record: FreezeRecord = {
  id: "20261128T101512480-7f2c",
  session: "902:1952403",
  pid: 903,
  user: "Zoë\u202e\n",
  bootId: "b-1",
  means: { kind: "scope", folder: "/sys/fs/cgroup/user.slice/session-c1.scope", ino: 4711 },
  by: "root (logged in as bob)",
  reason: undefined,
  atMs: Date.UTC(2026, 10, 28),
  untilMs: Date.UTC(2026, 10, 28, 1),
  ending: "thaw",
};
const files = memoryFiles({ texts: { "/proc/sys/kernel/random/boot_id": "b-1\n" } });

test.each<Partial<FreezeRecord>>([{}, { means: { kind: "signals" } }, { reason: "INC-1", ending: "kill" }])(
  "a record is the same when it is read again: %j",
  (others) => {
    const written = { ...record, ...others };
    expect(parseFreeze(renderFreeze(written))).toEqual(written);
  },
);

property.prop([fc.string()])("what this program has not written is no record", (text) => {
  expect(parseFreeze(text)).toBeUndefined();
});

const fields = Object.keys(JSON.parse(renderFreeze(record)) as object).filter((name) => name !== "reason");
test.each(fields)("a record without %s is none", (name) => {
  const { [name]: _, ...rest } = JSON.parse(renderFreeze(record)) as Record<string, unknown>;
  expect(parseFreeze(JSON.stringify(rest))).toBeUndefined();
});

test("only records of this boot are read, each under the name of its own, and all of it goes", () => {
  const frozen = memoryState();
  writeFreeze(record, frozen);
  writeFreeze({ ...record, id: "20261128T111512480-0000", bootId: "b-0" }, frozen);
  frozen.write("20261128T121512480-0000.json", renderFreeze(record));
  frozen.write("20261128T131512480-0000.json", "{");
  writeStopped(record.id, [{ pid: 903, startTicks: 1_952_403 }], frozen);
  frozen.write(`${record.id}.sh`, "exit 0");
  expect(readFreezes(frozen, files)).toEqual([record]);
  removeFreeze(record.id, frozen);
  expect([...frozen.texts.keys()].filter((name) => name.startsWith(record.id))).toEqual([]);
});

test("of a session the latest record counts", () => {
  const later = { ...record, id: "20261128T111512480-0000" };
  expect(freezeOf({ pid: 902, startTicks: 1_952_403 }, [record, later])).toBe(later);
  expect(freezeOf({ pid: 902, startTicks: 1_952_404 }, [record, later])).toBeUndefined();
});

test("the list of stopped processes keeps its order, and lines of another form are left out", () => {
  const frozen = memoryState();
  const stopped = [
    { pid: 903, startTicks: 5 },
    { pid: 20, startTicks: 7 },
  ];
  writeStopped(record.id, stopped, frozen);
  expect(readStopped(record.id, frozen)).toEqual(stopped);
  frozen.write(`${record.id}.pids`, "903 5\n-1 7\n903\nx 1\n20 7\n");
  expect(readStopped(record.id, frozen)).toEqual(stopped);
});
