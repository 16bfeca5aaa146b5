/** keys revoke, timeout set and timeout unset with --on: hosts whose sshctl does it, played by a stand-in for ssh(1). */
import { describe, expect, test } from "vitest";
import type { CaseDocument, RevocationDocument, TimeoutChangeDocument } from "../../src/text/json-contract.ts";
import { actingWorkstation, type ActingHost, type Sshctl } from "../helpers/acting-hosts.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";

const whole = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";
const other = "SHA256:bbXpqqqqqqqqmnxq256TlqzFBzRl2f6OOg722cYNbU8";
const path = "/home/alice/.ssh/authorized_keys";

function revocation(change: Partial<RevocationDocument>): RevocationDocument {
  return {
    schema: "sshctl.revocation/1",
    host: "h",
    takenAt: "2026-01-01T13:00:00.000Z",
    id: null,
    dryRun: true,
    fingerprint: whole,
    keyType: "ssh-ed25519",
    keys: [{ fingerprint: whole, keyType: "ssh-ed25519" }],
    places: [{ fingerprint: whole, user: "alice", uid: 1000, path, line: 3, comment: null }],
    kept: [],
    files: [{ path, kind: "AuthorizedKeysFile", outcome: null, backup: null, diff: "", problem: null }],
    durable: null,
    undo: null,
    change: null,
    remaining: [],
    unread: [],
    commands: [],
    ended: null,
    open: [],
    undecided: [],
    comebacks: [],
    problems: [],
    warnings: [],
    ...change,
  };
}

/** A machine on which a key stands, or not. */
interface State {
  key?: string;
  /** Its own file protects the key. */
  isProtected?: boolean;
  /** A file could not be changed. */
  isStuck?: boolean;
}

function revoker(state: State): Sshctl {
  return (args) => {
    const word = args.at(-1) ?? "";
    if (state.key?.startsWith(word) !== true && word !== "laptop")
      return { code: 1, stderr: `sshctl: No key ${word} was found.\n` };
    const { key = whole, isProtected, isStuck } = state;
    const keys = { fingerprint: key, keys: [{ fingerprint: key, keyType: "ssh-ed25519" }] };
    if (isProtected === true)
      return {
        text: JSON.stringify(revocation(keys)),
        code: 6,
        stderr: "sshctl: Nothing was done: the key is protected.\n",
      };
    if (args.includes("--dry-run")) return { text: JSON.stringify(revocation(keys)) };
    const outcome = isStuck === true ? "failed" : "changed";
    const problem = isStuck === true ? "read-only file system" : null;
    if (isStuck !== true) delete state.key;
    const done = {
      ...keys,
      dryRun: false,
      change: "20260101T120000000-abcd",
      ended: args.includes("--kill") ? [] : null,
      files: [{ path, kind: "AuthorizedKeysFile" as const, outcome, backup: null, diff: null, problem } as const],
    };
    return { text: JSON.stringify(revocation(done)), code: isStuck === true ? 5 : 0 };
  };
}

function limiter(state: { seconds?: string; isBroken?: boolean }): Sshctl {
  return (args) => {
    const [, deed = "", word] = args;
    const file = "/etc/profile.d/sshctl-timeout.sh";
    const wanted = deed === "set" ? args.find((each) => /^\d+$/.test(each)) : undefined;
    const isSame = state.seconds === wanted;
    if (deed === "unset" && isSame) return { code: 1, stderr: "sshctl: sshctl has set no such limit.\n" };
    expect(word).toBe("--global");
    const dryRun = args.includes("--dry-run");
    if (!dryRun && state.isBroken === true) return { code: 3, stderr: "sshctl: the file system is full.\n" };
    if (!dryRun && wanted !== undefined) state.seconds = wanted;
    if (!dryRun && wanted === undefined) delete state.seconds;
    const action = deed === "set" ? ("created" as const) : ("removed" as const);
    const document: TimeoutChangeDocument = {
      schema: "sshctl.timeout-change/1",
      dryRun,
      edits: isSame ? [] : [{ path: file, action, diff: "" }],
      notes: [],
      warnings: [],
      undo: null,
      id: null,
      change: null,
    };
    return { text: JSON.stringify(document) };
  };
}

function world(fleet: Readonly<Record<string, ActingHost>>, texts: Readonly<Record<string, string>> = {}) {
  const { host, connections } = actingWorkstation((name) => fleet[name], { "/etc/passwd": "", ...texts });
  const run = async (line: string) => sshctl(line.split(" "), { host });
  const caseOf = async (line: string) => {
    const { out, err, exitCode } = await run(`${line} --yes --at-most 99 -o json`);
    expect(out, err).not.toBe("");
    const document = JSON.parse(out) as CaseDocument;
    expect(violationsOf("case-1", document)).toEqual([]);
    return {
      document,
      exitCode,
      kinds: Object.fromEntries(document.hosts.map(({ name, outcome }) => [name, outcome])),
    };
  };
  const acted = () => connections.flatMap(({ host: name, calls }) => (calls.flat().includes("--yes") ? [name] : []));
  return { host, run, caseOf, connections, acted };
}

