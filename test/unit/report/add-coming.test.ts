import { describe, expect, test } from "vitest";
import { addComing } from "../../../src/report/add-coming.ts";
import { renderPolicyState, type PolicyState } from "../../../src/system/policy/policy-state.ts";
import { fakeHost } from "../../helpers/fake-host.ts";
import { now } from "../../helpers/machine-builder.ts";
import { report, session } from "../../helpers/sessions.ts";

const state: PolicyState = {
  bootId: "b",
  pid: 2,
  mode: "act",
  intervalSeconds: 30,
  startedAtMs: now - 90_000,
  lookedAtMs: now - 20_000,
  lookSeconds: 0.1,
  looks: 3,
  rules: [{ name: "night", text: "rule night" }],
  problem: undefined,
  fault: undefined,
  fuse: undefined,
  coming: [
    {
      session: "2000:777000",
      pid: 2001,
      user: "alice",
      rule: "night",
      action: "kill",
      endsAtMs: now + 60_000,
      exempt: undefined,
    },
  ],
  counts: { warned: 1, ended: 0, failed: 0, wouldWarn: 0, wouldEnd: 0 },
};

function comingIn(given: Partial<PolicyState>, coming: Partial<PolicyState["coming"][number]> = {}, texts = {}) {
  const text = renderPolicyState({ ...state, ...given, coming: state.coming.map((each) => ({ ...each, ...coming })) });
  const host = fakeHost({
    texts: {
      "/var/lib/sshctl/policy/status.json": text,
      "/proc/sys/kernel/random/boot_id": "b\n",
      "/proc/2/comm": "node\n",
      ...texts,
    },
  });
  return addComing(report([session(), session({ pid: 2101 })]), host).sessions.map(({ comingEnd }) => comingEnd);
}

test("a session whose user has been warned has its end", () => {
  expect(comingIn({})).toEqual([{ rule: "night", atMs: now + 60_000 }, undefined]);
});

describe("nothing is coming", () => {
  test.each<[string, Partial<PolicyState>, Partial<PolicyState["coming"][number]>, object]>([
    ["in mode observe", { mode: "observe" }, {}, {}],
    ["of a boot before", { bootId: "a" }, {}, {}],
    ["of a service that is gone", { pid: 77 }, {}, {}],
    ["of one that has not looked for long", { lookedAtMs: now - 900_000 }, {}, {}],
    ["to whom it leaves alone", {}, { exempt: "it is protected" }, {}],
    ["before a warning", {}, { endsAtMs: undefined }, {}],
    ["to another session", {}, { session: "2000:1" }, {}],
    ["out of a file of something else", {}, {}, { "/var/lib/sshctl/policy/status.json": "{}" }],
  ])("%s", (_, given, coming, texts) => {
    expect(comingIn(given, coming, texts)).toEqual([undefined, undefined]);
  });
});
