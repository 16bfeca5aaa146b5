import { describe, expect, test } from "vitest";
import { keys } from "../../src/features/keys/keys.ts";
import { severities } from "../../src/features/keys/inventory/findings.ts";
import { now } from "../helpers/machine-builder.ts";
import { fakeHost, type HostSpec } from "../helpers/fake-host.ts";
import { sshctl, type World } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { session } from "../helpers/sessions.ts";

const ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";
const md5 = "MD5:cf:07:be:9d:68:ae:65:54:6d:a0:93:c3:6f:bd:0d:82";
const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Eb";

/** An RSA key of so many bits. */
function rsa(bits: number): string {
  const field = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.alloc(bits / 8, 0xff)]);
  return `ssh-rsa ${Buffer.concat([Buffer.from("ssh-rsa"), Buffer.from([1, 0, 1]), modulus].map(field)).toString("base64")}`;
}

interface KeysJson {
  keys: {
    user: string;
    path: string;
    line: number;
    state: string;
    problem: string | null;
    fingerprint: string;
    comment: string | null;
    logins: { verified: number; unverified: number; last: { at: string; verified: boolean } | null };
    sessions: { pid: number; verified: boolean }[];
    findings: string[];
  }[];
  left: number;
  findings: { id: string; severity: string; user: string; line: number | null; reason: string; remedy: string }[];
  warnings: { code: string }[];
}

async function keysJson(machine: HostSpec, args: readonly string[] = [], world: World = {}) {
  const outcome = await sshctl(["keys", ...args, "-o", "json"], { host: fakeHost({ sshd: "", ...machine }), ...world });
  const json = JSON.parse(outcome.out) as KeysJson;
  expect(violationsOf("keys-1", json)).toEqual([]);
  return { ...outcome, json };
}

const aliceFile = "/home/alice/.ssh/authorized_keys";
const bobFile = "/home/bob/.ssh/authorized_keys";
const rootFile = "/root/.ssh/authorized_keys";

function login(user: string, fingerprint: string, daysAgo: number, verified = true) {
  const key = { type: "ED25519", fingerprint, certificate: undefined };
  const peer = { address: "10.0.0.7", port: 5000 };
  const message = { outcome: "accepted" as const, method: "publickey", user, peer, key };
  return { message, timeMs: now - daysAgo * 86_400_000, verified };
}

