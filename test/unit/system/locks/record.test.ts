import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import {
  parseRecord,
  readRecords,
  renderRecord,
  denyPath,
  writeRecord,
  type LockRecord,
} from "../../../../src/system/locks/record.ts";
import { fakeHost } from "../../../helpers/fake-host.ts";

const record: LockRecord = {
  id: "20261128T101512480-7f2c",
  user: "Zoë\u202e\n",
  uid: 1000,
  machineId: "0123",
  mechanism: { kind: "expiry", before: undefined },
  state: "planned",
  by: "root (logged in as bob)",
  reason: undefined,
  atMs: Date.UTC(2026, 10, 28),
  end: undefined,
  opened: undefined,
  stopped: [],
  exempt: [],
};

const term = { untilMs: Date.UTC(2026, 10, 28, 2), forSeconds: 7200, bootId: "b-1", uptimeSeconds: 12.25 };

test.each<Partial<LockRecord>>([
  {},
  { mechanism: { kind: "expiry", before: 20_000 }, state: "locked", reason: "INC-1" },
  { mechanism: { kind: "deny", pattern: "Zo??", paths: [denyPath, "/etc/ssh/second.conf"] }, end: term },
  { end: term, opened: { ...term, forSeconds: 60 } },
  {
    stopped: [{ kind: "services" }, { kind: "crontab", path: "/var/spool/cron/crontabs/zoe" }],
    exempt: ["192.0.2.1", "2001:db8::1"],
  },
])("%j is read as it was written", (given) => {
  expect(parseRecord(renderRecord({ ...record, ...given }))).toEqual({ ...record, ...given });
});

test.each([
  "",
  "{}",
  "null",
  "[]",
  renderRecord(record).replace("expiry", "other"),
  renderRecord(record).replace("planned", "other"),
  renderRecord(record).replace("1000", '"1000"'),
  renderRecord(record).replace("lock-record/1", "lock-record/2"),
  renderRecord(record).slice(0, -20),
  renderRecord({ ...record, end: term }).replace("7200", '"7200"'),
  renderRecord({ ...record, opened: term }).replace("2026-11-28T02", "soon"),
  renderRecord({ ...record, stopped: [{ kind: "at", path: "/etc/passwd" }] }),
  renderRecord({ ...record, stopped: [{ kind: "services" }] }).replace("services", "all"),
  renderRecord({ ...record, exempt: ["192.0.2.1"] }).replace("192.0.2.1", "*"),
])("%j is none", (text) => {
  expect(parseRecord(text)).toBeUndefined();
});

property.prop([fc.json()])("no JSON is too odd", (text) => {
  expect(parseRecord(text)).toBeUndefined();
});

test("a record that knows no terms yet is read", () => {
  const text = JSON.stringify({ ...JSON.parse(renderRecord(record)), end: undefined, opened: undefined });
  expect(parseRecord(text)).toEqual(record);
});

test("a record of another machine is not believed", () => {
  const host = fakeHost({ texts: { "/etc/machine-id": "0123\n" } });
  writeRecord(record, host);
  writeRecord({ ...record, id: "20261128T101512480-7f2d", machineId: "4567" }, host);
  host.locks.write("20261128T101512480-7f2e.json", "{");
  expect(readRecords(host)).toEqual({
    records: [record],
    damaged: ["20261128T101512480-7f2d-1000.json", "20261128T101512480-7f2e.json"],
  });
});
