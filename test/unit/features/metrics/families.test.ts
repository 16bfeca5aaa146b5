import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  collectionFamilies,
  failedCollection,
  keyFamilies,
  frozenFamilies,
  lockFamilies,
  mostUsers,
  policyFamilies,
  sessionFamilies,
} from "../../../../src/features/metrics/families.ts";
import { renderMetrics } from "../../../../src/features/metrics/text/open-metrics.ts";
import type { PolicyState } from "../../../../src/system/policy/policy-state.ts";
import { hostileText } from "../../../helpers/arbitraries.ts";
import { now } from "../../../helpers/machine-builder.ts";
import { report, session, stranger } from "../../../helpers/sessions.ts";

const told = (sessions: Parameters<typeof report>[0], byUser = false) => {
  const lines = renderMetrics(sessionFamilies(report(sessions), byUser)).split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
};
const some = (sessions: Parameters<typeof report>[0], name: string, byUser = false) =>
  told(sessions, byUser).filter((line) => line.startsWith(`sshctl_${name}`));

const [shell, sftp] = [session(), session({ pid: 3001, kind: "sftp", ttys: [], lastInputMs: undefined })];

describe("sessions", () => {
  test("of all kinds and servers, each connection once, without containers and strangers", () => {
    const all = [
      shell,
      session({ pid: 9, server: "dropbear" }),
      sftp,
      session({ pid: 7, container: true }),
      stranger(),
    ];
    expect(some(all, "sessions{").filter((line) => !line.endsWith(" 0"))).toEqual([
      'sshctl_sessions{kind="shell",server="openssh"} 1',
      'sshctl_sessions{kind="sftp",server="openssh"} 1',
      'sshctl_sessions{kind="shell",server="dropbear"} 1',
    ]);
    expect(some(all, "sessions{")).toHaveLength(12);
    expect(some(all, "unauthenticated")).toEqual(["sshctl_unauthenticated_connections 1"]);
    expect(some(all, "session_terminals")).toEqual(["sshctl_session_terminals 2"]);
  });

  test("on an empty machine are 0, and have no oldest one", () => {
    expect(told([]).every((line) => line.endsWith(" 0"))).toBe(true);
    expect(some([], "oldest")).toEqual([]);
  });

  test("without input for so long", () => {
    const old = session({ pid: 9, lastInputMs: now - 3_600_000 });
    expect(some([shell, sftp, old], "sessions_idle")).toEqual([
      'sshctl_sessions_idle{threshold="900"} 1',
      'sshctl_sessions_idle{threshold="3600"} 1',
      'sshctl_sessions_idle{threshold="86400"} 0',
    ]);
  });

  test("with their forwards by kind", () => {
    const listen = { address: "::1", port: 9902 };
    const carrying = session({
      forwards: [
        { kind: "remote-listener", listen },
        { kind: "agent", path: "/tmp/a" },
      ],
    });
    expect(some([carrying], "session_forwards").filter((line) => line.endsWith(" 1"))).toEqual([
      'sshctl_session_forwards{kind="remote-listener"} 1',
      'sshctl_session_forwards{kind="agent"} 1',
    ]);
  });

  test.each([
    ["forwards", { forwards: undefined }, "session_forwards"],
    ["idle times", { lastInputMs: undefined }, "sessions_idle"],
    ["times of login", { startedAtMs: undefined }, "oldest_session"],
  ])("of which not all %s are known lack that number", (_, fact, name) => {
    expect(some([shell, session({ pid: 9, ...fact })], name)).toEqual([]);
  });

  test("are counted by user only on request", () => {
    expect(some([shell], "user_sessions")).toEqual([]);
    expect(some([shell, sftp, session({ user: undefined, uid: 4711 })], "user_sessions", true)).toEqual([
      'sshctl_user_sessions{user="alice"} 2',
      'sshctl_user_sessions{user="4711"} 1',
    ]);
  });

  test("of more users than have a series are counted together, with one who is called like that", () => {
    const users = [...Array.from({ length: mostUsers + 5 }, (_, index) => `u${String(index)}`), "other", "other"];
    const lines = some(
      users.map((user, index) => session({ pid: index * 2 + 10, user })),
      "user_sessions",
      true,
    );
    expect(lines).toHaveLength(mostUsers);
    // Five and one beyond the hundred, and the two of that name.
    expect(lines).toContain('sshctl_user_sessions{user="other"} 8');
  });
});