describe("the inventory", () => {
  test("lists every key of every account, with its place", async () => {
    const { json, err, exitCode } = await keysJson({
      texts: { [aliceFile]: `# mine\n\n${ed} laptop\nrubbish\n`, [bobFile]: `restrict ${other} b\u001b[2J` },
    });
    expect(exitCode).toBe(0);
    expect(json.keys.map(({ user, path, line, state, comment }) => [user, path, line, state, comment])).toEqual([
      ["alice", aliceFile, 3, "accepted", "laptop"],
      ["bob", bobFile, 1, "accepted", "b\u001b[2J"],
    ]);
    expect(json.keys[0]?.fingerprint).toBe(sha256);
    expect(json.findings).toMatchObject([{ id: "broken-line", user: "alice", line: 4 }]);
    expect(err).toContain("1 line without a key");
  });

  test.each([
    ["several files", "authorizedkeysfile .ssh/authorized_keys /etc/keys/%u%%%U", { "/etc/keys/alice%1000": ed }, 1],
    ["%h", "authorizedkeysfile %h/k", { "/home/alice/k": ed }, 1],
    ["none", "authorizedkeysfile none", { [aliceFile]: ed }, 0],
    ["one file for all", "AuthorizedKeysFile /etc/keys", { "/etc/keys": ed }, 9],
  ])("reads what sshd reads: %s", async (_, sshd, texts, count) => {
    expect((await keysJson({ sshd, texts })).json.keys).toHaveLength(count);
  });

  test("asks sshd again only for accounts that a Match may mean", async () => {
    const asked: string[] = [];
    const { json } = await keysJson({
      texts: {
        "/etc/ssh/sshd_config":
          "Match User b*\n  AuthorizedKeysFile /etc/keys/%u\nMatch Group wheel\n  PermitRootLogin no\n",
        "/etc/keys/bob": ed,
        [aliceFile]: ed,
        [bobFile]: other,
      },
      sshd: (user) => {
        asked.push(user);
        return user === "bob" ? "authorizedkeysfile /etc/keys/%u" : "";
      },
    });
    expect(asked).toEqual(["", "alice", "bob"]);
    expect(json.keys.map(({ user, path }) => [user, path])).toEqual([
      ["alice", aliceFile],
      ["bob", "/etc/keys/bob"],
    ]);
  });

  test("says what files cannot tell", async () => {
    const { json } = await keysJson({
      sshd: "authorizedkeyscommand /bin/keys\ntrustedusercakeys /etc/ca.pub\nrevokedkeys /etc/gone",
      texts: { [aliceFile]: ed, "/etc/nsswitch.conf": "passwd: files sss # x\n" },
    });
    expect(json.warnings.map(({ code }) => code)).toEqual([
      "unlisted-accounts",
      "keys-command",
      "trusted-authorities",
      "revoked-keys-missing",
    ]);
    expect(json.keys[0]?.state).toBe("revoked");
  });

  test("tells of files that it did not read", async () => {
    const { json, err } = await keysJson({
      odd: {
        [aliceFile]: { kind: "unreadable", problem: "it is not a regular file", isRefusedToAll: true },
        [bobFile]: { kind: "out-of-reach", path: "/home/bob" },
      },
    });
    expect(json.findings).toMatchObject([{ id: "unread-file", user: "alice" }]);
    expect(json.warnings).toMatchObject([{ code: "network-homes" }]);
    expect(err).toContain("it is not a regular file");
    expect(err).toContain("--network-homes");
  });
});

describe("bounds", () => {
  const junk = "junk\n";

  test("junk is counted, and only its first lines are told one by one", async () => {
    const { json, err } = await keysJson({ texts: { [aliceFile]: `${junk.repeat(5000)}${ed} a\n` } });
    expect(json.keys.map(({ line }) => line)).toEqual([5001]);
    expect(json.findings.filter(({ id }) => id === "broken-line")).toHaveLength(21);
    expect(json.findings).toContainEqual(
      expect.objectContaining({ id: "broken-line", line: null, reason: "sshd skips 4980 more lines" }),
    );
    expect(err).toContain("5000 lines without a key");
  });

  test.each([
    [
      "many lines",
      `${ed} a\n${junk.repeat(200_000)}${other} b\n`,
      "from line 100001 on are not known: it has more than 100,000",
    ],
    ["long ones", `${ed} a\n${`${"x".repeat(1000)}\n`.repeat(9000)}${other} b\n`, "it is larger than 8 MiB"],
  ])("of %s, the beginning is read, and that is said", async (_, text, reason) => {
    const { json, err } = await keysJson({ texts: { [aliceFile]: text } });
    expect(json.keys.map(({ line }) => line)).toEqual([1]);
    expect(json.findings).toContainEqual(
      expect.objectContaining({ id: "unread-file", severity: "medium", reason: expect.stringContaining(reason) }),
    );
    expect(err).toContain(reason);
  });

  test("a terminal gets a thousand rows, everything else gets all", async () => {
    const host = fakeHost({ sshd: "", texts: { [aliceFile]: `${ed} a\n`.repeat(1500) } });
    const rowsOf = async (world: World, ...args: string[]) => {
      const { out, err } = await sshctl(["keys", ...args], { host, ...world });
      return [out.split("\n").filter((row) => row.includes("SHA256:")).length, err.includes("and 500 more keys")];
    };
    expect(await rowsOf({ width: 120 })).toEqual([1000, true]);
    expect(await rowsOf({ width: 120 }, "-o", "wide")).toEqual([1000, true]);
    expect(await rowsOf({})).toEqual([1500, false]);
    expect(await rowsOf({ width: 120 }, "-o", "csv")).toEqual([1500, false]);
    const findings = await sshctl(["keys", "--findings"], { host, width: 120 });
    expect(findings.err).not.toContain("more findings");
  });
});

