/** history --on: hosts run their own sshctl, which a stand-in for ssh(1) plays, and hostile ones pretend to. */
import { describe, expect, test } from "vitest";
import type {
  FleetHistoryCountsDocument,
  FleetHistoryDocument,
  FleetHistoryFailedDocument,
  HistoryDocument,
  HistoryFailedDocument,
  PastConnectionJson,
} from "../../src/text/json-contract.ts";
import { ended, told, workstationOf, type HostAnswer } from "../helpers/asked-hosts.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";

const fingerprint = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";

function connection(
  user: string,
  loginAt: string | null,
  change: Partial<PastConnectionJson> = {},
): PastConnectionJson {
  return {
    on: "yes",
    id: null,
    pid: 812,
    boot: null,
    server: "openssh",
    user,
    uid: 1000,
    peer: { address: "10.0.0.7", port: 40_000 },
    local: null,
    ttys: ["pts/1"],
    logindSession: null,
    auth: {
      method: "publickey",
      keyType: "ED25519",
      fingerprint,
      comment: null,
      certificate: null,
      source: "journal",
      verified: true,
    },
    loginAt,
    endedAt: "2026-01-01T12:00:00.000Z",
    endedBefore: null,
    seconds: 61,
    ended: "client",
    endedVerified: true,
    signal: null,
    killedBy: null,
    sources: ["sshd"],
    ...change,
  };
}

function history(connections: PastConnectionJson[], change: Record<string, unknown> = {}): string {
  const document: HistoryDocument = {
    schema: "sshctl.history/1",
    host: "calls itself web1",
    takenAt: "2026-01-01T13:00:00.000Z",
    since: "2026-01-01T00:00:00.000Z",
    until: "2026-01-01T13:00:00.000Z",
    connections,
    undecided: 0,
    sources: [{ name: "journal", since: "2025-12-01T00:00:00.000Z", verified: true }],
    warnings: [],
  };
  return JSON.stringify({ ...document, ...change });
}

function attempt(from: string, user: string, attempts: number): HistoryFailedDocument["attempts"][number] {
  return {
    from,
    user,
    invalid: false,
    method: "password",
    start: null,
    attempts,
    logins: 1,
    firstAt: "2026-01-01T08:00:00.000Z",
    lastAt: "2026-01-01T09:00:00.000Z",
    verified: true,
  };
}

function failed(attempts: HistoryFailedDocument["attempts"]): string {
  const document: HistoryFailedDocument = {
    schema: "sshctl.history-failed/1",
    host: "itself",
    takenAt: "2026-01-01T13:00:00.000Z",
    since: "2026-01-01T00:00:00.000Z",
    until: "2026-01-01T13:00:00.000Z",
    by: ["from", "user", "method"],
    attempts,
    sources: [{ name: "journal", since: "2025-12-01T00:00:00.000Z", verified: true }],
    warnings: [],
  };
  return JSON.stringify(document);
}

const early = connection("alice", "2026-01-01T08:00:00.000Z");
const middle = connection("bob", "2026-01-01T09:00:00.000Z", { peer: { address: "192.0.2.9", port: 1 }, uid: 1001 });
const late = connection("alice", "2026-01-01T10:00:00.000Z", { ttys: null, on: "perhaps" });

