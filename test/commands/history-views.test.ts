/** A history as counts, as a picture, as a page, and of failed logins. */
import { describe, expect, test } from "vitest";
import { fakeHost } from "../helpers/fake-host.ts";
import { accepted, bootA, fakeJournal, ofJournald, ofMonitor, type Entry } from "../helpers/fake-journal.ts";
import { now } from "../helpers/machine-builder.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { report } from "../helpers/sessions.ts";

const hour = 3_600_000;
const ago = (ms: number) => ({ at: now - ms, boot: bootA });
const closed = (user: string) => `pam_unix(sshd:session): session closed for user ${user}`;
const failed = (user: string, port: number) => `Failed password for ${user} from 203.0.113.5 port ${String(port)} ssh2`;

const entries = [
  ofJournald("start", ago(48 * hour)),
  ofMonitor(1, accepted("alice", 5000), ago(5 * hour)),
  ofMonitor(1, closed("alice"), ago(3 * hour)),
  ofMonitor(2, accepted("bob", 5001), ago(4 * hour)),
  ofMonitor(2, closed("bob"), ago(hour)),
  ofMonitor(3, accepted("alice", 5002), ago(2 * hour)),
  ofMonitor(3, closed("alice"), ago(hour)),
  ofMonitor(4, failed("alice", 6000), ago(30 * 60_000)),
  ofMonitor(4, failed("alice", 6000), ago(30 * 60_000)),
  ofMonitor(5, failed("invalid user eve", 6001), ago(20 * 60_000)),
  // Everybody can write such a line.
  { ...ofMonitor(6, failed("mallory", 6002), ago(20 * 60_000)), _UID: "1000" },
];

function machine(lines: readonly Entry[] = entries, texts: Record<string, string> = {}) {
  const host = fakeHost({ writtenMs: now, texts, machine: { programLines: fakeJournal(lines) } });
  return async (...args: string[]) => sshctl(["history", ...args], { host, report: report([]) });
}

describe("counts", () => {
  test.each([
    ["user", ["alice", "bob"], [2, 1]],
    ["from", ["192.0.2.7"], [3]],
    ["key", [expect.stringMatching(/^SHA256:/)], [3]],
    ["hour", [expect.stringMatching(/Z$/), expect.anything(), expect.anything()], [1, 1, 1]],
  ])("by %s keep the contract", async (by, values, numbers) => {
    const { out, exitCode } = await machine()("--by", by, "--json");
    const document = JSON.parse(out) as { counts: { value: string; connections: number; seconds: number }[] };
    expect([exitCode, violationsOf("history-counts-1", document)]).toEqual([0, []]);
    expect(document.counts.map(({ value }) => value)).toEqual(values);
    expect(document.counts.map(({ connections }) => connections)).toEqual(numbers);
  });

  test("have a table and CSV", async () => {
    expect((await machine()("--by", "user")).out).toMatch(/^USER +CONNECTIONS +LASTED +FIRST +LAST\nalice +2 +3h/);
    expect((await machine()("--by", "user", "-o", "csv")).out).toMatch(
      /^host,user,comment,connections,seconds,first,last\n\S+,alice,,2,10800,/,
    );
  });
});

describe("failed logins", () => {
  test("are counted as servers tell of them, with the logins that were not", async () => {
    const { out, exitCode } = await machine()("--failed", "--json");
    const document: unknown = JSON.parse(out);
    expect([exitCode, violationsOf("history-failed-1", document)]).toEqual([0, []]);
    expect(document).toMatchObject({
      by: ["from", "user", "method"],
      attempts: [
        {
          from: "203.0.113.5",
          user: "alice",
          invalid: false,
          method: "password",
          attempts: 2,
          logins: 0,
          verified: true,
        },
        { from: "203.0.113.5", user: "eve", invalid: true, method: "password", attempts: 1, verified: true },
      ],
    });
  });

  test("are chosen by name, address and time", async () => {
    const counts = async (...args: string[]) => (await machine()("--failed", "--no-headers", ...args)).out;
    expect(await counts("--user", "eve", "--by", "user")).toMatch(/^eve \(invalid\) +1 /);
    expect(await counts("--not-user", "eve", "--by", "user")).toMatch(/^alice +2 .*\n$/);
    expect(await counts("--from", "198.51.100.0/24")).toBe("");
    expect(await counts("--since", "-25min", "--by", "from")).toMatch(/^203\.0\.113\.5 +1 /);
  });

  test("of files are told with a doubt", async () => {
    const stamp = new Date(now - 72 * hour).toISOString();
    const text = `${stamp} web1 sshd[9]: ${failed("root", 7000)}\n`;
    const { out, err } = await machine(entries, { "/var/log/auth.log": text })("--failed", "--since", "30 days ago");
    expect(out).toMatch(/root +password +1\? /);
    expect(err).toContain("/var/log/auth.log, to which every user can write, reaches back to ");
  });

  test("that nobody has made are code 0", async () => {
    expect(await machine([ofJournald("start", ago(hour))])("--failed")).toMatchObject({ exitCode: 0, out: "" });
  });
});

test("a picture has the people in front, and now at the right", async () => {
  const { out } = await machine()("--picture", "--since", "-6h");
  expect(out.split("\n")[0]).toMatch(/ now$/);
  expect(out).toMatch(/^alice 192\.0\.2\.7 /m);
  expect((await machine()("--picture", "--by", "user")).out).toMatch(/^alice 2 connections /m);
});

test("a page has everything in one file", async () => {
  const { out } = await machine()("-o", "html");
  expect(out).toMatch(/^<!doctype html>[^]*<svg [^]*<td class="long">alice<\/td>[^]*<\/html>\n$/);
});

