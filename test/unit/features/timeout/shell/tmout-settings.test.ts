import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { adoptLines, restoreLines } from "../../../../../src/features/timeout/shell/adopted-lines.ts";
import { findTmoutSettings, isPlainSetting } from "../../../../../src/features/timeout/shell/tmout-settings.ts";

describe("a line that touches TMOUT", () => {
  test.each([
    ["TMOUT=600", { seconds: 600 }],
    ["  export TMOUT=600", { seconds: 600, exported: true }],
    ["readonly TMOUT=0", { seconds: 0, readonly: true }],
    ["TMOUT='900'; readonly TMOUT; export TMOUT", { seconds: 900, readonly: true, exported: true }],
    ['declare -xr TMOUT="300" # audit', { seconds: 300, readonly: true, exported: true }],
    ["typeset -r -x TMOUT=300", { seconds: 300, readonly: true, exported: true }],
    ["typeset TMOUT=300", { seconds: 300 }],
    ['if [ -n "$PS1" ]; then TMOUT=60; fi', { seconds: 60 }],
    ["[ $UID = 0 ] && TMOUT=60", { seconds: 60 }],
    ["TMOUT=$LIMIT", { seconds: "unknown" }],
    ["TMOUT=", { seconds: "unknown" }],
    ["readonly PATH TMOUT", { readonly: true }],
    ["unset TMOUT", { unset: true }],
    ["TMOUT=1;TMOUT=2", { seconds: 2 }],
    ["TMOUT=99999999999999999999", { seconds: "unknown" }],
  ])("%s", (line, expected) => {
    const nothing = { seconds: undefined, readonly: false, exported: false, unset: false };
    expect(findTmoutSettings(`# first\n${line}\n`)).toEqual([{ line: 2, text: line.trim(), ...nothing, ...expected }]);
  });

  test.each(["# TMOUT=600", "echo $TMOUT", "echo ${TMOUT-}", "MYTMOUT=5", "TMOUTS=5", '[ -n "$TMOUT" ] # TMOUT=5', ""])(
    "%j does not",
    (line) => {
      expect(findTmoutSettings(line)).toEqual([]);
    },
  );

  test("is read in time, however long somebody has made it", () => {
    const words = ["export ", "TMOUT=1 ", "readonly -r ", "TMOUT ", '"', "'", "{TMOUT "];
    for (const word of words) expect(() => findTmoutSettings(word.repeat(100_000))).not.toThrow();
    for (const word of words) expect(isPlainSetting(word.repeat(100_000))).toBe(false);
  }, 5000);
});

describe("a line that does nothing else", () => {
  test.each([
    ["TMOUT=600", true],
    ["  TMOUT=600; readonly TMOUT; export TMOUT;", true],
    ["declare -xr TMOUT=600 # as the audit wants", true],
    ["unset TMOUT", true],
    ["TMOUT=$(cat /etc/limit)", false],
    ["TMOUT=600 some-command", false],
    ["TMOUT=600 && echo set", false],
    ["if true; then TMOUT=600; fi", false],
    ["TMOUT=600 \\", false],
    ["export PATH TMOUT=600", false],
    ["TMOUT=600; rm -r /tmp/x", false],
    ["", false],
  ])("%j: %s", (line, plain) => {
    expect(isPlainSetting(line)).toBe(plain);
  });

  test.prop([fc.array(fc.constantFrom("TMOUT=5", "  readonly TMOUT", "echo hello", "", "\xe4"))])(
    "comes back as it was",
    (lines) => {
      const text = lines.join("\n");
      const adopted = adoptLines(
        text,
        findTmoutSettings(text).map(({ line }) => line),
      );
      expect(findTmoutSettings(adopted)).toEqual([]);
      expect(restoreLines(adopted)).toBe(text);
    },
  );
});
