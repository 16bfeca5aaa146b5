/** lock and unlock with --on: hosts whose sshctl locks and unlocks, played by a stand-in for ssh(1). */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { CaseDocument, LockDocument, LocksDocument, UnlockDocument } from "../../src/text/json-contract.ts";
import { actingWorkstation, type ActingHost, type Sshctl } from "../helpers/acting-hosts.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";

const takenAt = "2026-01-01T13:00:00.000Z";
const id = "20260101T120000000-abcd";
const mechanism = { kind: "expiry" as const, pattern: null, paths: null, before: null };

/** A machine with accounts, of which some are locked. */
interface State {
  accounts: readonly string[];
  locked: Map<string, string>;
  sessions?: number;
  /** Whom its own file protects. */
  protected?: readonly string[];
  /** A session that nothing ends. */
  isStubborn?: boolean;
  /** The lock is put on, and does not hold. */
  isOpen?: boolean;
}

const refusal = (code: number, said: string) => ({ code, stderr: `sshctl: ${said}\n` });

function optionOf(args: readonly string[], name: string): string | null {
  const at = args.indexOf(name);
  return at < 0 ? null : (args[at + 1] ?? null);
}

function sshctlOn(state: State): Sshctl {
  return (args) => {
    const [command = ""] = args;
    const user = args.at(-1) ?? "";
    const dryRun = args.includes("--dry-run");
    const reason = optionOf(args, "--reason");
    switch (command) {
      case "locks":
        return { text: JSON.stringify(locksOf(state)) };
      case "lock": {
        if (!state.accounts.includes(user)) return refusal(1, `There is no user ${user}.`);
        if (state.locked.has(user)) return refusal(1, `${user} is locked already (${id}). Nothing was done.`);
        if (state.protected?.includes(user) === true) return refusal(6, `Nothing was done: ${user} is protected.`);
        if (!dryRun) state.locked.set(user, reason ?? "");
        return { text: JSON.stringify(lockOf(user, state, dryRun, reason)), code: dryRun ? 0 : codeOf(state) };
      }
      case "unlock": {
        if (!state.locked.has(user)) return refusal(1, `sshctl has not locked ${user}. Nothing was done.`);
        if (!dryRun) state.locked.delete(user);
        return { text: JSON.stringify(unlockOf(user, dryRun, reason)) };
      }
      default:
        return refusal(2, "that is not understood.");
    }
  };
}

function codeOf({ isStubborn, isOpen }: State): number {
  return isStubborn === true || isOpen === true ? 5 : 0;
}

function recordOf(user: string, reason: string | null) {
  return {
    id,
    user,
    uid: 1000,
    mechanism,
    by: "root",
    reason,
    at: takenAt,
    until: null,
    openUntil: null,
    stopped: [],
    exempt: [],
  };
}

function locksOf({ locked }: State): LocksDocument {
  const record = (user: string, reason: string) => ({
    user,
    uid: 1000,
    state: "in force" as const,
    text: "every SSH server refuses the account",
    record: recordOf(user, reason),
  });
  const locks = [...locked].map(([user, reason]) => record(user, reason));
  return { schema: "sshctl.locks/1", host: "h", takenAt, locks, everyone: null, damaged: [] };
}

function lockOf(user: string, state: State, dryRun: boolean, reason: string | null): LockDocument {
  const sessions = Array.from({ length: state.sessions ?? 0 }, (_, index) => `${String(900 + index)}:1`);
  return {
    schema: "sshctl.lock/1",
    host: "h",
    takenAt,
    dryRun,
    reason,
    kill: true,
    forSeconds: null,
    accounts: [
      {
        id: dryRun ? null : id,
        user,
        uid: 1000,
        mechanism,
        locked: !dryRun,
        until: null,
        openAt: state.isOpen === true && !dryRun ? ["ssh.service"] : [],
        problem: null,
        sessions,
        probes: null,
        exempt: [],
        stops: [],
        unstopped: [],
        stays: [`cron jobs of ${user}`],
        notes: [],
      },
    ],
    everyone: null,
    ended: dryRun ? [] : sessions.map((each) => ({ id: each, pid: 900, outcome: "ended by TERM" })),
    authenticating: null,
    complete: dryRun ? null : state.isStubborn !== true,
  };
}

