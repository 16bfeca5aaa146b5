/** access, locks and timeout show with --on: hosts run their own sshctl, which a stand-in for ssh(1) plays, and hostile ones pretend to. */
import { describe, expect, test } from "vitest";
import type {
  AccessDocument,
  FleetAccessDocument,
  FleetLocksDocument,
  FleetTimeoutDocument,
  LocksDocument,
  TimeoutDocument,
} from "../../src/text/json-contract.ts";
import { ended, told, workstationOf, type HostAnswer } from "../helpers/asked-hosts.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf, type SchemaName } from "../helpers/schemas.ts";

const takenAt = "2026-01-01T13:00:00.000Z";

function access(answer: AccessDocument["answer"], because: string, change: Partial<AccessDocument> = {}): string {
  return JSON.stringify({
    schema: "sshctl.access/1",
    host: "calls itself so",
    takenAt,
    user: "alice",
    uid: 1000,
    otherNames: [],
    from: null,
    answer,
    servers: [{ name: "sshd", kind: "openssh", answer, because, checks: [], ways: [] }],
    otherDoors: [],
    lock: null,
    locks: [],
    notes: [],
    ...change,
  } satisfies AccessDocument);
}

const lockedBy = {
  id: "20260101T120000000-abcd",
  by: "root (logged in as ian)",
  at: "2026-01-01T12:00:00.000Z",
  reason: "INC-123",
  everyone: false,
  until: null,
  openUntil: null,
  stopped: [],
  exempt: [],
};

const record = {
  id: lockedBy.id,
  user: "alice",
  uid: 1000,
  mechanism: { kind: "expiry" as const, pattern: null, paths: null, before: null },
  by: "root",
  reason: "INC-123",
  at: lockedBy.at,
  until: null,
  openUntil: null,
  stopped: [],
  exempt: [],
};

function locks(change: Partial<LocksDocument> = {}): string {
  return JSON.stringify({
    schema: "sshctl.locks/1",
    host: "calls itself so",
    takenAt,
    locks: [{ user: "alice", uid: 1000, state: "in force", text: "every server refuses", record }],
    everyone: null,
    damaged: [],
    ...change,
  } satisfies LocksDocument);
}

function limits(seconds: number | null, change: Partial<TimeoutDocument["limits"][number]> = {}): string {
  const setting = { path: "/etc/profile.d/t.sh", line: 3, text: "TMOUT=900", seconds, ours: true };
  return JSON.stringify({
    schema: "sshctl.timeout/1",
    host: "calls itself so",
    user: "alice",
    shell: "/bin/bash",
    limits: [
      {
        means: "TMOUT",
        seconds,
        known: true,
        description: "ends the shell",
        settings: seconds === null ? [] : [{ ...setting, outcome: "applies" }],
        remarks: [],
        readonly: true,
        exported: true,
        asked: false,
        doubt: null,
        ...change,
      },
    ],
    conflicts: [],
    notes: [],
    policy: null,
    sessions: [],
  } satisfies TimeoutDocument);
}

const broken = { user: "bob", uid: 1001, state: "broken" as const, text: "sshd lets \u001b[31mbob in", record: null };

/** What a host answers, by the start of its name and the command. */
const hosts: Readonly<Record<string, Readonly<Record<string, HostAnswer>>>> = {
  open: { access: told(access("yes", "by publickey")), locks: told(locks({ locks: [] })), timeout: told(limits(900)) },
  shut: {
    access: told(access("no", "the account has expired", { lock: lockedBy, locks: [lockedBy] }), { code: 1 }),
    locks: told(locks()),
    timeout: told(limits(null)),
  },
  perhaps: {
    access: told(access("unknown", "depends on \u001b[2Jthe connection"), { code: 5 }),
    locks: told(locks({ locks: [broken] }), { code: 5 }),
    timeout: told(limits(null, { known: false })),
  },
  none: {
    access: told("", { code: 1, stderr: "sshctl: There is no user alice.\n" }),
    locks: told(locks({ damaged: ["old"] }), { code: 5 }),
    timeout: told("", { code: 1, stderr: "sshctl: There is no user alice.\n" }),
  },
  user: { access: told("", { code: 4, stderr: "sshctl: Only root may read what decides about logins.\n" }) },
  without: { access: ended((nonce) => `missing\t${nonce}\n`) },
  older: { access: told(access("no", "").replace("access/1", "access/0")) },
  odd: { access: told(access("no", "", { uid: -1 })) },
};

const { host: workstation, asked } = workstationOf((name) => {
  const command = /^'sshctl_run' '[0-9a-f]+' '\w+' '(\w+)'/m.exec(asked.at(-1)?.input ?? "")?.[1] ?? "";
  return hosts[name]?.[command];
});

async function run(line: string, width?: number) {
  asked.length = 0;
  return sshctl(line.split(" "), { host: workstation, ...(width === undefined ? {} : { width }) });
}

async function document<T>(schema: SchemaName, line: string): Promise<T> {
  const { out } = await run(`${line} -o json`);
  const json = JSON.parse(out) as T;
  expect(violationsOf(schema, json)).toEqual([]);
  expect(out).not.toContain("\u001b");
  return json;
}

