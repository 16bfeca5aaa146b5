import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseRecording, type Recording } from "../../../../src/system/recorded/parse-recording.ts";
import { writeRecording } from "../../../recorder/write-recording.ts";

const complete = ["recording\t2", "host\tweb1", "byte-order\tlittle", "taken-at\t1764000000.5", "end"];
const text = (...rows: string[]) => [...complete.slice(0, -1), ...rows, "end", ""].join("\n");

describe("a recording", () => {
  test("holds what its rows say", () => {
    const recording = parseRecording(
      text(
        String.raw`text	/proc/7/cmdline	-bash\000`,
        String.raw`text	/etc/passwd	root:x:0:0\n`,
        String.raw`text	/etc/passwd	zo\303\253:x:1:1\n`,
        "text\t/proc/2/cmdline\t",
        String.raw`link	/proc/7/exe	/tmp/a\011b\\c`,
        "times\t/dev/pts/0\t1000\t1764000000\t1763999999.5",
        "refused\t/proc/8/exe",
        String.raw`output	ss -H	LISTEN\n`,
      ),
    );
    expect(recording).toEqual({
      host: "web1",
      takenAtMs: 1_764_000_000_500,
      byteOrder: "little",
      texts: new Map([
        ["/proc/7/cmdline", "-bash\0"],
        ["/etc/passwd", "root:x:0:0\nzoë:x:1:1\n"],
        ["/proc/2/cmdline", ""],
      ]),
      links: new Map([["/proc/7/exe", "/tmp/a\tb\\c"]]),
      facts: new Map([["/dev/pts/0", { uid: 1000, atimeMs: 1_764_000_000_000, mtimeMs: 1_763_999_999_500 }]]),
      refusals: new Set(["/proc/8/exe"]),
      outputs: new Map([["ss -H", "LISTEN\n"]]),
      folders: new Set(),
      journal: undefined,
      observer: undefined,
      lacks: new Set(),
    });
  });

  const anyText = fc.string({ unit: "binary" });

  test.prop([
    fc.array(fc.tuple(fc.constantFrom("/etc/passwd", "/proc/7/cmdline", "/proc/8/cgroup"), anyText)),
    anyText,
  ])("is read as it was written", (entries, line) => {
    const written = parseRecording(text());
    const recording: Recording = {
      ...written,
      observer: 7,
      lacks: new Set(["processes"]),
      texts: new Map(entries),
      links: new Map(entries),
      facts: new Map([["/dev/pts/0", { uid: 1, atimeMs: 1000, mtimeMs: 2000, dev: 22, rdev: 136 * 256 + 7 }]]),
      folders: new Set(["/proc/7/fd"]),
      outputs: new Map([["ss -H", line]]),
      journal: line,
    };
    expect(parseRecording(writeRecording(recording))).toEqual(recording);
  });

  test("tells which process recorded, whether it is the one that was asked for, and what was not recorded", () => {
    const own = text("observer\t77", "lacks\tterminals", "journal").replace(/^(recording\t2)/, "$1\tn-1");
    const ended = own.replace(/end\n$/, "end\tn-1\n");
    expect(parseRecording(ended, { longest: 1000, nonce: "n-1" })).toMatchObject({
      observer: 77,
      lacks: new Set(["terminals"]),
      journal: "",
    });
    expect(() => parseRecording(ended, { longest: 1000, nonce: "n-2" })).toThrow(
      "it is not the one that was asked for",
    );
    expect(() => parseRecording(own)).toThrow('its last line, "end", does not match its first line');
  });

  test.each<[string, string, string]>([
    ["nothing", "", 'it does not start with "recording", a tab and 2'],
    ["something else", "hello\nworld\n", "it is not a recording"],
    ["a later form", text().replace("recording\t2", "recording\t3"), 'it does not start with "recording", a tab and 2'],
    [
      "an older form",
      text().replace("recording\t2", "recording\t1"),
      "it has form 1, that of older versions; record the",
    ],
    ["half of one", complete.slice(0, 4).join("\n"), 'it is cut off: its last line is not "end"'],
    ["an unknown row", text("file\t/etc"), 'line 5: there are no rows "file"'],
    ["a row with too little", text("link\t/proc/1/exe"), 'line 5: a row "link" has 2 fields after its name'],
    ["a time that is none", text("times\t/dev/pts/0\t0\tnow\t0"), '"times" needs numbers, not "now"'],
    ["no moment", text().replace(/taken-at.*\n/, ""), '"taken-at" needs numbers, not ""'],
    ["no byte order", text().replace(/byte-order.*\n/, ""), '"byte-order" is little or big, not ""'],
  ])("is refused when it is %s", (_, broken, message) => {
    expect(() => parseRecording(broken)).toThrow(message);
  });
});