function unlockOf(user: string, dryRun: boolean, reason: string | null): UnlockDocument {
  return {
    schema: "sshctl.unlock/1",
    host: "h",
    takenAt,
    dryRun,
    accounts: [
      {
        ...recordOf(user, reason),
        outcome: dryRun ? null : "unlocked",
        text: dryRun ? null : "unlocked",
        access: dryRun ? null : "yes",
        notBack: [],
      },
    ],
    everyone: null,
  };
}

function hostWith(change: Partial<State> = {}, ends?: ActingHost["ends"]): ActingHost & { state: State } {
  const state: State = { accounts: ["alice", "bob"], locked: new Map(), ...change };
  return { state, sshctl: sshctlOn(state), ...(ends === undefined ? {} : { ends }) };
}

/** Where a document is spoiled. */
const spots = ["", "host", "accounts", "accounts.0", "accounts.0.user", "accounts.0.stays.0", "complete"] as const;

const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

function spoil(text: string, spot: string, value: unknown): string {
  if (spot === "") return JSON.stringify(value);
  const document: unknown = JSON.parse(text);
  const names = spot.split(".");
  let place: unknown = document;
  for (const name of names.slice(0, -1)) place = Reflect.get(Object(place), name);
  Reflect.set(Object(place), names.at(-1) ?? "", typeof value === "string" ? `\u001b[2J\u202e${value}` : value);
  return JSON.stringify(document);
}

type Fleet = Readonly<Record<string, ActingHost>>;

function world(fleet: Fleet, texts: Readonly<Record<string, string>> = {}) {
  const { host, connections } = actingWorkstation((name) => fleet[name], { "/etc/passwd": "", ...texts });
  const run = async (line: string) => sshctl(line.split(" "), { host });
  const acted = () =>
    connections.flatMap(({ host: name, calls }) =>
      calls.some((words) => words.includes("--yes")) ? [{ name, calls }] : [],
    );
  return { host, run, acted, connections };
}

async function caseOf(run: (line: string) => ReturnType<typeof sshctl>, line: string) {
  const { out, exitCode } = await run(`${line} -o json`);
  const document = JSON.parse(out) as CaseDocument;
  expect(violationsOf("case-1", document)).toEqual([]);
  expect(out).not.toContain("\u001b");
  return { document, exitCode, kinds: Object.fromEntries(document.hosts.map(({ name, outcome }) => [name, outcome])) };
}

const all = "--yes --at-most 99";

