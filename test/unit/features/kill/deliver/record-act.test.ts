import { describe, expect, test } from "vitest";
import { recordActs, type Act } from "../../../../../src/features/kill/deliver/record-act.ts";
import type { FeedProgram } from "../../../../../src/host/programs/feed.ts";
import { session } from "../../../../helpers/sessions.ts";

const act: Act = {
  caller: { uid: 0, name: "root", login: { uid: 1000, name: "alice" } },
  session: session({ pid: 903, user: "bob", peer: { address: "2001:db8::7", port: 5000 } }),
  signal: "TERM",
  isEnded: true,
  outcome: "ended by TERM in 0.1s",
  reason: "laptop stolen",
};

/** logger(1) with or without a journal. */
function logger(hasJournal: boolean, hasSyslog = true) {
  const calls: { args: readonly string[]; input: string }[] = [];
  const feed: FeedProgram = async (name, args, input) => {
    expect(name).toBe("logger");
    calls.push({ args, input });
    const works = args[0] === "--journald" ? hasJournal : hasSyslog;
    return Promise.resolve(works ? 0 : 1);
  };
  return { calls, feed };
}

describe("recordActs", () => {
  test("writes fields to the journal", async () => {
    const { calls, feed } = logger(true);
    expect(await recordActs([act], feed)).toBe(true);
    expect(calls).toHaveLength(1);
    const lines = calls[0]?.input.split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        "SYSLOG_IDENTIFIER=sshctl",
        "SSHCTL_CALLER_LOGIN=alice",
        "SSHCTL_USER=bob",
        "SSHCTL_PEER=[2001:db8::7]:5000",
        "SSHCTL_REASON=laptop stolen",
      ]),
    );
    expect(lines?.[0]).toMatch(
      /^MESSAGE=root \(logged in as alice\) ended the SSH session of bob from \[2001:db8::7\]:5000/,
    );
  });

  test("does not say of a session that goes on that it was ended", async () => {
    const { calls, feed } = logger(true);
    await recordActs([{ ...act, isEnded: false, outcome: "NOT ENDED: it is stopped" }], feed);
    expect(calls[0]?.input).toContain("tried to end the SSH session of bob");
  });

  test("writes a line to syslog where there is no journal", async () => {
    const { calls, feed } = logger(false);
    expect(await recordActs([act], feed)).toBe(true);
    expect(calls[1]?.args.slice(0, 5)).toEqual(["-t", "sshctl", "-p", "authpriv.notice", "--"]);
    expect(await recordActs([act, act], logger(false, false).feed)).toBe(false);
    expect(await recordActs([act], async () => Promise.resolve(undefined))).toBe(false);
  });

  test("lets nobody forge a field or a line", async () => {
    const { calls, feed } = logger(true);
    const evil = "x\nSSHCTL_CALLER=somebody else\0\u001b[2J";
    await recordActs([{ ...act, reason: evil, session: session({ user: evil }) }], feed);
    const names = calls[0]?.input.split("\n").map((line) => line.split("=", 1)[0]);
    expect(new Set(names).size).toBe(names?.length);
    expect(calls[0]?.input).not.toMatch(/[\0\u001b]/);
  });

  test("names a key only when it is proven", async () => {
    const key = { type: "ED25519", fingerprint: "SHA256:abc", certificate: undefined, comment: undefined };
    for (const verified of [true, false]) {
      const { calls, feed } = logger(true);
      const auth = { method: "publickey", key, source: "journal", verified };
      await recordActs([{ ...act, session: session({ auth }) }], feed);
      expect(calls[0]?.input.includes("SSHCTL_KEY=SHA256:abc")).toBe(verified);
    }
  });
});