/** What a host answers, by the start of its name. */
const hosts: Readonly<Record<string, HostAnswer>> = {
  web: told(history([early, late])),
  db: told(history([middle, connection("carol", null)])),
  without: ended((nonce) => `missing\t${nonce}\n`),
  older: told(history([], { schema: "sshctl.history/0" }), { version: "0.0.9" }),
  oldest: told("", { version: "0.0.1", code: 2, stderr: "sshctl: unknown command history\n" }),
  posing: told(history([], { host: "<the connections>" })),
  counts: told(history([], { schema: "sshctl.history-counts/1" })),
  refused: told("", { code: 1, stderr: "sudo: a password is required\n" }),
  odd: told(history([{ ...early, ...JSON.parse('{"uid": "0"}') }])),
  ending: told(history([{ ...early, ...JSON.parse('{"ended": "by magic"}') }])),
  half: told(history([]).replace('"connections":[]', '"connections":[{"on":"yes"}]')),
  liar: told(history([{ ...early, ...JSON.parse('{"host": "web1"}') }])),
  wild: told(
    history([
      connection("\u001b[2Jeve\nroot", "2026-99-99T99:99:99.999Z", {
        id: `${"9".repeat(400)}:1`,
        peer: { address: "no address\u001b[31m", port: 0 },
        seconds: 1e308,
        ttys: ["\u001b]0;x\u0007"],
        killedBy: { caller: "\u202eroot", signal: null, reason: "\r\n", act: null },
      }),
    ]),
  ),
  guessed: told(failed([attempt("192.0.2.9", "root", 7), attempt("10.0.0.7", "\u001b[2Jeve", 1)])),
  spared: told(failed([attempt("192.0.2.9", "root", 2)])),
  proto: told(`{"__proto__": {"schema": "sshctl.history/1"}}`),
  deep: told("[".repeat(100_000)),
  cut: ended((nonce) => `sshctl\t${nonce}\t0.1.0\n${history([early]).slice(0, 300)}`),
  replayed: ended(() => `sshctl\tffff\t0.1.0\n${history([early])}\nend\tffff\t0\n`),
  endless: () => ({ kind: "too-much" }),
  down: ended(() => "", "ssh: connect to host down port 22: Connection refused\n", 255),
};

const { host: workstation, asked } = workstationOf((name) => hosts[name]);

async function run(line: string, width?: number) {
  asked.length = 0;
  return sshctl(line.split(" "), { host: workstation, ...(width === undefined ? {} : { width }) });
}

async function document(line: string): Promise<FleetHistoryDocument> {
  const { out } = await run(`${line} -o json`);
  const json = JSON.parse(out) as FleetHistoryDocument;
  expect(violationsOf("fleet-history-1", json)).toEqual([]);
  expect(out).not.toContain("\u001b");
  return json;
}

const who = async (line: string) =>
  (await document(line)).connections.map(({ host, user }) => `${host} ${user ?? "?"}`);