describe("lines that sshd ignores", () => {
  test("are keys with a state and a reason", async () => {
    const { json } = await keysJson({ texts: { [aliceFile]: `permitopen="localhost" ${ed} a\n${other} b\n` } });
    expect(json.keys).toMatchObject([
      { line: 1, state: "options", problem: "permitopen names no host and port", findings: ["broken-line"] },
      { line: 2, state: "accepted", problem: null },
    ]);
  });

  test.each([
    ["yes", "accepted accepted"],
    ["prohibit-password", "accepted accepted"],
    ["forced-commands-only", "root accepted"],
    ["no", "root root"],
  ])("of root, with PermitRootLogin %s", async (setting, states) => {
    const text = `${ed} a\ncommand="x" ${other} b\n`;
    const { json } = await keysJson({ texts: { [rootFile]: text }, sshd: `permitrootlogin ${setting}` });
    expect(json.keys.map(({ state }) => state).join(" ")).toBe(states);
  });

  test.each<[string, Partial<HostSpec>]>([
    ["an empty line that ends with a carriage return", { texts: { "/etc/revoked": `${other}\r\n\r\n` } }],
    ["a sentence", { texts: { "/etc/revoked": "nothing is revoked here" } }],
    ["a damaged list", { texts: { "/etc/revoked": "SSHKRL\n\0\0" } }],
    ["nothing", {}],
    [
      "a folder",
      { odd: { "/etc/revoked": { kind: "unreadable", problem: "it is not a regular file", isRefusedToAll: true } } },
    ],
  ])("where RevokedKeys is %s, are all", async (_, { texts, odd }) => {
    const machine = { texts: { [aliceFile]: `${ed} a`, ...texts }, sshd: "revokedkeys /etc/revoked" };
    const { json, err } = await keysJson(odd === undefined ? machine : { ...machine, odd });
    expect(json.keys.map(({ state }) => state)).toEqual(["revoked"]);
    expect(json.findings).toMatchObject([{ id: "revoked-keys-unusable", severity: "high", path: "/etc/revoked" }]);
    expect(json.warnings.map(({ code }) => code)).toContain("revoked-keys-missing");
    expect(err).toContain("sshd refuses every key");
  });

  test("RevokedKeys that only root can read is not known to a user", async () => {
    const { json } = await keysJson({
      uid: 1000,
      texts: { [aliceFile]: `${ed} a` },
      sshd: "revokedkeys /etc/revoked",
      odd: { "/etc/revoked": { kind: "unreadable", problem: "permission denied", isRefusedToAll: true } },
    });
    expect(json.keys.map(({ state }) => state)).toEqual(["accepted"]);
    expect(json.warnings.map(({ code }) => code)).toContain("revoked-keys-unread");
  });
});

describe("who may see what", () => {
  test("everybody the own keys", async () => {
    const { json, err } = await keysJson({ uid: 1000, texts: { [aliceFile]: ed, [bobFile]: other } });
    expect(json.keys.map(({ user }) => user)).toEqual(["alice"]);
    expect(err).toContain("without root, only your own keys");
  });

  test("root everybody's", async () => {
    const refused = await sshctl(["keys", "-u", "bob"], { host: fakeHost({ uid: 1000 }) });
    expect(refused).toMatchObject({ exitCode: 4, out: "", err: expect.stringContaining("Run it with sudo.") });
  });

  test("nobody those of nobody", async () => {
    expect(await sshctl(["keys", "-u", "zoe"], { host: fakeHost() })).toMatchObject({ exitCode: 1, out: "" });
  });
});

