import { describe, expect, test } from "vitest";
import { whatHappened } from "../../../../src/features/lock/meanwhile.ts";
import { writeRecord, type LockRecord } from "../../../../src/system/locks/record.ts";
import { fakeHost } from "../../../helpers/fake-host.ts";
import { lockRecord } from "../../../helpers/lock-records.ts";
import { memoryState } from "../../../helpers/memory-state.ts";

const record: LockRecord = {
  ...lockRecord,
  end: { untilMs: Date.UTC(2026, 10, 29), forSeconds: 60, bootId: "b", uptimeSeconds: 1 },
};

/** Which records there are now. */
function after(...records: readonly LockRecord[]) {
  const machine = { files: fakeHost({ texts: { "/etc/machine-id": "0123\n" } }).files, locks: memoryState() };
  for (const each of records) writeRecord(each, machine);
  return whatHappened(record, machine);
}

describe("a lock that was read before another sshctl was waited for", () => {
  test("is as it was", () => {
    expect(after(record)).toBeUndefined();
    expect(after({ ...record, uid: 1001, reason: "another account of the same command" }, record)).toBeUndefined();
  });

  test("is gone, also where the account is locked anew", () => {
    expect(after()).toMatchObject({ outcome: "absent" });
    expect(after({ ...record, id: "20261128T101600000-0001" })).toMatchObject({ outcome: "absent" });
  });

  test("is another one: opened for a while, or with another end", () => {
    expect(after({ ...record, opened: record.end })).toMatchObject({ outcome: "failed" });
    expect(after({ ...record, end: undefined })).toMatchObject({ outcome: "failed" });
  });
});