test("a page of very many connections has a line for each user", async () => {
  const many = Array.from({ length: 300 }, (_, index) => ofMonitor(index, accepted("alice", 5000 + index), ago(hour)));
  const { out } = await machine([ofJournald("start", ago(48 * hour)), ...many])("-o", "html");
  expect(out.match(/<text x="0"/g)).toHaveLength(1);
  expect(out).toContain(">alice 300 connections<");
  expect(out.match(/<td class="long">alice</g)).toHaveLength(300);
});

test("pseudonyms hide people in every format", async () => {
  for (const format of ["table", "wide", "json", "ndjson", "csv", "html"])
    expect((await machine()("--pseudonyms", "-o", format)).out).not.toMatch(/alice|bob|192\.0\.2\.7|SHA256:/);
  for (const args of [["--failed"], ["--picture"], ["--by", "user"], ["--by", "from"]]) {
    const { out, err } = await machine()("--pseudonyms", ...args);
    expect(`${out}${err}`).not.toMatch(/alice|eve|192\.0\.2\.7|203\.0\.113/);
  }
});

describe("what does not go together is refused", () => {
  test.each([
    [["--picture", "--json"], "--picture draws for a terminal"],
    [["--picture", "-o", "html"], "-o html has a picture already"],
    [["--picture", "--by", "day"], "Allowed: user"],
    [["--picture", "--columns", "user"], "--picture has no columns to choose"],
    [["--by", "method"], "Allowed: user, from, key, hour, day"],
    [["--by", "user", "-o", "ndjson"], "--by cannot be written as ndjson"],
    [["--by", "user", "--sort", "user"], "--by has an order of its own"],
    [["--failed", "--at", "-1h"], "give --since and --until"],
    [["--failed", "--key", "SHA256:x"], "--failed does not go with --key"],
    [["--failed", "--picture"], "--failed has no picture"],
    [["--failed", "--by", "key"], "Allowed: from, user, method, hour, day"],
    [["--failed", "-o", "html"], "--failed cannot be written as html"],
  ])("%j", async (args, message) => {
    const { exitCode, err, out } = await machine()(...args);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });
});

describe("books of the machine", () => {
  /** A record of wtmp, in which a character is a byte. */
  const wtmp = (timeMs: number, kind: number, pid: number, user: string, tty = "pts/0") => {
    const bytes = Buffer.alloc(384);
    bytes.writeInt16LE(kind, 0);
    bytes.writeInt32LE(pid, 4);
    bytes.write(tty, 8);
    bytes.write(user, 44);
    bytes.writeUInt32LE(Math.floor(timeMs / 1000), 340);
    if (kind === 7) Buffer.from([192, 0, 2, 7]).copy(bytes, 348);
    return bytes.toString("latin1");
  };
  const audit = (kind: string, op: string, timeMs: number) =>
    `type=${kind} msg=audit(${(timeMs / 1000).toFixed(3)}:45): pid=70 uid=0 auid=1002 ses=9 msg='op=PAM:${op} acct="erin" exe="/usr/sbin/sshd" hostname=192.0.2.9 addr=192.0.2.9 terminal=ssh res=success'\n`;

  const texts = {
    "/var/log/wtmp": [
      wtmp(now - 60 * hour, 7, 50, "dave"),
      wtmp(now - 59 * hour, 7, 50, "dave", "pts/1"),
      wtmp(now - 58 * hour, 8, 50, "", "pts/1"),
      wtmp(now - 57 * hour, 8, 50, ""),
      wtmp(now - 5 * hour, 7, 1, "alice", "pts/3"),
      wtmp(now - 4 * hour, 7, 999, "bob", "pts/4"),
    ].join(""),
    "/var/log/audit/audit.log":
      audit("USER_START", "session_open", now - 70 * hour) + audit("USER_END", "session_close", now - 69 * hour),
  };

  test("add terminals, and logins of the time before the journal", async () => {
    const { out, err } = await machine(entries, texts)("--since", "10 days ago", "--json");
    const document = JSON.parse(out) as {
      connections: { user: string; seconds: number; ttys: string[]; sources: string[] }[];
    };
    expect(violationsOf("history-1", document)).toEqual([]);
    expect(document.connections.map(({ user, seconds, ttys, sources }) => [user, seconds, ttys, sources])).toEqual([
      ["erin", 3600, null, ["/var/log/audit/audit.log"]],
      ["dave", 3 * 3600, ["pts/0", "pts/1"], ["/var/log/wtmp"]],
      ["alice", 2 * 3600, ["pts/3"], ["sshd", "/var/log/wtmp"]],
      // Its process is another one.
      ["bob", 3 * 3600, null, ["sshd"]],
      ["alice", 3600, null, ["sshd"]],
    ]);
    expect(err).toContain("/var/log/wtmp, which knows terminals only, reaches back to ");
    expect(err).toContain("/var/log/audit reaches back to ");
  });

  test("are chosen from as everything else", async () => {
    const { out } = await machine(entries, texts)("--since", "10 days ago", "--tty", "pts/1", "--no-headers");
    expect(out).toMatch(/^dave +pts\/0,pts\/1 +192\.0\.2\.7 +.*\n$/);
  });

  test("that cannot be read are named", async () => {
    const { err } = await machine(entries, { "/var/log/wtmp.db": "SQLite" })("--since", "10 days ago");
    expect(err).toContain("/var/log/wtmp.db is not read: the program wtmpdb is not installed");
    expect((await machine(entries, { "/var/log/wtmp.db": "SQLite" })("--since", "-1h")).err).not.toContain("wtmp.db");
  });
});
