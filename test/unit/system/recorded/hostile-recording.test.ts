/** A recording may come from a machine that its attacker owns. Whatever it holds, the end is a report or a clear line. */
import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { assembleSessions } from "../../../../src/domain/assemble-sessions.ts";
import { ForeseenError } from "../../../../src/errors.ts";
import { renderSessionsJson } from "../../../../src/features/sessions/text/sessions-json.ts";
import type { Files } from "../../../../src/host/files/files.ts";
import { parseRecording } from "../../../../src/system/recorded/parse-recording.ts";
import { lookAt, type RecordedFacts } from "../../../../src/system/recorded/recorded-host.ts";
import { readSnapshot } from "../../../../src/system/procfs/snapshot.ts";
import { hostFolder, recordedHosts } from "../../../contract/recorded-hosts.ts";

const recordings = recordedHosts.map((name) => readFileSync(`${hostFolder(name)}/recording.tsv`, "utf8"));
const [typical = ""] = recordings;

/** Counts what is asked of the files, and how much is answered. */
function counting(files: Files): { files: Files; work: () => number } {
  let work = 0;
  const count = <T>(answer: T): T => {
    work += Array.isArray(answer) ? answer.length + 1 : 1;
    return answer;
  };
  return {
    files: {
      read: (...args) => count(files.read(...args)),
      start: (...args) => count(files.start(...args)),
      bytes: (path) => count(files.bytes(path)),
      link: (path) => count(files.link(path)),
      names: (...args) => count(files.names(...args)),
      facts: (path) => count(files.facts(path)),
    },
    work: () => work,
  };
}

/** Everything that `list -o json` does with a recording. */
async function listOf(text: string): Promise<{ json: string; work: number }> {
  let work = 0;
  const json = await lookAt("recording", text, async (machine: RecordedFacts) => {
    const counted = counting(machine.files);
    const report = assembleSessions(readSnapshot({ ...machine, files: counted.files }));
    work = counted.work();
    return Promise.resolve(
      renderSessionsJson({
        report,
        chosen: { sessions: report.sessions, hidden: 0, authenticating: 0, opening: 0, closing: 0, undecided: [] },
        fullCommand: true,
      }),
    );
  });
  return { json, work };
}

async function outcome(text: string): Promise<string> {
  try {
    const { json, work } = await listOf(text);
    JSON.parse(json);
    expect(work).toBeLessThan(20 * text.split("\n").length);
    return "listed";
  } catch (error) {
    if (!(error instanceof ForeseenError)) throw error;
    expect(error.message.length).toBeLessThan(400);
    return error.message;
  }
}

const rowsOf = (text: string) => text.trimEnd().split("\n");