describe("use", () => {
  const texts = { [aliceFile]: `${ed} a\n`, [bobFile]: `${ed} b\n${other} c\n` };

  test("is told by key and account", async () => {
    const { json } = await keysJson({
      texts,
      logins: [
        login("alice", sha256, 3),
        login("alice", md5, 2),
        login("bob", sha256, 9, false),
        login("carol", sha256, 1),
      ],
    });
    expect(json.keys.map(({ logins }) => [logins.verified, logins.unverified, logins.last?.verified])).toEqual([
      [2, 0, true],
      [0, 1, false],
      [0, 0, undefined],
    ]);
  });

  test("includes open sessions", async () => {
    const auth = (verified: boolean) => ({
      method: "publickey",
      key: { type: "ED25519", fingerprint: sha256, comment: undefined, certificate: undefined },
      source: "journal",
      verified,
    });
    const sessions = [
      session({ pid: 11, auth: auth(true) }),
      session({ pid: 12, auth: auth(false) }),
      session({ pid: 13 }),
    ];
    const { json } = await keysJson({ texts }, [], { sessions });
    expect(json.keys.map((key) => key.sessions.map(({ pid, verified }) => [pid, verified]))).toEqual([
      [
        [11, true],
        [12, false],
      ],
      [],
      [],
    ]);
  });

  test.each([
    ["logs reach back", 100, [], ["a", "b", "c"], 0],
    ["logs do not reach back", 10, [], [], 3],
    ["one was used", 100, [login("alice", sha256, 5)], ["b", "c"], 0],
    ["one was used before", 100, [login("alice", sha256, 95)], ["a", "b", "c"], 0],
    ["one was perhaps used", 100, [login("alice", sha256, 5, false)], ["b", "c"], 1],
  ])("--unused, where %s", async (_, days, logins, comments, left) => {
    const { json, err } = await keysJson({ texts, logins, journalSinceMs: now - days * 86_400_000 }, [
      "--unused",
      "90d",
    ]);
    expect(json.keys.map(({ comment }) => comment)).toEqual(comments);
    expect(json.left).toBe(left);
    expect(err.includes("left out")).toBe(left > 0);
    for (const key of json.keys) expect(key.findings).toContain("unused");
  });
});