describe("lock --on", () => {
  test("locks on every host, and proves it by what each says", async () => {
    const fleet = { web1: hostWith({ sessions: 2 }), web2: hostWith() };
    const { run, acted } = world(fleet);
    const { exitCode, out, err } = await run(`lock alice --on web[1-2] --reason INC-123 ${all}`);
    expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
    expect(out).toMatch(/web1 +alice +locked: every SSH server refuses the account, 2 sessions ended/);
    expect(err).toContain("Done and proven on 2 of 2 hosts");
    for (const { state } of Object.values(fleet)) expect([...state.locked.keys()]).toEqual(["alice"]);
    expect(acted().map(({ name, calls }) => [name, calls.length])).toEqual([
      ["web1", 1],
      ["web2", 1],
    ]);
  });

  test("tells each host the reason, who asked, where, and by which act", async () => {
    const web1 = hostWith();
    const { run } = world(
      { web1 },
      { "/proc/self/status": "Uid:\t0\t0\t0\t0\n", "/etc/passwd": "root:x:0:0::/:/bin/sh\n" },
    );
    const { document } = await caseOf(run, `lock alice --on web1 --reason Bob's-laptop ${all}`);
    expect(web1.state.locked.get("alice")).toBe(
      `Bob's-laptop; asked by root on ${document.callerHost}, ${document.id}`,
    );
  });

  test("asks only what it would do where it is a dry run, alike hosts in one row", async () => {
    const { run, acted } = world({ web1: hostWith({ sessions: 1 }), web2: hostWith({ sessions: 1 }), db: hostWith() });
    const { exitCode, out, err } = await run("lock alice --on web[1-2],db --dry-run");
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^web\[1-2\] +alice +by account expiry; ends 1 session$/m);
    expect(out).toMatch(/^db +alice +by account expiry; no session is open$/m);
    expect(out).toMatch(/^ {2}db,web\[1-2\] +stays: cron jobs of alice$/m);
    expect(err).toContain("Would lock alice and end the sessions on 3 of 3 hosts.");
    expect(acted()).toEqual([]);
  });

  test("does not let an unknown or a protected account keep others open", async () => {
    const fleet = { web1: hostWith({ accounts: ["bob"] }), web2: hostWith({ protected: ["bob"] }) };
    const { run } = world(fleet);
    const { kinds, document, exitCode } = await caseOf(run, `lock alice bob --on web[1-2] ${all}`);
    expect(exitCode).toBe(5);
    expect([...fleet.web1.state.locked.keys()]).toEqual(["bob"]);
    expect([...fleet.web2.state.locked.keys()]).toEqual(["alice"]);
    expect(kinds).toEqual({ web1: "proven", web2: "refused" });
    expect(document.hosts.map(({ items }) => items.map(({ what, outcome }) => [what, outcome]))).toEqual([
      [
        ["bob", "proven"],
        ["alice", "nothing"],
      ],
      [
        ["alice", "proven"],
        ["bob", "refused"],
      ],
    ]);
  });

  test("goes on at failures, and names each host that is not locked", async () => {
    const older = hostWith();
    const fleet: Fleet = {
      a1: hostWith({ isStubborn: true }),
      a2: hostWith({ isOpen: true }),
      a3: { sshctl: () => "missing" },
      a4: { sshctl: (args) => withSchema(older.sshctl(args)) },
      a6: hostWith({ accounts: [] }),
      a7: hostWith({ locked: new Map([["alice", ""]]) }),
      a8: hostWith(),
    };
    const { run, acted } = world(fleet);
    const { kinds, exitCode } = await caseOf(run, `lock alice --on a[1-8] ${all}`);
    expect(exitCode).toBe(5);
    expect(kinds).toEqual({
      a1: "not-done",
      a2: "not-done",
      a3: "not-done",
      a4: "not-done",
      a5: "lost",
      a6: "nothing",
      a7: "nothing",
      a8: "proven",
    });
    expect(acted().map(({ name }) => name)).toEqual(["a1", "a2", "a8"]);
    const { err } = await run(`lock alice --on a[3-5] ${all}`);
    expect(err).toMatch(/^ {2}a3 +NOT LOCKED: sshctl is not installed there$/m);
    expect(err).toMatch(
      /^ {2}a4 +NOT LOCKED: the sshctl there is of another version: 0\.1\.0, it writes sshctl\.lock\/0$/m,
    );
    expect(err).toMatch(/^ {2}a5 +did not answer: connection refused$/m);
  });

  test("takes a time-out for no end: another look decides", async () => {
    const late = { kind: "late" } as const;
    // The host is asked, told, and asked again.
    const decided = hostWith({}, () => undefined);
    const done = hostWith({}, (connection) => {
      if (connection !== 1) return undefined;
      done.state.locked.set("alice", "");
      return late;
    });
    const open = hostWith({}, (connection) => (connection === 1 ? late : undefined));
    const silent = hostWith({}, (connection) => (connection >= 1 ? late : undefined));
    const { run } = world({ decided, done, open, silent });
    const { kinds, exitCode, document } = await caseOf(run, `lock alice --on decided,done,open,silent ${all}`);
    expect(exitCode).toBe(5);
    expect(kinds).toEqual({ decided: "proven", done: "proven", open: "undecided", silent: "undecided" });
    const texts = document.hosts.map(({ message }) => message);
    expect(texts[1]).toBe("done, as another look has shown");
    expect(texts[2]).toContain("it may still be under way there");
    expect(texts[3]).toContain("another look failed");
  });

  test("says that a host that dies between plan and act was lost, with nothing done", async () => {
    const dying = hostWith({}, (connection) => (connection === 0 ? undefined : refused));
    const { run } = world({ dying, web: hostWith() });
    const { kinds, exitCode } = await caseOf(run, `lock alice --on dying,web ${all}`);
    expect({ kinds, exitCode }).toEqual({ kinds: { dying: "lost", web: "proven" }, exitCode: 5 });
  });

  test.each([
    ["lock --on web1 --yes --at-most 9", "lock needs an account", 2],
    ["lock alice --on web1 --everyone", "--everyone does not go with --on", 2],
    ["lock alice --on web1 --group x", "--group does not go with --on", 2],
    ["lock alice --on web1 --yes", "--yes with --on needs --at-most", 2],
    ["lock carol --on web1 --yes --at-most 9", "carol is protected by line 1 of /etc/sshctl/protected", 6],
    ["lock ian --on web1 --yes --at-most 9", "ian is your own account", 6],
    ["lock alice --on web[1-2] --yes --at-most 1", "it concerns 2 hosts, and --at-most allows 1", 6],
  ])("refuses %s", async (line, message, code) => {
    const { run, acted } = world(
      { web1: hostWith(), web2: hostWith() },
      {
        "/proc/self/status": "Uid:\t1000\t1000\t1000\t1000\n",
        "/etc/passwd": "ian:x:1000:1000::/home/ian:/bin/sh\n",
        "/etc/sshctl/protected": "carol\n",
      },
    );
    const { exitCode, err } = await run(line);
    expect(err).toContain(message);
    expect(exitCode).toBe(code);
    expect(acted()).toEqual([]);
  });

  test("quotes what it hands on", async () => {
    const { run, connections } = world({ web1: hostWith() });
    await run(`lock --on web1 ${all} --reason $(reboot);'x --for 2h --ssh-only --no-kill -- -x;`);
    expect(connections[0]?.calls[0]).toEqual([
      "lock",
      "-o",
      "json",
      "--ssh-only",
      "--no-kill",
      "--for",
      "2h",
      "--dry-run",
      "--",
      "-x;",
    ]);
  });
});

