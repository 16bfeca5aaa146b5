import { describe, expect, test } from "vitest";
import type { Channel } from "../../../../src/domain/describe-channels.ts";
import type { Session } from "../../../../src/domain/session.ts";
import { judge, type Moment } from "../../../../src/features/policy/engine/judge.ts";
import { lastToRoot } from "../../../../src/features/policy/engine/last-root.ts";
import { parsePolicy } from "../../../../src/features/policy/rules/parse-policy.ts";
import { criteriaOf } from "../../../../src/features/policy/rules/selection.ts";
import { now } from "../../../helpers/machine-builder.ts";
import { session, sharedSession, stranger } from "../../../helpers/sessions.ts";

const moment: Moment = { nowMs: now, evenSinceMs: 0 };
const ago = (seconds: number) => now - seconds * 1000;

/** What rules make of sessions: by PID the name of the rule, with "?" where it cannot be decided. */
function verdicts(
  text: string,
  sessions: readonly Session[],
  quiet: Readonly<Record<number, number>> = {},
  at: Moment = moment,
) {
  const parsed = parsePolicy({ file: "policy.toml", text }, []);
  if ("message" in parsed) throw new Error(parsed.message);
  const rules = parsed.rules.map((rule) => ({ rule, criteria: criteriaOf(rule.selection, new Map()) }));
  const judged = judge(rules, sessions, at, ({ pid }) => quiet[pid]);
  return Object.fromEntries(
    [...judged].map(([{ pid }, { kind, rule }]) => [pid, `${rule.name}${kind === "undecided" ? "?" : ""}`]),
  );
}

const idle = '[[rule]]\nname = "idle"\nidle = "30m"\naction = "kill"\n';
const still = '[[rule]]\nname = "still"\nno-traffic = "30m"\naction = "kill"\n';
const old = '[[rule]]\nname = "old"\nolder-than = "1h"\naction = "kill"\n';
const most = (which: string) => `[[rule]]\nname = "most"\nmax-sessions = 2\nwhich = "${which}"\naction = "kill"\n`;

const quietShell = session({ lastInputMs: ago(3600) });
const sftp: Channel = {
  kind: "sftp",
  pid: 2004,
  tty: undefined,
  program: { name: "sftp-server", line: "sftp-server", startedAtMs: ago(600) },
  startedAtMs: ago(600),
  busy: undefined,
  activity: undefined,
};
const shell = (given: Partial<Channel>): Channel => ({
  ...sftp,
  kind: "shell",
  tty: "pts/1",
  busy: false,
  ...given,
});
const forward = { kind: "local", from: { address: "::1", port: 1 }, to: { address: "::1", port: 2 } } as const;

const cases: readonly (readonly [
  what: string,
  rules: string,
  session: Session,
  quietSeconds: number | undefined,
  expected: string | undefined,
])[] = [
  ["a shell at its prompt, long without input", idle, quietShell, undefined, "idle"],
  ["one that was typed in just before the limit", idle, session({ lastInputMs: ago(1799) }), undefined, undefined],
  ["one that was typed in exactly then", idle, session({ lastInputMs: ago(1800) }), undefined, "idle"],
  ["a command in the foreground", idle, { ...quietShell, busy: true }, undefined, undefined],
  ["not known whether a command runs", idle, { ...quietShell, busy: undefined }, undefined, "idle?"],
  ["not known when somebody typed", idle, session({ lastInputMs: undefined }), undefined, "idle?"],
  ["somebody types in the future", idle, session({ lastInputMs: now + 9e9 }), undefined, undefined],
  [
    "a tunnel has no prompt",
    idle,
    session({ kind: "tunnel", ttys: [], lastInputMs: undefined, busy: false }),
    9e5,
    undefined,
  ],
  ["an idle shell beside a port that carries something", idle, { ...quietShell, forwards: [forward] }, 10, undefined],
  ["an idle shell beside a port that carries nothing", idle, { ...quietShell, forwards: [forward] }, 3600, "idle"],
  ["the same, and nobody knows", idle, { ...quietShell, forwards: [forward] }, undefined, "idle?"],
  ["nobody knows whether there are ports", idle, { ...quietShell, forwards: undefined }, undefined, "idle?"],
  ["a transfer beside it that moves", idle, { ...quietShell, channels: [shell({}), sftp] }, 5, undefined],
  ["a transfer beside it that stands still", idle, { ...quietShell, channels: [shell({}), sftp] }, 1801, "idle"],
  [
    "one of two terminals is busy",
    idle,
    { ...quietShell, channels: [shell({}), shell({ tty: "pts/2", busy: true })] },
    undefined,
    undefined,
  ],
  ["a shell, a vim and a transfer in one connection", idle, sharedSession(), 9e5, undefined],
  ["a tunnel that only keeps alive", still, session({ kind: "tunnel", ttys: [] }), 1800, "still"],
  ["a tunnel that works", still, session({ kind: "tunnel", ttys: [] }), 1799, undefined],
  ["nothing is known of what it carries", still, session({ kind: "tunnel", ttys: [] }), undefined, "still?"],
  ["vim that nobody has touched", still, session({ busy: true }), 7200, "still"],
  ["an old session, busy or not", old, session({ busy: true, lastInputMs: now }), 0, "old"],
  ["a young one", old, session({ startedAtMs: ago(3599) }), undefined, undefined],
  ["of unknown age", old, session({ startedAtMs: undefined }), undefined, "old?"],
  ["nobody has logged in yet", old, stranger({ startedAtMs: ago(9e4) }), undefined, undefined],
  ["a container's", old, session({ container: true }), undefined, undefined],
  ["one that closes", old, session({ phase: "closing" }), undefined, undefined],
  ["what is left behind", old, session({ phase: "leftover" }), undefined, undefined],
];

