import { describe, expect, test } from "vitest";
import type { Programs } from "../../../../src/host/programs/run.ts";
import { parseJournalLine, readJournal } from "../../../../src/system/logs/journal.ts";

const entry = {
  _PID: "118",
  _UID: "0",
  _EXE: "/usr/lib/openssh/sshd-session",
  _SOURCE_REALTIME_TIMESTAMP: "1795421818429387",
  __REALTIME_TIMESTAMP: "1795421818429453",
  MESSAGE: "Accepted password for alice from 127.0.0.1 port 38532 ssh2",
};

test("a line that journald itself ascribes to root's sshd is proof", () => {
  expect(parseJournalLine(JSON.stringify(entry))).toMatchObject({
    pid: 118,
    timeMs: 1_795_421_818_429.387,
    source: "journal",
    verified: true,
    message: { user: "alice", peer: { port: 38_532 } },
  });
});

test.each([
  ["an older executable", { _EXE: "/usr/sbin/sshd (deleted)" }],
  ["dropbear", { _EXE: "/usr/sbin/dropbear", MESSAGE: "Password auth succeeded for 'alice' from 127.0.0.1:38532" }],
])("so is one of %s", (_, fields) => {
  expect(parseJournalLine(JSON.stringify({ ...entry, ...fields }))).toMatchObject({ verified: true });
});

describe("no proof is a line", () => {
  test.each([
    ["of an ordinary user", { _UID: "1000" }],
    ["of logger(1) run by root", { _EXE: "/usr/bin/logger" }],
    ["of an unknown executable", { _EXE: undefined }],
    ["that does not tell its user", { _UID: undefined }],
    ["of bytes that are no text", { MESSAGE: [65, 99] }],
    ["about something else", { MESSAGE: "Connection closed" }],
  ])("%s", (_, fields) => {
    expect(parseJournalLine(JSON.stringify({ ...entry, ...fields }))).toBeUndefined();
  });

  test.each(["", "{", "null", "[]", "7", "-- No entries --"])("that is no entry: %s", (line) => {
    expect(parseJournalLine(line)).toBeUndefined();
  });
});

const answering = (stdout: string, exitCode: number | undefined): Programs => ({
  run: async () => Promise.resolve({ stdout, exitCode }),
});

test("a journal that answers is read, line by line", async () => {
  const stdout = `${JSON.stringify(entry)}\n${JSON.stringify({ ...entry, _UID: "1" })}\n`;
  expect(await readJournal(answering(stdout, 0), [118])).toHaveLength(1);
});

test("a journal that is not there, refuses or hangs tells nothing, and that is known", async () => {
  expect(await readJournal({ run: async () => Promise.resolve(undefined) }, [118])).toBeUndefined();
  expect(await readJournal(answering("", 1), [118])).toBeUndefined();
  expect(await readJournal(answering("", undefined), [118])).toBeUndefined();
});