describe("lock --on a host without sshctl", () => {
  /** Runs the script as a shell there would, on accounts with their days of expiry. */
  function bareHost(accounts: Readonly<Record<string, number | undefined>>, refusal?: string) {
    const expiry = new Map(Object.entries(accounts));
    const records: string[] = [];
    const answer = (nonce: string, user: string, record: string | undefined): string[] => {
      const day = () => `day${String(expiry.get(user) ?? "")}`;
      const rows = [`expiry\t${nonce}`];
      if (refusal !== undefined) rows.push(`refused\t${refusal}`);
      else if (!expiry.has(user)) rows.push("absent");
      else {
        rows.push(`before\t${day()}`);
        if (record !== undefined) {
          expiry.set(user, 1);
          records.push(record);
          rows.push(`after\t${day()}`);
        }
      }
      return [...rows, `end\t${nonce}`];
    };
    const shell = (script: string) =>
      [...script.matchAll(/^sshctl_expire ([0-9a-f]+) ([\w.-]+) 1(?: '(.*)')? <\/dev\/null$/gm)]
        .flatMap(([, nonce = "", user = "", record]) => answer(nonce, user, record))
        .map((row) => `${row}\n`)
        .join("");
    return { host: { sshctl: () => "missing" as const, shell }, expiry, records };
  }

  test("lets the account expire, calls nothing locked, and tells what was before", async () => {
    const { host, expiry, records } = bareHost({ alice: 20_000, bob: undefined });
    const { run } = world({ bare: host, web: hostWith() });
    const plan = await run("lock alice bob --on bare --dry-run");
    expect(plan.out).toMatch(/^bare +alice +only expiry by chage, unproven: no sshctl there$/m);
    expect(records).toEqual([]);
    const { kinds, exitCode, document } = await caseOf(run, `lock alice bob nosuch --on bare,web ${all} --reason X`);
    expect({ kinds, exitCode }).toEqual({ kinds: { bare: "not-done", web: "proven" }, exitCode: 5 });
    expect([...expiry.values()]).toEqual([1, 1]);
    expect(document.hosts[0]?.items.map(({ message }) => message)).toEqual([
      "expired by chage, which nothing proves: sshctl is not installed there; before, it expired on 2024-10-04 (chage -E 20000 alice)",
      "expired by chage, which nothing proves: sshctl is not installed there; before, it never expired (chage -E -1 bob)",
      "there is no account nosuch",
    ]);
    expect(records[0]).toMatch(/^v="1" act="lock" .*caller_host=".*" reason="X"$/);
    const again = await caseOf(run, `lock alice --on bare ${all}`);
    expect({ kinds: again.kinds, exitCode: again.exitCode }).toEqual({ kinds: { bare: "not-done" }, exitCode: 5 });
  });

  test.each([
    ["root is needed there", "alice"],
    ["uid 0 is never locked", "alice"],
  ])("does nothing where the host refuses: %s", async (why, user) => {
    const { host, records } = bareHost({ alice: undefined }, why);
    const { run } = world({ bare: host });
    const { kinds, document } = await caseOf(run, `lock ${user} --on bare ${all}`);
    expect(kinds).toEqual({ bare: "not-done" });
    expect(document.hosts[0]?.message).toContain(why);
    expect(records).toEqual([]);
  });

  test("sends nothing with --sudo, which runs only what is installed, nor for names that are none", async () => {
    const { host, records } = bareHost({ alice: undefined });
    const { run, connections } = world({ bare: host });
    await run(`lock alice --on bare --sudo ${all}`);
    expect(connections).toHaveLength(1);
    await run(`lock a$b --on bare ${all}`);
    expect([connections.length, records]).toEqual([2, []]);
  });
});

