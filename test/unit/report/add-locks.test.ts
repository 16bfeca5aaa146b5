import { expect, test } from "vitest";
import { addLocks } from "../../../src/report/add-locks.ts";
import { renderRecord, type LockRecord } from "../../../src/system/locks/record.ts";
import { lockRecord } from "../../helpers/lock-records.ts";
import { memoryFiles } from "../../helpers/memory-files.ts";
import { report, session, stranger } from "../../helpers/sessions.ts";

const term = { untilMs: Date.UTC(2026, 10, 29), forSeconds: 60, bootId: "b", uptimeSeconds: 1 };

function told(given: Partial<LockRecord>, sessions = [session(), session({ pid: 3001, user: "bob", uid: 1001 })]) {
  const texts = {
    "/etc/machine-id": "0123\n",
    "/var/lib/sshctl/locks/a.json": renderRecord({ ...lockRecord, ...given }),
    "/var/lib/sshctl/locks/b.json": "{",
  };
  return addLocks(report(sessions), memoryFiles({ texts }));
}

test("an open session of a locked account is told", () => {
  const { locked, warnings } = told({});
  expect(locked).toMatchObject([{ user: "alice", uid: 1000, id: lockRecord.id, by: "root", reason: "INC-7" }]);
  expect(warnings).toMatchObject([
    {
      code: "locked-account",
      message: expect.stringMatching(
        /^alice has been locked by root since .*, INC-7 \(.*\), but still has 1 open session$/,
      ),
    },
  ]);
});

test.each<[string, Partial<LockRecord>, Parameters<typeof told>[1]]>([
  ["of others", { uid: 1002, user: "carol" }, undefined],
  ["who has not logged in", {}, [stranger()]],
  ["of an account that is open for a while", { opened: term }, undefined],
  ["of another machine", { machineId: "4567" }, undefined],
])("nothing is told %s", (_, given, sessions) => {
  expect(told(given, sessions).warnings).toEqual([]);
});