describe("a rule means exactly what it says:", () => {
  test.each(cases)("%s", (_, rules, each, quietSeconds, expected) => {
    const quiet = quietSeconds === undefined ? {} : { [each.pid]: ago(quietSeconds) };
    expect(verdicts(rules, [each], quiet)[each.pid]).toBe(expected);
  });
});

describe("of several rules", () => {
  test("the first that means a session decides, a limit included", () => {
    expect(verdicts(idle + old, [session({ lastInputMs: now }), { ...quietShell, pid: 2101 }])).toEqual({
      2001: "old",
      2101: "idle",
    });
  });

  test("one that spares leaves alone what it selects", () => {
    const spare = '[[rule]]\nname = "pipeline"\nuser = "deploy"\naction = "spare"\n';
    const sessions = [quietShell, session({ pid: 2101, user: "deploy", uid: 1002, lastInputMs: ago(9e4) })];
    expect(verdicts(spare + idle, sessions)).toEqual({ 2001: "idle", 2101: "pipeline" });
  });

  test("one that cannot be decided keeps the later ones away", () => {
    expect(verdicts(still + old, [session()])).toEqual({ 2001: "still?" });
    const bySelection = '[[rule]]\nname = "net"\nfrom = "10.0.0.0/8"\naction = "spare"\n';
    expect(verdicts(bySelection + old, [session({ peer: undefined })])).toEqual({ 2001: "net?" });
  });
});

describe("a clock that was set", () => {
  test("makes nobody idle: only what has lasted since counts", () => {
    const jumped: Moment = { nowMs: now, evenSinceMs: ago(1799) };
    expect(verdicts(idle, [quietShell], {}, jumped)).toEqual({});
    expect(verdicts(idle, [quietShell], {}, { nowMs: now, evenSinceMs: ago(1800) })).toEqual({ 2001: "idle" });
    expect(verdicts(still, [quietShell], { 2001: ago(9e6) }, jumped)).toEqual({});
  });
});

describe("of too many sessions of one user", () => {
  const of = (pid: number, hours: number, given: Partial<Session> = {}) =>
    session({ pid, startedAtMs: ago(hours * 3600), ...given });
  const four = [of(2001, 4), of(2101, 2), of(2201, 3), of(2301, 1)];

  test("the oldest go, or the newest; others have their own number", () => {
    const bob = [of(2401, 9, { user: "bob", uid: 1001 }), of(2501, 8, { user: "bob", uid: 1001 })];
    expect(verdicts(most("oldest"), [...four, ...bob])).toEqual({ 2001: "most", 2201: "most" });
    expect(verdicts(most("newest"), [...four, ...bob])).toEqual({ 2101: "most", 2301: "most" });
  });

  test("only those that the rule selects are counted", () => {
    expect(verdicts(`${most("oldest")}kind = "sftp"\n`, four)).toEqual({});
  });

  test("nobody goes where it is not known who was first, or whose they are", () => {
    const unknown = [...four.slice(1), of(2001, 4, { startedAtMs: undefined })];
    expect(Object.values(verdicts(most("oldest"), unknown)).every((each) => each === "most?")).toBe(true);
    const nobodys = four.map((each) => ({ ...each, uid: undefined }));
    expect(Object.values(verdicts(most("oldest"), nobodys)).every((each) => each === "most?")).toBe(true);
  });
});

describe("the last session that can become root stays", () => {
  const [alice, root] = [session(), session({ pid: 2101, user: "root", uid: 0 })];
  const ids = ["2000:777000", "2100:777000"];

  test.each([
    ["none of those that stay can", ids, [ids[1]], ids[1]],
    ["another one stays that can", [ids[1]], ids, undefined],
    ["none could before", ids, [], undefined],
  ])("%s", (_, goes, toRoot, kept) => {
    const set = (values: readonly (string | undefined)[]) => new Set(values.flatMap((each) => each ?? []));
    expect(lastToRoot([alice, root], set(goes), set(toRoot))).toBe(kept);
  });

  test("of several, the one that was used last", () => {
    const used = { ...alice, lastInputMs: now };
    expect(lastToRoot([used, root], new Set(ids), new Set(ids))).toBe(ids[0]);
  });
});
