import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { parseRecording } from "../../../../src/system/recorded/parse-recording.ts";
import { writeRecording } from "../../../recorder/write-recording.ts";

const complete = ["recording\t1", "host\tweb1", "byte-order\tlittle", "taken-at\t1764000000.5", "end"];
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
    });
  });

  test.prop([fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })))])(
    "is read as it was written",
    (entries) => {
      const written = parseRecording(text());
      const recording = { ...written, texts: new Map(entries), links: new Map(entries), outputs: new Map(entries) };
      expect(parseRecording(writeRecording(recording))).toEqual(recording);
    },
  );

  test.each<[string, string, string]>([
    ["nothing", "", 'it does not start with "recording", a tab and 1'],
    ["something else", "hello\nworld\n", "it is not a recording"],
    ["a later form", text().replace("recording\t1", "recording\t2"), 'it does not start with "recording", a tab and 1'],
    ["half of one", complete.slice(0, 4).join("\n"), 'it is cut off: its last line is not "end"'],
    ["an unknown row", text("file\t/etc"), 'line 5: there are no rows "file"'],
    ["a row with too little", text("link\t/proc/1/exe"), 'line 5: a row "link" has 2 fields behind its name'],
    ["a time that is none", text("times\t/dev/pts/0\t0\tnow\t0"), '"times" needs numbers, not "now"'],
    ["no moment", text().replace(/taken-at.*\n/, ""), '"taken-at" needs numbers, not ""'],
    ["no byte order", text().replace(/byte-order.*\n/, ""), '"byte-order" is little or big, not ""'],
  ])("is refused when it is %s", (_, broken, message) => {
    expect(() => parseRecording(broken)).toThrow(message);
  });
});