describe("findings", () => {
  const idsOf = async (machine: HostSpec) =>
    (await keysJson(machine)).json.findings.map(({ id, severity }) => `${severity} ${id}`);

  test.each<[string, HostSpec, string[]]>([
    ["nothing", { texts: { [aliceFile]: `${ed} c` } }, []],
    ["a short key", { texts: { [aliceFile]: `${rsa(1536)} c` } }, ["high weak-rsa"]],
    [
      "a key that is too short for sshd",
      { texts: { [aliceFile]: `${rsa(768)} c` } },
      ["low weak-rsa", "low not-taken"],
    ],
    ["a key that could be longer", { texts: { [aliceFile]: `${rsa(2048)} c` } }, ["info rsa-below-3072"]],
    ["a long key", { texts: { [aliceFile]: `${rsa(3072)} c` } }, []],
    ["a shared key", { texts: { [aliceFile]: `${ed} c`, [bobFile]: `${ed} c` } }, ["medium shared", "medium shared"]],
    ["root's", { texts: { [rootFile]: `${ed} c` } }, ["medium root-unrestricted"]],
    ["root's, restricted", { texts: { [rootFile]: `from="10.0.0.1" ${ed} c` } }, []],
    ["root's, who may not log in", { texts: { [rootFile]: `${ed} c` }, sshd: "permitrootlogin no" }, ["low not-taken"]],
    ["no comment", { texts: { [aliceFile]: ed } }, ["info no-comment"]],
    ["an expired one", { texts: { [aliceFile]: `expiry-time="20200101Z" ${ed} c` } }, ["low expired"]],
    ["one that expires", { texts: { [aliceFile]: `expiry-time="20261201Z" ${ed} c` } }, ["low expires-soon"]],
    ["one that expires in years", { texts: { [aliceFile]: `expiry-time="20301201Z" ${ed} c` } }, []],
    [
      "a file that others can change",
      { texts: { [aliceFile]: `${ed} c` }, rights: { "/home/alice/.ssh": { mode: 0o40777 } } },
      ["medium untrusted-file"],
    ],
    [
      "the same without StrictModes",
      { texts: { [aliceFile]: `${ed} c` }, rights: { [aliceFile]: { uid: 7 } }, sshd: "strictmodes no" },
      ["high untrusted-file"],
    ],
    [
      "what is above the home does not count",
      { texts: { [aliceFile]: `${ed} c` }, rights: { "/home": { mode: 0o40777 } } },
      [],
    ],
    [
      "a revoked one",
      { texts: { [aliceFile]: `${ed} c`, "/etc/revoked": `${ed} gone\n` }, sshd: "revokedkeys /etc/revoked" },
      ["low revoked-listed"],
    ],
    ["an unknown type", { texts: { [aliceFile]: `ssh-x AAAABXNzaC14 c` } }, ["low not-taken"]],
    [
      "a type that is off",
      { texts: { [aliceFile]: `${ed} c` }, sshd: "pubkeyacceptedalgorithms rsa-sha2-512" },
      ["low not-taken"],
    ],
  ])("%s", async (_, machine, expected) => {
    expect(await idsOf(machine)).toEqual(expected);
  });

  test.each(severities)("--fail-on %s", async (severity) => {
    const host = fakeHost({ sshd: "", texts: { [aliceFile]: `${rsa(2048)} c` } });
    const { exitCode, out } = await sshctl(["keys", "--findings", "--fail-on", severity], { host: host });
    expect(exitCode).toBe(severity === "info" ? 1 : 0);
    expect(out).toContain("rsa-below-3072");
  });

  test("tell once what several lines have in common, and the worst first in a row", async () => {
    const key = rsa(1536);
    const host = () => fakeHost({ sshd: "", texts: { [aliceFile]: key, [bobFile]: key } });
    const { out } = await sshctl(["keys", "--findings"], { host: host(), width: 100 });
    expect(out.match(/shared {2}(?:alice|bob)/g)).toHaveLength(2);
    expect(out.match(/opens 2 accounts/g)).toHaveLength(1);
    const table = await sshctl(["keys", "-o", "wide"], { host: host() });
    expect(table.out.split("\n")[1]).toMatch(/ weak-rsa shared no-comment$/);
  });

  test("say what to do", async () => {
    const host = fakeHost({ sshd: "", texts: { [rootFile]: ed } });
    const { out } = await sshctl(["keys", "--findings"], { host: host });
    expect(out.split("\n")[0]).toContain("medium");
    expect(out).toContain("log in as another user and use sudo");
  });
});

test.each(["list", "ls"])("keys %s is keys", async (word) => {
  const world = () => ({ host: fakeHost({ sshd: "", texts: { [aliceFile]: `${ed} laptop` } }) });
  const told = await sshctl(["keys", "--columns", "user,comment"], world());
  expect(told.out).toContain("laptop");
  expect(await sshctl(["keys", word, "--columns", "user,comment"], world())).toEqual(told);
  expect(await sshctl(["--columns", "user,comment", "keys", word], world())).toEqual(told);
  expect((await sshctl(["keys", word, "surplus"], world())).exitCode).toBe(2);
});

