import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { effectsOf, type Effect } from "../../../../src/features/changes/effects.ts";
import { krl, section, string } from "../../../helpers/krl.ts";

const blob = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const ed = `ssh-ed25519 ${blob}`;
const other = ed.replace("B1Ea", "B1Eb");
const fingerprint = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";
const path = "/etc/a";

function effects(before: string | undefined, after: string | undefined): Effect[] {
  return effectsOf({ edit: { path, owner: { uid: 0, gid: 0 }, before, after } });
}

const returns = (comment?: string): Effect => ({ kind: "key-returns", path, fingerprint, comment });
const ends = (setting: string): Effect => ({ kind: "limit-ends", path, setting });
const comesBack = (setting: string): Effect => ({ kind: "limit-returns", path, setting });

describe("what comes back, and what ends", () => {
  test.each<[string, string | undefined, string | undefined, readonly Effect[]]>([
    ["a line that was made a comment", `# revoked: ${ed} a b\n`, `${ed} a b\n`, [returns("a b")]],
    ["a line with options, without a comment", "", `from="10.0.0.1",restrict ${ed}`, [returns()]],
    ["a comment of two bytes a letter", "", `${ed} \u00c3\u00a4\n`, [returns("\u00e4")]],
    ["not a key that stood there all the time", `${other} o\n`, `${other} o\n${ed} a\n`, [returns("a")]],
    ["a line of RevokedKeys", `${other}\n${ed}\n`, `${other}\n`, [{ kind: "revocation-ends", path, fingerprint }]],
    ["a file that the change has made", "  TMOUT=180\n  readonly TMOUT\n", undefined, [ends("TMOUT=180")]],
    ["a file that the change has removed", undefined, "    declare -xr TMOUT=60\n", [comesBack("TMOUT=60")]],
    ["a line that was adopted", "# sshctl: TMOUT=9\nTMOUT=3\n", "TMOUT=9\n", [ends("TMOUT=3"), comesBack("TMOUT=9")]],
    [
      "the limit of one user, where others have the same",
      "ChannelTimeout session:shell=9\nMatch User alice\nChannelTimeout session:shell=9\n",
      "ChannelTimeout session:shell=9\n",
      [ends("Match User alice: ChannelTimeout session:shell=9")],
    ],
    ["nothing of either", "umask 22\n", "umask 27\n", []],
  ])("%s", (_, before, after, expected) => {
    expect(effects(before, after)).toEqual(expected);
  });

  test("a list of revoked keys", () => {
    const keys = section(2, string(Buffer.from(blob, "base64")));
    expect(effects(krl({}, keys).toString("latin1"), krl({}).toString("latin1"))).toEqual([
      { kind: "revocation-ends", path, fingerprint },
    ]);
  });
});

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString("latin1"));
const parts = fc.array(
  fc.oneof(bytes, fc.constantFrom(ed, "\n", "TMOUT=", "declare ", "-x ", "Match ", "SSHKRL\n\0", " ", "# ")),
  { maxLength: 30 },
);

test.prop([parts, parts])("whatever files hold, nothing is thrown, and the same text has no effect", (some, others) => {
  const [before, after] = [some.join(""), others.join("")];
  expect(effects(before, after).every((effect) => effect.path === path)).toBe(true);
  expect(effects(before, before)).toEqual([]);
});

test("a long line takes no long time", () => {
  const began = performance.now();
  effects(`${"declare -x ".repeat(100_000)}\n${"Match ".repeat(100_000)}`, "");
  expect(performance.now() - began).toBeLessThan(2000);
});
