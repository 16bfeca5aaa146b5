import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseAuditLine } from "../../../../src/system/logs/audit-log.ts";
import { parseWtmp } from "../../../../src/system/logs/wtmp.ts";
import { parseWtmpDatabase } from "../../../../src/system/logs/wtmpdb.ts";

interface Made {
  kind: number;
  pid?: number;
  line?: string;
  user?: string;
  address?: readonly number[];
  seconds: number;
}

/** A record as glibc writes it, on machines with 64-bit fields (aarch64) and on all others. */
function record({ kind, pid = 0, line = "", user = "", address = [], seconds }: Made, isLong: boolean): Buffer {
  const bytes = Buffer.alloc(isLong ? 400 : 384);
  bytes.writeInt16LE(kind, 0);
  bytes.writeInt32LE(pid, 4);
  bytes.write(line, 8);
  bytes.write(user, 44);
  if (isLong) bytes.writeBigInt64LE(BigInt(seconds), 344);
  else bytes.writeUInt32LE(seconds, 340);
  Buffer.from(address).copy(bytes, isLong ? 360 : 348);
  return bytes;
}

const local = [127, 0, 0, 1];
const login = (seconds: number, given: Partial<Made> = {}): Made => ({
  kind: 7,
  pid: 88,
  line: "pts/0",
  user: "alice",
  address: local,
  seconds,
  ...given,
});
const logout = (seconds: number): Made => ({ kind: 8, pid: 88, line: "pts/0", seconds });

describe.each([
  ["with 32-bit fields", false],
  ["with 64-bit fields", true],
])("wtmp %s", (_, isLong) => {
  const read = (...made: Made[]) => parseWtmp(Buffer.concat(made.map((each) => record(each, isLong))), "/var/log/wtmp");

  test("has logins with their ends", () => {
    const six = [...Array.from({ length: 15 }, () => 0), 1];
    expect(read(login(100), login(101, { line: "pts/1", user: "bob", address: six }), logout(200))).toMatchObject([
      { pid: 88, user: "alice", address: "127.0.0.1", tty: "pts/0", loginMs: 100_000, logoutMs: 200_000 },
      { user: "bob", address: "::1", tty: "pts/1", loginMs: 101_000, logoutMs: undefined },
    ]);
  });

  test("tells of ends that nobody wrote down by what follows", () => {
    const boot: Made = { kind: 2, line: "~", user: "reboot", seconds: 300 };
    const [first, second] = read(login(100), login(200), boot);
    expect(first).toMatchObject({ logoutMs: undefined, overByMs: 200_000 });
    expect(second).toMatchObject({ logoutMs: undefined, overByMs: 300_000 });
  });

  test("leaves out what did not come over the network", () => {
    expect(
      read(login(100, { address: [] }), login(100, { line: "tty1", address: [] }), login(1, { line: ":0" })),
    ).toEqual([]);
  });
});

test.prop([fc.uint8Array({ maxLength: 2000 })])("any bytes are read as wtmp", (bytes) => {
  expect(() => parseWtmp(Buffer.from(bytes), "x")).not.toThrow();
});

describe("wtmp.db", () => {
  test("is read as wtmpdb prints it", () => {
    const text = JSON.stringify({
      entries: [
        { user: "bob", tty: "pts/1", hostname: "::1", login: "2026-11-28T18:38:05+0000", logout: "still logged in " },
        {
          user: "alice",
          tty: "pts/0",
          hostname: "127.0.0.1",
          login: "2026-11-28T18:38:05+0100",
          logout: "2026-11-28T18:38:06+0100",
        },
        {
          user: "reboot",
          tty: "system boot",
          hostname: "6.12.0",
          login: "2026-11-28T11:15:18+0000",
          logout: "still running ",
        },
      ],
      start: "2026-11-28T11:15:18+0000",
    });
    expect(parseWtmpDatabase(text, "/var/log/wtmp.db")).toMatchObject([
      { user: "bob", tty: "pts/1", address: "::1", loginMs: Date.UTC(2026, 10, 28, 18, 38, 5), logoutMs: undefined },
      { user: "alice", loginMs: Date.UTC(2026, 10, 28, 17, 38, 5), logoutMs: Date.UTC(2026, 10, 28, 17, 38, 6) },
    ]);
  });

  test.each(["", "no JSON", "[]", '{"entries": 7}'])("that is not understood is not read: %s", (text) => {
    expect(parseWtmpDatabase(text, "x")).toBeUndefined();
  });

  test.prop([fc.json()])("any JSON is read", (text) => {
    expect(() => parseWtmpDatabase(text, "x")).not.toThrow();
  });
});

describe("the audit log", () => {
  const line = (kind: string, op: string, acct = '"alice"', rest = "") =>
    `type=${kind} msg=audit(1700000000.123:45): pid=7 uid=0 auid=1000 ses=3 subj=unconfined msg='op=PAM:${op} grantors=pam_unix acct=${acct} exe="/usr/sbin/sshd" hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh res=success'UID="root"${rest}`;

  test("has logins and their ends", () => {
    const told = { pid: 7, user: "alice", uid: 1000, session: "3", address: "192.0.2.7", timeMs: 1_700_000_000_123 };
    expect(parseAuditLine(line("USER_START", "session_open"))).toEqual({ kind: "opened", ...told });
    expect(parseAuditLine(line("USER_END", "session_close"))).toEqual({ kind: "closed", ...told });
    expect(parseAuditLine(line("USER_START", "session_open", "5A6FC3AB20536D697468"))).toMatchObject({
      user: "Zoë Smith",
    });
  });

  test.each([
    line("USER_ACCT", "accounting"),
    line("USER_START", "session_open").replace("terminal=ssh", "terminal=cron"),
    line("USER_START", "session_open").replace("/usr/sbin/sshd", "/usr/bin/sudo"),
    line("USER_START", "session_open").replace("res=success", "res=failed"),
    "type=USER_START msg=audit(x): pid=7",
    "",
  ])("and nothing else: %s", (text) => {
    expect(parseAuditLine(text)).toBeUndefined();
  });

  test.prop([fc.string({ unit: "binary" })])("any line is read", (text) => {
    expect(() => parseAuditLine(`type=USER_START ${text}`)).not.toThrow();
  });
});