describe("output", () => {
  const keysHost = () => fakeHost({ sshd: "", texts: { [aliceFile]: `${ed} =cmd\u001b[2J` } });

  describe("in columns that are chosen, and sorted by them", () => {
    const used = () =>
      fakeHost({
        texts: { [aliceFile]: `${ed} laptop`, [bobFile]: `${other} b\n${rsa(1024)} c`, [rootFile]: `${rsa(2048)} d` },
        logins: [login("alice", sha256, 5), login("bob", sha256Other, 1)],
      });
    const sha256Other = "SHA256:Iiu/qfJpaSn/2cpVlEEBsqJD3KuRxz5TKh7ApCOrTf4";

    test.each([
      ["comment", "", "d laptop b c"],
      ["comment", "user", "laptop b c d"],
      ["comment", "-user,-line", "d c b laptop"],
      ["comment", "bits", "laptop b c d"],
      ["comment,bits", "-bits", "d,2048 c,1024 laptop,256 b,256"],
      ["user,last", "-last", "bob,2026-11-22T09:00:00.000Z alice,2026-11-18T09:00:00.000Z root, bob,"],
      ["user,from", "last,comment", "alice,10.0.0.7 bob,10.0.0.7 bob, root,"],
      ["comment", "-findings", "c d laptop b"],
    ])("--columns %s --sort %s", async (columns, sort, rows) => {
      const args = ["keys", "-ocsv", "--no-headers", "--columns", columns, ...(sort === "" ? [] : ["--sort", sort])];
      const { out, exitCode } = await sshctl(args, { host: used() });
      expect([out.trimEnd().replaceAll("\n", " "), exitCode]).toEqual([rows, 0]);
    });

    test("JSON has them in that order", async () => {
      const { out } = await sshctl(["keys", "-ojson", "--sort=-bits"], { host: used() });
      expect((JSON.parse(out) as KeysJson).keys.map(({ comment }) => comment)).toEqual(["d", "c", "laptop", "b"]);
    });

    test("none of them is left out on a narrow terminal", async () => {
      const args = ["keys", "--color", "never", "--columns", "user,last,logins,from,bits,file"];
      const { out } = await sshctl(args, { host: used(), width: 50 });
      expect(out).toMatch(/^USER +LAST +LOGINS +FROM +BITS +FILE$/m);
      expect(out).not.toContain("too narrow");
    });
  });

  test("a table, wide, and CSV", async () => {
    for (const format of ["table", "wide", "csv"]) {
      const { out } = await sshctl(["keys", "-o", format], { host: keysHost() });
      expect(out).toContain(sha256);
      expect(out).not.toMatch(/[^\n\x20-\x7e]/);
    }
    expect((await sshctl(["keys", "-ocsv"], { host: keysHost() })).out).toContain(`'=cmd`);
    expect((await sshctl(["keys", "--no-headers"], { host: keysHost() })).out.split("\n")).toHaveLength(2);
    expect((await sshctl(["keys"], { host: fakeHost(), width: 80 })).out).toBe("no keys\n");
  });

  test.each([
    [["keys", "--usr", "x"], "Did you mean --user?"],
    [["keys", "shwo"], 'Did you mean "sshctl keys show"?'],
    [["keys", "alice"], 'Did you mean "sshctl keys --user alice"?'],
    [["keys", "undo", "SHA256:x"], 'keys has no command "undo". Did you mean "sshctl changes", then "sshctl undo ID"?'],
    [["keys", "unrevoke", "x"], 'Did you mean "sshctl changes", then "sshctl undo ID"?'],
    [["unrevoke", "x"], 'Did you mean "sshctl undo"?'],
    [["timeout", "show", "alice"], 'Did you mean "sshctl timeout show --user alice"?'],
    [[""], '"" is not a command.'],
    [["keys", "--unused", "soon"], "30m"],
    [["keys", "--fail-on", "bad"], "info, low, medium, high"],
    [["keys", "-q"], "keys has no option -q: it belongs to list."],
    [["keys", "--columns", "usr"], "Allowed: host, user, uid, type"],
    [
      ["keys", "--columns", "user", "-ojson"],
      "-o json has no columns to choose. --columns goes with -o table, wide, csv.",
    ],
    [["keys", "--findings", "--sort", "user"], "--columns and --sort apply to keys, but --findings shows no keys."],
    [["keys", "show"], "keys show needs a key."],
    [["keys", "show", "MD5:"], '"MD5:" is not a key.'],
    [["keys", "show", "SHA256:a", "b"], "keys show takes one key, not 2."],
  ])("%j is not understood", async (args, message) => {
    expect(await sshctl(args)).toMatchObject({ exitCode: 2, out: "", err: expect.stringContaining(message) });
  });

  test.each([
    ["keys", "--help"],
    ["help", "keys"],
  ])("%s %s names its commands", async (...args) => {
    const { out, exitCode } = await sshctl(args, { width: 120 });
    expect(exitCode).toBe(0);
    for (const { name, summary } of keys.commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
    expect(out).toContain("--unused TIME");
    expect(out.split("\n").filter((line) => line.length > 120)).toEqual([]);
  });
});

describe("one key", () => {
  const texts = { [aliceFile]: `restrict ${ed} a\n${other} z`, [bobFile]: `${ed} b` };

  test("is told with all its places", async () => {
    const keysHost = fakeHost({ sshd: "", texts, logins: [login("bob", sha256, 1)] });
    const { out, exitCode } = await sshctl(["keys", "show", sha256.slice(0, 12)], { host: keysHost });
    expect(exitCode).toBe(0);
    for (const part of [sha256, md5, `${aliceFile}:1`, `${bobFile}:1`, "restrict", "10.0.0.7"])
      expect(out).toContain(part);
  });

  test("by its MD5 fingerprint, of one account, in JSON", async () => {
    const { json } = await keysJson({ texts }, ["show", md5, "--user", "bob"]);
    expect(json.keys.map(({ user }) => user)).toEqual(["bob"]);
    expect(json.keys[0]?.findings).toContain("shared");
  });

  test("must be one, and there", async () => {
    const keysHost = () => fakeHost({ sshd: "", texts });
    const commanded = fakeHost({ texts, sshd: "authorizedkeyscommand /bin/keys" });
    expect(await sshctl(["keys", "show", "SHA256:zzz"], { host: commanded })).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("AuthorizedKeysCommand /bin/keys may supply it: to lock it out"),
    });
    expect(await sshctl(["keys", "show", "SHA256:zzz"], { host: keysHost() })).toMatchObject({
      exitCode: 1,
      out: "",
    });
    expect(await sshctl(["keys", "show", "elsewhere"], { host: keysHost() })).toMatchObject({
      exitCode: 1,
      out: "",
      err: expect.stringContaining('No key with the comment "elsewhere"'),
    });
  });

  test("by its comment, where no other key has the same", async () => {
    const { out, exitCode } = await sshctl(["keys", "show", "a"], { host: fakeHost({ sshd: "", texts }) });
    expect([exitCode, out]).toEqual([0, expect.stringContaining(sha256)]);
    const twice = fakeHost({ sshd: "", texts: { [aliceFile]: `${ed} laptop\n${other} laptop` } });
    const { err, ...outcome } = await sshctl(["keys", "show", "laptop"], { host: twice });
    expect(outcome).toEqual({ exitCode: 2, out: "" });
    expect(err).toContain('"laptop" matches several keys: SHA256:');
    expect(err).toContain(sha256);
  });
});

describe("keys show of a key that several accounts have", () => {
  const texts = { [aliceFile]: `${ed} a`, [bobFile]: `${ed} a`, "/etc/revoked": `${ed}\n` };
  const shown = async (sshd: string) =>
    (await sshctl(["keys", "show", sha256], { host: fakeHost({ sshd, texts }) })).out;

  test("says first that RevokedKeys refuses it", async () => {
    const [, , first = ""] = (await shown("revokedkeys /etc/revoked")).split("\n");
    expect(first).toMatch(/^ {2}REVOKED +sshd refuses this key \(RevokedKeys\), in whatever file it stands$/);
    expect(await shown("")).not.toContain("REVOKED");
  });

  test("says once what is wrong everywhere", async () => {
    expect((await shown("")).match(/shared: /g)).toHaveLength(1);
  });
});
