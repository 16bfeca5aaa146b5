import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { describeFault } from "../../../../src/features/policy/rules/fault.ts";
import { parsePolicy } from "../../../../src/features/policy/rules/parse-policy.ts";
import { ruleKeys } from "../../../../src/features/policy/rules/parse-rule.ts";
import { mostAtOnce, type Policy } from "../../../../src/features/policy/rules/rule.ts";
import { readSchema } from "../../../helpers/schemas.ts";

const read = (text: string, others: readonly string[] = []) =>
  parsePolicy(
    { file: "policy.toml", text },
    others.map((each, index) => ({ file: `policy.d/${String(index)}.toml`, text: each })),
  );

function policyOf(text: string, others: readonly string[] = []): Policy {
  const parsed = read(text, others);
  if ("message" in parsed) throw new Error(describeFault(parsed));
  return parsed;
}

const rule = (...lines: readonly string[]) => `[[rule]]\nname = "r"\n${lines.join("\n")}\n`;

test("nothing is done by an empty file", () => {
  for (const text of ["", "# nothing\n", "\n\n"])
    expect(policyOf(text)).toEqual({
      mode: "observe",
      intervalSeconds: 30,
      fuse: { most: 10, percent: 25 },
      rules: [],
    });
});

test("everything that can be written is read", () => {
  const { rules, ...others } = policyOf(
    `mode = "act"\ninterval = "1m"\nfuse = { most = 3, percent = 50 }\n` +
      rule('user = ["alice", 1001]', "not-kind = 'tunnel'", "root-inside = true", 'idle = "1h30m"', 'action = "kill"') +
      'warn = "5m"\ngrace = "10s"\nreason = "INC-1"\neven-critical = true\n',
    ['[[rule]]\nname = "second"\nmax-sessions = 3\nwhich = "oldest"\naction = "warn"\n'],
  );
  expect(others).toEqual({ mode: "act", intervalSeconds: 60, fuse: { most: 3, percent: 50 } });
  expect(rules).toMatchObject([
    {
      name: "r",
      file: "policy.toml",
      line: 4,
      selectionText: "--user alice,1001 --not-kind tunnel --root-inside",
      limit: { kind: "idle", seconds: 5400 },
      action: "kill",
      warnSeconds: 300,
      graceSeconds: 10,
      reason: "INC-1",
      evenCritical: true,
    },
    { name: "second", file: "policy.d/0.toml", line: 1, limit: { kind: "max-sessions", most: 3, which: "oldest" } },
  ]);
});

/** What is wrong, and where that stands. */
const faults: readonly (readonly [text: string, place: string, says: string])[] = [
  ["mode = ", "1:8", "no TOML: "],
  ['a = 1\n[[rule]\nname="x"', "2:", "no TOML: "],
  ["mode = 1", "1:1", 'mode = 1 is not understood. Allowed: "observe", "act"'],
  ['mode = "kill"', "1:1", '"observe", "act"'],
  ["\n  modus = 1", "2:3", 'there is no key "modus" here, did you mean mode?'],
  ['interval = "1s"', "1:1", "5s to 1h"],
  ["interval = 30", "1:1", "a time in quotes"],
  ["fuse = 3", "1:1", "a table"],
  ["fuse = { most = 0 }", "1:1", "a whole number from 1"],
  ["rule = 1", "1:1", "[[rule]]"],
  ['[rule]\nname = "x"', "1:1", "[[rule]]"],
  [rule('idle = "1m"'), "1:1", "needs action"],
  [rule('action = "kill"'), "1:1", "needs a limit: one of idle, no-traffic, older-than, max-sessions"],
  [rule('action = "kill"', 'idle = "1m"', 'older-than = "1d"'), "5:1", "one limit"],
  [rule('action = "end"', 'idle = "1m"'), "3:1", '"spare", "warn", "kill", "kill-everything"'],
  [rule('action = "kill"', 'idle = "0"'), "4:1", "above 0"],
  [rule('action = "kill"', "idle = 30"), "4:1", "a time in quotes"],
  [rule('action = "kill"', "max-sessions = 2"), "1:1", "needs which"],
  [rule('action = "kill"', "max-sessions = 0", 'which = "oldest"'), "4:1", "a whole number from 1"],
  [rule('action = "kill"', 'idle = "1m"', 'which = "oldest"'), "5:1", "goes with max-sessions"],
  [rule('action = "spare"', 'idle = "1m"'), "4:1", "omit idle"],
  [rule('action = "warn"', 'idle = "1m"', 'warn = "1m"'), "5:1", "no effect"],
  [rule('action = "kill"', 'idle = "1m"', "user = []"), "5:1", "at least one"],
  [rule('action = "kill"', 'idle = "1m"', 'user = ""'), "5:1", "a text in quotes"],
  [rule('action = "kill"', 'idle = "1m"', 'from = "10.0.0.0/99"'), "5:1", 'from "10.0.0.0/99" is not understood'],
  [rule('action = "kill"', 'idle = "1m"', 'kind = "vim"'), "5:1", "shell, command, sftp"],
  [rule('action = "kill"', 'idle = "1m"', "busy = false"), "5:1", "not-busy = true"],
  [rule('action = "kill"', 'idle = "1m"', 'key = "SHA256:wcPF"'), "5:1", "Give all of it"],
  [rule('action = "kill"', 'idle = "1m"', 'key = "~/.ssh/id.pub"'), "5:1", "a line or a file"],
  [rule('action = "kill"', 'idle = "1m"', 'phase = "any"'), "5:1", 'no key "phase"'],
  ['[[rule]]\nname = "a b"\naction = "spare"', "2:1", "up to 40 letters"],
  ['[[rule]]\naction = "spare"', "1:1", "needs name"],
  [`${rule('action = "spare"')}\n${rule('action = "spare"')}`, "5:1", 'two rules with the name "r"'],
  // What stands in a text of several lines is no key and no table.
  [
    `${rule('reason = """', "[[rule]]", 'idle = 3"""', 'idle = "1m"', 'action = "warn"')}[[rule]]\nidle = 3\nname = "s"\naction = "kill"`,
    "9:1",
    "idle = 3",
  ],
  ['__proto__ = "x"', "", "no TOML"],
];

