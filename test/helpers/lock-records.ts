import type { LockRecord } from "../../src/system/locks/record.ts";

/** A lock of alice's account for good. */
export const lockRecord: LockRecord = {
  id: "20261128T101512480-7f2c",
  user: "alice",
  uid: 1000,
  machineId: "0123",
  mechanism: { kind: "expiry", before: undefined },
  state: "locked",
  by: "root",
  reason: "INC-7",
  atMs: Date.UTC(2026, 10, 28),
  end: undefined,
  opened: undefined,
  stopped: [],
  exempt: [],
};
