import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseAttemptMessage, type AttemptLine } from "../../../../src/domain/attempt-message.ts";
import { AttemptCounter, type AttemptKey } from "../../../../src/features/history/attempts.ts";
import { now } from "../../../helpers/machine-builder.ts";

const at = "203.0.113.5 port 40000";
const hourMs = 3_600_000;

function line(text: string, connection = "boot:1", timeMs = now): AttemptLine {
  const message = parseAttemptMessage(text);
  if (message === undefined) throw new Error(`not understood: ${text}`);
  return { message, connection, timeMs, isVerified: true };
}

function login(user: string, connection: string, timeMs = now): AttemptLine {
  const message = { outcome: "accepted" as const, address: "203.0.113.5", user };
  return { message, connection, timeMs, isVerified: true };
}

function count(
  lines: readonly AttemptLine[],
  by?: AttemptKey,
  isMeant = (_from: string | undefined, _user?: string) => true,
) {
  const counter = new AttemptCounter({ by, isMeant });
  for (const each of lines) counter.add(each);
  return counter;
}

const told = (lines: readonly AttemptLine[], by?: AttemptKey) =>
  count(lines, by)
    .counts()
    .map(({ user, method, attempts, logins }) => [user, method, attempts, logins]);

const failed = `Failed password for alice from ${at} ssh2`;
const closed = `Connection closed by authenticating user alice ${at} [preauth]`;

describe("attempts of one connection", () => {
  test("are as many as it tried, and not one more because it left", () => {
    expect(told([line(failed), line(failed), line(closed)])).toEqual([["alice", "password", 2, 0]]);
  });

  test("are one where it only showed keys, or said nothing", () => {
    expect(told([line(closed)])).toEqual([["alice", undefined, 1, 0]]);
    expect(
      told([line(`Failed none for invalid user eve from ${at} ssh2`), line(`Connection closed by ${at} [preauth]`)]),
    ).toEqual([["eve", undefined, 1, 0]]);
  });

  test("by PAM are told twice and counted once", () => {
    const pam = [
      line("error: PAM: Authentication failure for alice from 203.0.113.5"),
      line(`Failed keyboard-interactive/pam for alice from ${at} ssh2`),
    ];
    expect(told([...pam, ...pam, line(closed)])).toEqual([["alice", "keyboard-interactive", 2, 0]]);
  });

  test("that PAM refuses count, though the line has no address", () => {
    const refused = line("fatal: Access denied for user alice by PAM account configuration [preauth]");
    expect(told([refused])).toEqual([["alice", "refused by PAM", 1, 0]]);
    expect(count([line(failed), refused], "from").counts()).toMatchObject([{ from: "203.0.113.5", attempts: 2 }]);
    expect(count([refused], "user", (_, user) => user === "bob").counts()).toEqual([]);
  });

  test("before a login count beside it", () => {
    expect(told([line(failed), login("alice", "boot:1"), line(failed, "boot:2")])).toEqual([
      ["alice", "password", 2, 1],
    ]);
  });

  test("end with the word of another process", () => {
    const timeout = "Timeout before authentication for connection from 203.0.113.5 to 192.0.2.1, pid = 7";
    expect(told([line(failed, "boot:7"), line(timeout, "boot:1")])).toEqual([["alice", "password", 1, 0]]);
  });
});

describe("attempts are counted", () => {
  const lines = [
    line(failed, "boot:1", now - 2 * hourMs),
    line(`Failed password for invalid user eve from ${at} ssh2`, "boot:2", now - hourMs),
    line("drop connection #10 from [198.51.100.1]:1 on [192.0.2.1]:22 past MaxStartups", "boot:9", now),
    login("alice", "boot:3"),
  ];

  test("by address, with the logins of the same one", () => {
    const counts = count(lines, "from").counts();
    expect(counts.map(({ from, attempts, logins }) => [from, attempts, logins])).toEqual([
      ["203.0.113.5", 2, 1],
      ["198.51.100.1", 1, 0],
    ]);
  });

  test("by name", () => {
    expect(told(lines, "user")).toEqual([
      ["alice", undefined, 1, 1],
      ["eve", undefined, 1, 0],
      [undefined, undefined, 1, 0],
    ]);
  });

  test("by hour, in their order", () => {
    const starts = count(lines, "hour")
      .counts()
      .map(({ startMs }) => startMs ?? 0);
    expect(starts).toHaveLength(3);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test("only where they are meant", () => {
    const counts = count(lines, "from", (_, user) => user === "eve").counts();
    expect(counts.map(({ attempts }) => attempts)).toEqual([1]);
  });

  test("together where there are too many kinds, which is said", () => {
    const many = Array.from({ length: 50_100 }, (_, index) =>
      line(`Failed password for invalid user u${String(index)} from ${at} ssh2`, `boot:${String(index)}`),
    );
    const counter = count(many);
    expect(counter.isCutShort).toBe(true);
    expect(counter.counts()).toHaveLength(50_001);
    expect(counter.counts()[0]).toMatchObject({ user: undefined, attempts: 100 });
  });

  test.prop([fc.array(fc.tuple(fc.constantFrom("alice", "eve", "x"), fc.integer({ min: 1, max: 5 })))])(
    "as many by each fact",
    (tries) => {
      const some = tries.map(([user, pid]) =>
        line(`Failed password for ${user} from ${at} ssh2`, `boot:${String(pid)}`),
      );
      for (const by of [undefined, "from", "user", "method", "hour", "day"] as const) {
        const sum = count(some, by)
          .counts()
          .reduce((all, { attempts }) => all + attempts, 0);
        expect(sum).toBe(tries.length);
      }
    },
  );
});