describe("a file with a fault says where it is:", () => {
  test.each(faults)("%j", (text, place, says) => {
    const parsed = read(text);
    if (!("message" in parsed)) throw new Error("It was understood.");
    expect(describeFault(parsed)).toContain(`policy.toml:${place}`);
    expect(describeFault(parsed)).toContain(says);
  });

  test("of several files, the one that is wrong; what holds for all rules is only in the first", () => {
    const parsed = read("", ["", 'mode = "act"']);
    expect("message" in parsed && describeFault(parsed)).toBe(
      "policy.d/1.toml:1:1: mode holds for all rules, and belongs in policy.toml",
    );
  });

  test("characters that a terminal would obey are refused", () => {
    expect(read('# \u001b[2J\nmode = "act"')).toMatchObject({ message: expect.stringContaining("control characters") });
  });
});

const word = fc.constantFrom(...ruleKeys, "mode", "rule", "__proto__", "constructor", "");
const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant([]), fc.array(fc.string()), fc.double());

property.prop([fc.array(fc.tuple(word, value), { maxLength: 8 }), fc.boolean()])(
  "whatever a file holds, it is rules or a fault with a message",
  (pairs, isRule) => {
    const text = pairs.map(([key, each]) => `${JSON.stringify(key)} = ${JSON.stringify(each)}`).join("\n");
    const parsed = read(isRule ? `[[rule]]\n${text}` : text);
    if ("message" in parsed) expect(parsed.message).not.toBe("");
    // Nobody is ended by accident: a rule that ends has a limit.
    else for (const { action, limit } of parsed.rules) expect(limit === undefined).toBe(action === "spare");
  },
);

property.prop([fc.string({ unit: "binary", maxLength: 300 })])("and so is anything else", (text) => {
  const parsed = read(text);
  expect("message" in parsed || parsed.rules.length === 0).toBe(true);
});

property.prop([fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 100 }), fc.nat(100_000)])(
  "no pass ends more than the fuse allows, and one can always end",
  (most, percent, open) => {
    const allowed = mostAtOnce({ most, percent }, open);
    expect(allowed).toBeGreaterThanOrEqual(1);
    expect(allowed).toBeLessThanOrEqual(Math.max(1, Math.min(most, (open * percent) / 100)));
  },
);

test("the schema for editors knows the same keys", () => {
  const { $defs } = readSchema("policy-file-1");
  expect(Object.keys(($defs as { rule: { properties: object } }).rule.properties).toSorted()).toEqual(
    [...ruleKeys].toSorted(),
  );
});