describe("history --on", () => {
  test("shows the connections of all hosts in the order of their logins", async () => {
    expect(await who("history --on web1,db1")).toEqual(["db1 carol", "web1 alice", "db1 bob", "web1 alice"]);
    expect(await who("history --on web1,db1 --sort -login")).toEqual([
      "web1 alice",
      "db1 bob",
      "web1 alice",
      "db1 carol",
    ]);
    const { connections } = await document("history --on web1");
    expect(connections).toEqual([early, late].map((each) => ({ ...each, host: "web1" })));
    const { out, exitCode } = await run("history --on web1,db1 --color never", 200);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^HOST +ON +USER +TTY +FROM +LOGIN .*\ndb1 +yes +carol .* before /);
    const { out: csv } = await run("history --on web1 -o csv");
    expect(csv).toMatch(
      /^host,on,user,uid,tty,from,to,login,.*\nweb1,yes,alice,1000,pts\/1,10\.0\.0\.7:40000,,2026-01-01T08/,
    );
    const lines = (await run("history --on web1,db1 -o ndjson")).out.trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { host: string }).host)).toEqual(["db1", "web1", "db1", "web1"]);
  });

  test("asks every host of the same time, whatever its clock and its time zone", async () => {
    const command = async (line: string) => {
      await run(line);
      const commands = asked.map(({ input }) => /^'sshctl_run' '\w+' (.*) <\/dev\/null$/m.exec(input ?? "")?.[1]);
      expect(new Set(commands).size).toBe(1);
      return commands[0];
    };
    expect(await command("history --on web[1-3] --since @1000 --until @2000")).toBe(
      "'none' 'history' '-o' 'json' '--since' '@1000' '--until' '@2000'",
    );
    expect(await command("history --on web[1-3] --at @1000 --user alice --sudo")).toBe(
      "'sudo' 'history' '-o' 'json' '--at' '@1000'",
    );
    expect(await command("history --on web[1-3]")).toMatch(/^'none' 'history' '-o' 'json' '--since' '@\d+'$/);
  });

  test("chooses here, and tells what cannot be decided", async () => {
    expect(await who("history --on web1,db1 --user bob")).toEqual(["db1 bob"]);
    expect(await who("history --on web1,db1 --user 1001")).toEqual(["db1 bob"]);
    expect(await who("history --on web1,db1 --from 192.0.2.0/24")).toEqual(["db1 bob"]);
    expect(await who(`history --on web1,db1 --key ${fingerprint.slice(0, 15)} --not-user alice`)).toEqual([
      "db1 carol",
      "db1 bob",
    ]);
    const { hosts: all, connections } = await document("history --on web1,db1 --tty pts/1");
    expect(connections).toHaveLength(3);
    expect(all.map(({ name, undecided }) => [name, undecided])).toEqual([
      ["db1", 0],
      ["web1", 1],
    ]);
    expect((await run("history --on web1 --tty pts/1")).err).toContain("1 connection left out");
  });

  test.each([
    ["user", ["alice", "bob", "carol"], [2, 1, 1]],
    ["from", ["10.0.0.7", "192.0.2.9"], [3, 1]],
    ["host", ["db1", "web1"], [2, 2]],
    ["hour", [null, expect.stringMatching(/Z$/), expect.anything(), expect.anything()], [1, 1, 1, 1]],
  ])("counts those of all hosts by %s", async (by, values, numbers) => {
    const { out, exitCode } = await run(`history --on web1,db1 --by ${by} -o json`);
    const json = JSON.parse(out) as FleetHistoryCountsDocument;
    expect([exitCode, violationsOf("fleet-history-counts-1", json)]).toEqual([0, []]);
    expect(json.hosts.map(({ name }) => name)).toEqual(["db1", "web1"]);
    expect(json.counts.map(({ value }) => value)).toEqual(values);
    expect(json.counts.map(({ connections }) => connections)).toEqual(numbers);
  });

  test("counts in a table and in CSV, too", async () => {
    expect((await run("history --on web1,db1 --by host --color never", 100)).out).toMatch(
      /^HOST +CONNECTIONS +LASTED +FIRST +LAST\ndb1 +2 +2m/,
    );
    expect((await run("history --on web1,db1 --by host -o csv")).out).toMatch(
      /^host,comment,connections,seconds,first,last\ndb1,,2,122,/,
    );
    expect((await run("history --by host")).err).toContain("Name them by --on.");
  });

  test("takes no name of a host for the place of its connections", async () => {
    const { hosts: all, connections } = await document("history --on posing1,web1");
    expect(all.map(({ reportedName }) => reportedName)).toEqual(["<the connections>", "calls itself web1"]);
    expect(connections).toHaveLength(2);
  });

  test("gives the same person the same pseudonym on all hosts", async () => {
    const { connections } = await document("history --on web[1-2] --pseudonyms");
    expect(new Set(connections.map(({ user, peer }) => `${user ?? ""} ${peer?.address ?? ""}`))).toEqual(
      new Set(["user1 address1"]),
    );
    expect(JSON.stringify(connections)).not.toMatch(/alice|10\.0\.0\.7|SHA256/);
  });

  test("believes no host more than the contract allows", async () => {
    const names = Object.keys(hosts).map((name) => `${name}1`);
    const { hosts: all, connections } = await document(`history --on ${names.join()}`);
    expect(all.filter(({ answered }) => answered).map(({ name }) => name)).toEqual([
      "db1",
      "liar1",
      "posing1",
      "web1",
      "wild1",
    ]);
    expect(connections.filter(({ host }) => host === "web1")).toHaveLength(2);
    expect(connections.filter(({ host }) => host === "liar1")).toHaveLength(1);
    expect(connections.find(({ host }) => host === "wild1")).toMatchObject({ id: null, loginAt: null });
    expect(Object.fromEntries(all.flatMap(({ name, error }) => (error ? [[name, error.code]] : [])))).toEqual({
      counts1: "other-sshctl",
      cut1: "cut-off",
      deep1: "unreadable",
      down1: "connection-refused",
      ending1: "unreadable",
      endless1: "too-much",
      guessed1: "other-sshctl",
      half1: "unreadable",
      odd1: "unreadable",
      older1: "other-sshctl",
      oldest1: "other-sshctl",
      proto1: "unreadable",
      refused1: "no-privileges",
      replayed1: "no-recording",
      spared1: "other-sshctl",
      without1: "no-sshctl",
    });
    for (const format of ["table", "wide", "csv", "ndjson"]) {
      const { out, exitCode } = await run(
        `history --on wild1 --from 10.0.0.0/8,no --color never --sort from -o ${format}`,
        120,
      );
      expect([format, exitCode === 0 || exitCode === 2]).toEqual([format, true]);
      expect(out).not.toContain("\u001b");
      const plain = await run(`history --on wild1 --color never --sort from,lasted -o ${format}`, 120);
      expect(plain.exitCode).toBe(0);
      expect(plain.out).not.toMatch(/[\u001b\u0007\u202e]/);
    }
  });

  test("counts failed logins of each host", async () => {
    const { out, err, exitCode } = await run("history --failed --on guessed1,spared1,web1 -o json");
    const json = JSON.parse(out) as FleetHistoryFailedDocument;
    expect([exitCode, violationsOf("fleet-history-failed-1", json)]).toEqual([5, []]);
    expect(json.attempts.map(({ host, from, user, attempts }) => [host, from, user, attempts])).toEqual([
      ["guessed1", "192.0.2.9", "root", 7],
      ["spared1", "192.0.2.9", "root", 2],
      ["guessed1", "10.0.0.7", "\u001b[2Jeve", 1],
    ]);
    expect(err).toContain("10 failed logins on 2 of 3 hosts.");
    const table = await run("history --failed --on guessed1,spared1 --color never", 120);
    expect(table.out).toMatch(/^HOST +FROM +USER +METHOD +ATTEMPTS .*\nguessed1 +192\.0\.2\.9 +root +password +7 /);
    expect(table.out).not.toContain("\u001b");
  });

  test("counts them by one fact over all hosts, and has the hosts choose", async () => {
    const line = "history --failed --on guessed1,spared1 --by user --from 10.0.0.0/8 --not-user it's --since @1000";
    const { out } = await run(`${line} -o csv`);
    expect(out).toMatch(/^user,invalid,attempts,logins,first,last\nroot,no,9,2,/);
    expect(asked.map(({ input }) => /sshctl_run' '[^']*' ('.*) <\/dev\/null/.exec(input ?? "")?.[1])).toEqual(
      Array.from(
        { length: 2 },
        () =>
          String.raw`'none' 'history' '--failed' '-o' 'json' '--by' 'user' '--not-user' 'it'\''s' '--from' '10.0.0.0/8' '--since' '@1000'`,
      ),
    );
  });

  test("says what to ask where an answer is too long", async () => {
    const { err, exitCode } = await run("history --on web1,endless1");
    expect(exitCode).toBe(5);
    expect(err).toContain("ask for a shorter time by --since and --until");
    expect(await run("history --on without[1-2]")).toMatchObject({ exitCode: 3 });
  });

  test.each([
    ["--failed --key SHA256:abc", "--failed does not go with --key."],
    ["--failed --by key", "from, user, method, hour, day"],
    ["--picture", "--picture does not go with --on."],
    ["-o html", "-o html does not go with --on."],
    ["--by user --columns user", "--by has no columns to choose."],
    ["--by port", "user, from, key, hour, day, host"],
    ["--journal /var/log/journal", "--on and --journal name two sources."],
    ["--root /tmp/host", "--on and --root name two sources."],
  ])("refuses %s, and asks nobody", async (option, message) => {
    const { err, exitCode, out } = await run(`history --on web1 ${option}`);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain(message);
    expect(asked).toEqual([]);
  });

  test("needs hosts for --sudo", async () => {
    expect(await run("history --sudo")).toMatchObject({ exitCode: 2 });
  });
});