describe("access --on", () => {
  test("tells where the account gets in first, and folds hosts that answer alike", async () => {
    const { out, err, exitCode } = await run("access alice --on shut[1-3],none1,perhaps1,open[1-2]");
    expect(exitCode).toBe(0);
    expect(err).toBe("");
    expect(out.split("\n")).toEqual([
      "alice can log in on 2 of 7 hosts.",
      "  open[1-2]  yes, by publickey",
      expect.stringMatching(/^ {2}perhaps1 {3}depends, depends on .*the connection$/),
      "  shut[1-3]  no, the account has expired",
      "             locked by root (logged in as ian); reason: INC-123",
      "  none1      no, there is no account alice",
      "",
    ]);
    expect(out).not.toContain("\u001b");
  });

  test("asks each host the same, and quotes the name", async () => {
    await run("access a'b --on open1 --from 192.0.2.1 --sudo");
    expect(asked[0]?.input).toMatch(
      /^'sshctl_run' '[0-9a-f]+' 'sudo' 'access' '-o' 'json' '--from' '192\.0\.2\.1' 'a'\\''b' <\/dev\/null$/m,
    );
    await run("access --on open1 -- -alice");
    expect(asked[0]?.input).toMatch(/ 'json' '--' '-alice' </);
  });

  test.each([
    ["open1,shut1", 0],
    ["shut1,none1", 1],
    ["shut1,perhaps1", 5],
    ["open1,perhaps1", 0],
    ["open1,without1", 5],
    ["shut1,without1", 5],
    ["without1", 3],
  ])("on %s ends with %i", async (on, code) => {
    expect(await run(`access alice --on ${on}`)).toMatchObject({ exitCode: code });
  });

  test("names hosts of which nothing is known, with the cause", async () => {
    const { out, err, exitCode } = await run("access alice --on shut1,without1,older1,odd1,user1");
    expect(exitCode).toBe(5);
    expect(out).toMatch(/^alice can log in on 0 of 5 hosts\.\n/);
    expect(err).toContain("4 hosts did not answer:\n");
    expect(err).toMatch(/without1 +sshctl is not installed there/);
    expect(err).toMatch(/older1 +the sshctl there is of another version: 0\.1\.0, it writes sshctl\.access\/0/);
    expect(err).toMatch(/odd1 +its answer cannot be read/);
    expect(err).toMatch(/user1 +the sshctl there failed: sshctl: Only root may read/);
  });

  test("gives programs the whole document of each host", async () => {
    const { hosts: all, user } = await document<FleetAccessDocument>(
      "fleet-access-1",
      "access alice --on open1,none1,odd1",
    );
    expect(user).toBe("alice");
    expect(all.map(({ name, answered, access: told, error }) => [name, answered, told?.answer, error?.code])).toEqual([
      ["open1", true, "yes", undefined],
      ["none1", true, undefined, undefined],
      ["odd1", false, undefined, "unreadable"],
    ]);
  });
});

describe("locks --on", () => {
  test("has a row for each lock, with its host in front", async () => {
    const { out, exitCode } = await run("locks --on open1,shut[1-2]");
    expect(exitCode).toBe(0);
    const [header, ...rows] = out.trim().split("\n");
    expect(header).toMatch(/^HOST +USER +STATE +BY +SINCE +UNTIL +ID +METHOD +REASON +PROOF$/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual([
      ["shut1", "alice", "IN FORCE", "root"],
      ["shut2", "alice", "IN FORCE", "root"],
    ]);
  });

  test("ends with 5 where a lock is broken, or a record is none", async () => {
    const { out, exitCode } = await run("locks --on perhaps1");
    expect(exitCode).toBe(5);
    expect(out).toContain("BROKEN");
    expect(out).not.toContain("\u001b");
    const { err, exitCode: code } = await run("locks --on none[1-2]");
    expect(code).toBe(5);
    expect(err).toContain("none[1-2]: old is no record of a lock on that machine, and was left alone\n");
    expect(await run("locks --on down1")).toMatchObject({ exitCode: 3 });
  });

  test("gives programs the whole document of each host", async () => {
    const { hosts: all } = await document<FleetLocksDocument>("fleet-locks-1", "locks --on shut1,down1");
    expect(all.map(({ name, locks: told }) => [name, told?.locks.length])).toEqual([
      ["shut1", 1],
      ["down1", undefined],
    ]);
  });
});

describe("timeout show --on", () => {
  test("tells the limits of an account on each host, alike ones once", async () => {
    const { out, exitCode } = await run("timeout show --user alice --on shut1,open[1-2],none1,perhaps1");
    expect(exitCode).toBe(0);
    expect(out).toBe(
      [
        "  open[1-2]  alice, whose login shell is /bin/bash:",
        "             shell (TMOUT): 15m, by /etc/profile.d/t.sh:3",
        "  perhaps1   alice, whose login shell is /bin/bash:",
        "             shell (TMOUT): not known",
        "  shut1      alice, whose login shell is /bin/bash:",
        "             shell (TMOUT): no limit",
        "  none1      there is no such account",
        "",
      ].join("\n"),
    );
    expect(asked[0]?.input).toMatch(/ 'timeout' 'show' '-o' 'json' '--user=alice' </);
  });

  test("gives programs the whole document of each host", async () => {
    const { hosts: all } = await document<FleetTimeoutDocument>("fleet-timeout-1", "timeout show --on open1,none1");
    expect(all.map(({ name, timeout }) => [name, timeout?.limits[0]?.seconds])).toEqual([
      ["open1", 900],
      ["none1", undefined],
    ]);
  });
});