describe("keys revoke --on", () => {
  test("locks the whole key out wherever its beginning was found, and names where it could not", async () => {
    const fleet = {
      a1: { sshctl: revoker({ key: whole }) },
      a2: { sshctl: revoker({}) },
      a3: { sshctl: revoker({ key: whole, isProtected: true }) },
      a4: { sshctl: revoker({ key: whole, isStuck: true }) },
      a5: { sshctl: () => "missing" as const },
      a6: { sshctl: revoker({ key: whole }) },
    };
    const { caseOf, acted, connections } = world(fleet);
    const { kinds, exitCode, document } = await caseOf("keys revoke SHA256:bbXp --kill --on a[1-7] --reason stolen");
    expect(exitCode).toBe(5);
    expect(kinds).toEqual({
      a1: "proven",
      a2: "nothing",
      a3: "refused",
      a4: "not-done",
      a5: "not-done",
      a6: "proven",
      a7: "lost",
    });
    expect(acted()).toEqual(["a1", "a4", "a6"]);
    const [deed] = connections.flatMap(({ calls }) => calls.filter((words) => words.includes("--yes")));
    expect(deed?.slice(0, 6)).toEqual(["keys", "revoke", "-o", "json", "--kill", "--yes"]);
    expect(deed?.at(-1)).toBe(whole);
    expect(document.hosts.find(({ name }) => name === "a4")?.message).toContain(`${path}: read-only file system`);
    expect(document.hosts[0]?.items[0]).toMatchObject({
      outcome: "proven",
      message: "locked out of 1 file, 0 sessions ended",
    });
  });

  test("says in the plan where the key stands, alike hosts once", async () => {
    const { run, acted } = world({ a1: { sshctl: revoker({ key: whole }) }, a2: { sshctl: revoker({ key: whole }) } });
    const { out, err, exitCode } = await run(`keys revoke ${whole} --on a[1-2] --dry-run`);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^a\[1-2\] +SHA256:bbXp\S+ +in 1 file$/m);
    expect(out).toMatch(/^ {2}a\[1-2\] +alice {2}\/home\/alice\/\.ssh\/authorized_keys:3$/m);
    expect(err).toContain("Would revoke this key on 2 of 2 hosts.");
    expect(acted()).toEqual([]);
  });

  test.each([
    ["SHA256:bbXp --on a1,b1", {}, 2, "matches several keys"],
    ["laptop --on a1", {}, 6, "the comment of a key is what a user wrote"],
    [`${whole} --on a1 --kill --include-self`, {}, 2, "--include-self does not go with --on"],
    ["--on a1", {}, 2, "keys revoke needs a key"],
    [`${whole} --on a1`, { "/etc/sshctl/protected": "alice\n" }, 6, "a key of alice is protected by line 1"],
    [`${whole} --on a1`, { "/etc/sshctl/protected": `${whole}\n` }, 6, "protected"],
  ])("refuses %s with %o", async (words, texts, code, message) => {
    const fleet = { a1: { sshctl: revoker({ key: whole }) }, b1: { sshctl: revoker({ key: other }) } };
    const { run, acted } = world(fleet, texts);
    const { exitCode, err } = await run(`keys revoke ${words} --yes --at-most 9`);
    expect(err).toContain(message);
    expect(exitCode).toBe(code);
    expect(acted()).toEqual([]);
  });
});

describe("timeout set --on", () => {
  test("stops at the first host that fails, and names what was not tried", async () => {
    const fleet = {
      a1: { sshctl: limiter({ seconds: "900" }) },
      a2: { sshctl: limiter({}) },
      a3: { sshctl: limiter({ isBroken: true }) },
      a4: { sshctl: limiter({}) },
    };
    const { caseOf, acted } = world(fleet);
    const { kinds, exitCode, document } = await caseOf("timeout set 15m --global --on a[1-4] --fanout 1");
    expect({ kinds, exitCode }).toEqual({
      kinds: { a1: "nothing", a2: "proven", a3: "not-done", a4: "not-tried" },
      exitCode: 5,
    });
    expect(acted()).toEqual(["a2", "a3"]);
    expect(document.hosts.find(({ name }) => name === "a3")?.message).toContain("the file system is full");
    expect(await caseOf("timeout set 15m --global --on a[1-2]")).toMatchObject({ exitCode: 0 });
  });

  test("unset takes away what is there, and is content where nothing is", async () => {
    const { caseOf } = world({ a1: { sshctl: limiter({ seconds: "900" }) }, a2: { sshctl: limiter({}) } });
    const { kinds, exitCode } = await caseOf("timeout unset --global --on a[1-2]");
    expect({ kinds, exitCode }).toEqual({ kinds: { a1: "proven", a2: "nothing" }, exitCode: 0 });
  });
});
