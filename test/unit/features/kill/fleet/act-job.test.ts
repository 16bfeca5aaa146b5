import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { actJob, longestActMs, renderPlan, type RemotePlan } from "../../../../../src/features/kill/fleet/act-job.ts";
import { session } from "../../../../helpers/sessions.ts";

const script = readFileSync(new URL("../../../../../collector/act.sh", import.meta.url), "utf8");
const nonce = "0123456789abcdef0123456789abcdef";

const processOf = (pid: number, startTicks: number) => ({
  pid,
  startTicks,
  ppid: 1,
  pgid: pid,
  sid: pid,
  comm: "sshd-session",
  tty: undefined,
  foregroundGroup: -1,
});

const planWith = (reason: string, more: Partial<RemotePlan> = {}): RemotePlan => ({
  boot: "0d2b5c1e-7d0f-4c55-9c0e-2f1a55a0c7d1",
  terminations: [
    {
      session: session({ identity: { pid: 902, startTicks: 1_952_403 } }),
      monitor: processOf(902, 1_952_403),
      targets: [processOf(903, 1_952_500)],
    },
  ],
  orders: { signal: "TERM", graceMs: 5000, escalate: true },
  recordOf: () => ({
    id: "20261125T101512480-7f2c",
    act: "kill-all",
    isDone: true,
    caller: { uid: 0, name: "root", login: undefined },
    reason,
    facts: { outcome: "", session: "902:1952403", caller_host: "ws1" },
  }),
  ...more,
});

/** Of another boot than this one, so that nothing is done. */
const answerTo = (input: string) => {
  try {
    return execFileSync("sh", ["-s"], { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
  } catch {
    return "failed";
  }
};

describe("the plan for a host", () => {
  test("has what the script compares and signals, and the record without what it adds", () => {
    expect(renderPlan(planWith("CHG-7"), nonce)).toBe(
      [
        `plan 1 ${nonce}`,
        "boot 0d2b5c1e-7d0f-4c55-9c0e-2f1a55a0c7d1",
        "signal TERM",
        "grace 500",
        "session 902:1952403 902:1952403 903:1952500",
        `record v="1" act="kill-all" id="20261125T101512480-7f2c" caller="root" caller_uid="0" session="902:1952403" caller_host="ws1" reason="CHG-7"`,
        `end ${nonce}`,
        "",
      ].join("\n"),
    );
  });

  test("says where there is no monitor, and that there is no KILL", () => {
    const orders = { signal: "HUP", graceMs: 1234, escalate: false } as const;
    const [termination] = planWith("").terminations;
    if (termination === undefined) throw new Error("there is none");
    const text = renderPlan(planWith("", { orders, terminations: [{ ...termination, monitor: undefined }] }), nonce);
    expect(text).toContain("signal HUP\ngrace 124 only\nsession 902:1952403 - 903:1952500\n");
    expect(longestActMs(orders)).toBe(6234);
  });

  const host = { name: "web1", sshArgs: [] };
  const scripts = { act: script, collect: 'sshctl_collect() { echo collected; }\nsshctl_collect "$@" </dev/null\n' };
  const inputOf = (reason: string) => actJob(host, "none", nonce, planWith(reason), scripts).input;

  test.prop([fc.string({ unit: "binary", maxLength: 200 })], { numRuns: 25 })(
    "no reason can end the plan, begin a line, or run anything",
    (reason) => {
      const input = inputOf(`${reason}\nsshctl_input\n$(echo broken)\`echo broken\``);
      expect(answerTo(input)).toBe(`acting ${nonce}\nother-boot\nacted ${nonce}\ncollected\n`);
    },
  );

  test.prop([fc.double({ min: 0, max: 0.999, noNaN: true })], { numRuns: 25 })(
    "does nothing when it is cut off",
    (part) => {
      const input = inputOf("CHG-7");
      const begins = input.indexOf("collected");
      expect(answerTo(input.slice(0, Math.floor(begins * part)))).not.toContain("act");
    },
  );
});