describe("unlock --on", () => {
  test("takes locks off, and leaves hosts without one", async () => {
    const fleet = { web1: hostWith({ locked: new Map([["alice", "INC-1"]]) }), web2: hostWith() };
    const { run } = world(fleet);
    const { kinds, exitCode, document } = await caseOf(run, `unlock alice --on web[1-2] ${all}`);
    expect({ kinds, exitCode }).toEqual({ kinds: { web1: "proven", web2: "nothing" }, exitCode: 0 });
    expect(document.hosts[0]?.items[0]?.message).toBe("unlocked; can log in again");
    expect(fleet.web1.state.locked.size).toBe(0);
  });

  test("stops at the first host that does not succeed", async () => {
    const locked = () => new Map([["alice", ""]]);
    const dying = hostWith({ locked: locked() }, (connection) => (connection === 0 ? undefined : refused));
    const fleet = { web1: dying, web2: hostWith({ locked: locked() }), web3: hostWith({ locked: locked() }) };
    const { run } = world(fleet);
    const { kinds, exitCode, document } = await caseOf(run, `unlock alice --on web[1-3] ${all}`);
    expect({ kinds, exitCode }).toEqual({ kinds: { web1: "lost", web2: "not-tried", web3: "not-tried" }, exitCode: 5 });
    expect(document.again).toContain("--on 'web[1-3]'");
    const again = await caseOf(run, `unlock alice --on web[1-3] ${all} --keep-going`);
    expect(again.kinds).toEqual({ web1: "lost", web2: "proven", web3: "proven" });
  });

  test("says where there is nothing to unlock", async () => {
    const { run } = world({ web1: hostWith() });
    expect(await run(`unlock alice --on web1 ${all}`)).toMatchObject({ exitCode: 1 });
  });
});

describe("what a hostile host says", () => {
  test.prop([fc.jsonValue(), fc.constantFrom("plan", "act"), fc.constantFrom(...spots)], { numRuns: 150 })(
    "is held against the contract, reaches no terminal, and touches no other host",
    async (value, when, spot) => {
      const honest = hostWith();
      const liar = hostWith();
      const spoiled: ActingHost = {
        sshctl: (args) => {
          const told = liar.sshctl(args);
          const isMeant = args.includes(when === "plan" ? "--dry-run" : "--yes");
          return isMeant && told !== "missing" ? { ...told, text: spoil(told.text ?? "", spot, value) } : told;
        },
      };
      const { run, connections } = world({ liar: spoiled, web: honest });
      const { out, err, exitCode } = await run(`lock alice --on liar,web ${all}`);
      expect([0, 5]).toContain(exitCode);
      expect(out + err).not.toMatch(controls);
      expect([...honest.state.locked.keys()]).toEqual(["alice"]);
      // What the liar says of accounts is not handed on, not even to itself.
      for (const { calls } of connections)
        for (const [command, ...words] of calls)
          expect([command, words.at(-1)]).toEqual(command === "locks" ? ["locks", "json"] : ["lock", "alice"]);
    },
  );
});

const refused = {
  kind: "ended" as const,
  stdout: Buffer.alloc(0),
  stderr: "ssh: connect to host web1 port 22: Connection refused\n",
  exitCode: 255,
};

function withSchema(told: ReturnType<Sshctl>): ReturnType<Sshctl> {
  return told === "missing" ? told : { ...told, text: told.text?.replace("sshctl.lock/1", "sshctl.lock/0") ?? "" };
}