/** Rows are taken out, doubled, moved, cut, or changed in one character or number. */
const mutated = fc
  .tuple(
    fc.constantFrom(...recordings),
    fc.array(
      fc.record({
        row: fc.nat(),
        other: fc.nat(),
        at: fc.nat(),
        kind: fc.constantFrom("drop", "double", "move", "cut", "character", "number", "field", "bytes"),
        text: fc.string({ maxLength: 20 }),
        number: fc.oneof(fc.bigInt(), fc.constantFrom(0n, -1n, 10n ** 300n, 2n ** 53n, 2n ** 31n, 99_999_999_999n)),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  )
  .map(([recording, changes]) => {
    const rows = rowsOf(recording);
    for (const { row, other, at, kind, text, number } of changes) {
      const index = row % rows.length;
      const line = rows[index] ?? "";
      const replace = (...lines: string[]) => rows.splice(index, 1, ...lines);
      const place = at % (line.length + 1);
      const digits = [...line.matchAll(/\d+/g)];
      const digit = digits[at % Math.max(1, digits.length)];
      if (kind === "drop") rows.splice(index, 1);
      else if (kind === "double") replace(line, line);
      else if (kind === "move") rows.splice(other % rows.length, 0, ...rows.splice(index, 1));
      else if (kind === "cut") replace(line.slice(0, place));
      else if (kind === "character") replace(line.slice(0, place) + text + line.slice(place + 1));
      else if (kind === "number" && digit !== undefined)
        replace(line.slice(0, digit.index) + String(number) + line.slice(digit.index + digit[0].length));
      else if (kind === "field") replace(line.split("\t").toReversed().join("\t"));
      else replace(`${line}${String.raw`\000\n\t`}`);
    }
    return `${rows.join("\n")}\n`;
  });

describe("a recording that was changed", () => {
  test.prop([mutated], { numRuns: 300 })("is listed or refused with a clear line", async (text) => {
    await outcome(text);
  });

  test.prop([fc.string({ unit: "binary" })])("is refused where it is anything else", async (text) => {
    expect(await outcome(text)).toMatch(/cannot be used: it (?:is not a recording|does not start with)/);
  });
});

const withRows = (...rows: string[]) => withMany(rows);
const withMany = (rows: readonly string[]) => typical.replace(/end\n$/, () => `${rows.join("\n")}\nend\n`);
const deep = `/proc${"/".repeat(30_000)}`;

describe("a recording by an attacker", () => {
  test.each<[string, string, RegExp]>([
    [
      "a path of slashes",
      withRows(`text\t${deep}\tx`),
      /line \d+: "\/proc\/+…" \(30005 characters\) is not a path that is re/,
    ],
    ["a path that is not read", withRows("text\t/etc/shadow\troot"), /"\/etc\/shadow" is not a path that is recorded/],
    ["another spelling of a PID", withRows(`text\t/proc/01/stat\t1`), /"\/proc\/01\/stat" is not a path/],
    [
      "a time of 300 digits",
      typical.replace(/(taken-at\t).*/, `$1${"9".repeat(300)}`),
      /"taken-at" needs numbers, not "9+…"/,
    ],
    [
      "a time behind all calendars",
      typical.replace(/(taken-at\t).*/, "$1253402300800"),
      /"taken-at" needs numbers up to/,
    ],
    [
      "a row of 1 MB",
      withRows(`text\t/etc/passwd\t${"x".repeat(1 << 20)}`),
      /line \d+: it is longer than 65536 characters/,
    ],
    ["a kind of row of 50 kB", withRows("x".repeat(50_000)), /there are no rows "x+…" \(50000 characters\)/],
    [
      "a stat of 50 kB",
      withRows(`text\t/proc/99/stat\t99 (${"x".repeat(50_000)}`),
      /\/proc\/99\/stat is longer than 4096/,
    ],
    [
      "a stat of nonsense",
      withRows(`text\t/proc/99/stat\t99 (${"x".repeat(3000)}`),
      /\/proc\/99\/stat has an unknown form: "99 \(x+…"/,
    ],
    [
      "a stat of another process",
      withRows(String.raw`text	/proc/99/stat	98 (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 25 \n`),
      /is of another process/,
    ],
    ["an uptime of ages", typical.replace(/(uptime\t).*/, `$1${"9".repeat(40)}`), /\/proc\/uptime has an unknown form/],
    ["rows behind the end", `${typical}host\tother\n`, /line \d+: there are rows after the last one/],
    ["two names", withRows("host\tother"), /there is a second row "host"/],
    ["an empty line", withRows(""), /there are no rows ""/],
    ["another host's output", withRows("output\trm -rf\tx"), /no output of "rm -rf" is recorded/],
    ["another end", typical.replace(/end\n$/, "end\tother\n"), /its last line, "end", does not match its first line/],
    ["a device without times", withRows("device\t/dev/pts/999\t22\t88:3e7"), /comes after the row "times"/],
    ["what is lacking nowhere", withRows("lacks\thonesty"), /"lacks" is one of/],
  ])("cannot have %s", async (_, text, message) => {
    expect(await outcome(text)).toMatch(message);
  });

  test.each<[string, () => string[]]>([
    ["100,000 accounts of one uid", () => many(100_000, (i) => String.raw`text	/etc/passwd	u${String(i)}:x:1000:\n`)],
    ["5,000 servers", () => many(5_000, (i) => server(100_000 + i, 1))],
    ["5,000 servers, each below the last", () => many(5_000, (i) => server(100_000 + i, 99_999 + i))],
    [
      "20,000 processes in a circle",
      () => many(20_000, (i) => process(100_000 + i, 100_000 + ((i + 1) % 20_000), "bash")),
    ],
    [
      "one session with 20,000 sockets",
      () => [
        server(100_000, 1),
        ...many(20_000, (i) => `link\t/proc/100000/fd/${String(i + 3)}\tsocket:[${String(500_000 + i)}]`),
        ...many(20_000, (i) => tcpRow(500_000 + i, i % 2 === 0 ? "0A" : "01")),
      ],
    ],
    [
      "an observer whose terminal 20,000 processes share",
      () => [
        process(100_000, 1, "tmux: server"),
        "link\t/proc/100000/fd/5\t/dev/pts/7",
        ...many(20_000, (i) => process(200_000 + i, 100_000, "bash", 0x88_07)),
        "observer\t200000",
      ],
    ],
    [
      "5,000 network namespaces",
      () =>
        many(5_000, (i) => `${server(100_000 + i, 1)}\nlink\t/proc/${String(100_000 + i)}/ns/net\tnet:[${String(i)}]`),
    ],
  ])(
    "may have %s, which costs no more than its length",
    async (_, rows) => {
      expect(await outcome(withMany(rows()))).toBe("listed");
    },
    20_000,
  );

  test("is not longer than its limit", () => {
    expect(() => parseRecording("x".repeat(100), { longest: 99 })).toThrow("it is longer than 99 characters");
  });
});

function many(count: number, rowOf: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => rowOf(index));
}

function process(pid: number, parent: number, name: string, tty = 0): string {
  const ids = `${String(pid)} (${name}) S ${String(parent)} ${String(pid)} ${String(pid)}`;
  return `text\t/proc/${String(pid)}/stat\t${ids} ${String(tty)} -1 0 0 0 0 0 0 0 0 0 0 0 0 0 100 ${String.raw`\n`}`;
}

function server(pid: number, parent: number): string {
  const folder = `/proc/${String(pid)}`;
  return [
    process(pid, parent, "sshd"),
    `link\t${folder}/exe\t/usr/sbin/sshd`,
    `text\t${folder}/status\t${String.raw`Uid:\t0\t0\n`}`,
    `text\t${folder}/cmdline\tsshd: alice`,
    `folder\t${folder}/fd`,
  ].join("\n");
}

function tcpRow(inode: number, state: string): string {
  const port = (inode % 65_536).toString(16).toUpperCase().padStart(4, "0");
  return `text\t/proc/net/tcp\t0: 0100007F:${port} 0100007F:0016 ${state} 0 0 0 0 0 ${String(inode)} ${String.raw`\n`}`;
}
