import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { parseUtmp, readLoginRecords } from "../../../../../src/features/kill/deliver/read-login-records.ts";
import type { Programs } from "../../../../../src/host/programs/run.ts";
import { StillClock } from "../../../../helpers/dying-machine.ts";
import { memoryFiles } from "../../../../helpers/memory-files.ts";
import { session } from "../../../../helpers/sessions.ts";

/** One record of utmp(5) as glibc writes it on 64-bit machines. */
function record(type: number, line: string, user: string): Buffer {
  const bytes = Buffer.alloc(384);
  bytes.writeInt16LE(type, 0);
  bytes.write(line, 8, 32, "latin1");
  bytes.write(user, 44, 32, "latin1");
  return bytes;
}

describe("utmp", () => {
  test("tells who is logged in where, and leaves out what has ended", () => {
    const bytes = Buffer.concat([record(2, "~", "reboot"), record(7, "pts/1", "alice"), record(8, "pts/2", "bob")]);
    expect(parseUtmp(bytes)).toEqual(new Map([["pts/1", "alice"]]));
  });

  test("takes names as long as their field", () => {
    const name = "x".repeat(32);
    expect(parseUtmp(record(7, "pts/1", name))).toEqual(new Map([["pts/1", name]]));
  });

  property.prop([fc.uint8Array({ maxLength: 2000 })])("takes anything", (bytes) => {
    expect(parseUtmp(Buffer.from(bytes)).size).toBeLessThanOrEqual(5);
  });
});

describe("what the books say", () => {
  const ended = session({ logindSession: "c2", ttys: ["pts/1"], user: "alice" });
  const files = memoryFiles({ texts: { "/run/utmp": record(7, "pts/1", "alice").toString("latin1") } });

  /** loginctl(1) on a machine with one session in this state; the state may change as it is asked again. */
  function loginctl(...states: readonly string[]): Programs {
    const left = [...states];
    return {
      run: async (_, [command]) => {
        const state = left.length > 1 && command === "show-session" ? left.shift() : left[0];
        const list = state === undefined ? "" : "c2 1000 alice - - closing no -\nc9 1001 bob - - active no -\n";
        return Promise.resolve({
          stdout: command === "list-sessions" ? list : `Id=c2\nState=${state ?? ""}\n`,
          exitCode: 0,
        });
      },
    };
  }

  test.each([
    ["active", true],
    ["online", true],
    ["closing", false],
  ])("%s", async (state, isOpenForLogind) => {
    const records = await readLoginRecords([ended], { files, programs: loginctl(state), clock: new StillClock() });
    expect(records).toEqual([{ isOpenForLogind, staleTtys: ["pts/1"] }]);
  });

  test("gives logind a moment", async () => {
    const records = await readLoginRecords([ended], {
      files: memoryFiles({}),
      programs: loginctl("active", "active", "closing"),
      clock: new StillClock(),
    });
    expect(records).toEqual([{ isOpenForLogind: false, staleTtys: [] }]);
  });

  test("knows nothing without logind, and of sessions that it has never known", async () => {
    const none: Programs = { run: async () => Promise.resolve(undefined) };
    const unknown = session({ logindSession: undefined, ttys: ["pts/1"], user: "bob" });
    const records = await readLoginRecords([ended, unknown], { files, programs: none, clock: new StillClock() });
    expect(records.map(({ isOpenForLogind }) => isOpenForLogind)).toEqual([undefined, undefined]);
    expect(records.map(({ staleTtys }) => staleTtys)).toEqual([["pts/1"], []]);
  });

  test("calls no terminal stale for a user without a name", async () => {
    const nameless = session({ ttys: ["pts/9"], user: undefined });
    const none: Programs = { run: async () => Promise.resolve(undefined) };
    const [records] = await readLoginRecords([nameless], { files, programs: none, clock: new StillClock() });
    expect(records?.staleTtys).toEqual([]);
  });
});