test("locks by what has become of them", () => {
  const locks = [undefined, undefined, "the account can log in"].map((fault) => ({ whom: "x", id: "1", fault }));
  expect(renderMetrics(lockFamilies({ locks, damaged: ["a"] }))).toContain(
    'sshctl_locks{state="holding"} 2\nsshctl_locks{state="broken"} 1\nsshctl_locks{state="damaged"} 1\n',
  );
});

test("frozen sessions that nothing will thaw are counted apart", () => {
  const frozen = { by: undefined, fault: undefined };
  const sessions = [
    session(),
    session({ frozen }),
    session({ frozen }),
    session({ frozen: { ...frozen, fault: "x" } }),
  ];
  expect(renderMetrics(frozenFamilies(report(sessions)))).toContain(
    'sshctl_frozen_sessions{guard="yes"} 2\nsshctl_frozen_sessions{guard="no"} 1\n',
  );
});

describe("the service of the rules", () => {
  const state: PolicyState = {
    bootId: "b",
    pid: 9,
    mode: "act",
    intervalSeconds: 30,
    startedAtMs: now,
    lookedAtMs: 1_795_000_000_500,
    lookSeconds: 0.1,
    looks: 3,
    rules: [],
    problem: undefined,
    fault: "line 3",
    fuse: undefined,
    coming: [undefined, undefined, "protected"].map((exempt) => ({
      session: "1:2",
      pid: 3,
      user: "alice",
      rule: "night",
      action: "kill",
      endsAtMs: undefined,
      exempt,
    })),
    counts: { warned: 4, ended: 3, failed: 2, wouldWarn: 1, wouldEnd: 0 },
  };
  const numbers = (text: string) => text.replaceAll(/^#.*\n/gm, "");

  test("that runs", () => {
    const text = renderMetrics(policyFamilies(state, true));
    expect(text).toContain("# TYPE sshctl_policy_acts_total counter\n");
    expect(numbers(text)).toBe(
      [
        "sshctl_policy_running 1",
        "sshctl_policy_acting 1",
        "sshctl_policy_fuse_tripped 0",
        'sshctl_policy_faults{of="look"} 0',
        'sshctl_policy_faults{of="files"} 1',
        "sshctl_policy_pending_sessions 2",
        "sshctl_policy_last_look_timestamp_seconds 1795000000.5",
        'sshctl_policy_acts_total{act="warned"} 4',
        'sshctl_policy_acts_total{act="ended"} 3',
        'sshctl_policy_acts_total{act="failed"} 2',
        'sshctl_policy_acts_total{act="would_warn"} 1',
        'sshctl_policy_acts_total{act="would_end"} 0',
        "",
      ].join("\n"),
    );
  });

  test("that no longer does has nothing else to tell", () => {
    expect(numbers(renderMetrics(policyFamilies(state, false)))).toBe("sshctl_policy_running 0\n");
  });
});

test("keys and their findings by severity, also those that there are none of", () => {
  expect(renderMetrics(keyFamilies({ keys: 7, findings: new Map([["high", 2]]) }))).toMatch(
    /^sshctl_authorized_keys 7$.*severity="info"} 0$.*severity="high"} 2$/ms,
  );
});

test("a collection has its time, in seconds", () => {
  const text = renderMetrics(
    collectionFamilies("collection", { beganMs: 1_795_000_000_500, endedMs: 1_795_000_001_000 }),
  );
  expect(text).toMatch(/success 1$.*timestamp_seconds 1795000000.5$.*duration_seconds 0.5$/ms);
});

test("a failure stands alone", () => {
  expect(renderMetrics(failedCollection("collection")).replaceAll(/^#.*\n/gm, "")).toBe(
    "sshctl_collection_success 0\n",
  );
});

/** A line of the text format as Prometheus has it: what may stand between quotes, and what must not. */
const sampleForm = /^[a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"\})? [\d.]+$/;

test.prop([fc.array(hostileText, { maxLength: 20 })])(
  "no name breaks a line, and no series is there twice",
  (users) => {
    const lines = some(
      users.map((user, index) => session({ pid: index * 2 + 10, user })),
      "user_sessions",
      true,
    );
    for (const line of lines) expect(line).toMatch(sampleForm);
    const series = lines.map((line) => line.replace(/ \d+$/, ""));
    expect(new Set(series).size).toBe(series.length);
    const counted = lines.reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)?.[1]), 0);
    expect(counted).toBe(users.length);
  },
);
