import { describe, expect, test } from "vitest";
import { readChanges } from "../../src/changes/read-changes.ts";
import { FileTrouble } from "../../src/host/files/file-trouble.ts";
import type { UserProgramEnd } from "../../src/host/programs/as-user.ts";
import type { UserFile } from "../../src/host/files/user-files.ts";
import { parseAct } from "../../src/system/acts/act-record.ts";
import { fakeHost, type FakeHost, type HostSpec } from "../helpers/fake-host.ts";
import { fakeSystemd } from "../helpers/fake-systemd.ts";
import { Host } from "../helpers/machine-builder.ts";
import { Dropbear, Sshd } from "../helpers/ssh-servers.ts";
import { memoryState } from "../helpers/memory-state.ts";
import { sshctl, type World } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { session } from "../helpers/sessions.ts";

const ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";
const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Eb";
const third = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ec";
const aliceFile = "/home/alice/.ssh/authorized_keys";
const bobFile = "/home/bob/.ssh/authorized_keys";
const rootFile = "/root/.ssh/authorized_keys";
const note = "# 2026-11-23: revoked by root (logged in as bob) with sshctl";

interface Caller {
  uid: number;
  loginUid?: number;
}

const rootAsBob: Caller = { uid: 0, loginUid: 1001 };

async function revoke(machine: HostSpec, args: string, world: World & { caller?: Caller } = {}) {
  const log: string[] = [];
  const feed: FakeHost["feed"] = async (_name, _args, input) => {
    log.push(/^MESSAGE=(.*)$/m.exec(input)?.[1] ?? "");
    return Promise.resolve(0);
  };
  const host = fakeHost({
    sshd: "",
    ...rootAsBob,
    ...machine,
    ...world.caller,
    texts: { "/etc/shadow": "bob:$y$x:1::::::\n", ...machine.texts },
    machine: { feed, ...machine.machine },
  });
  const words = args === "" ? [] : args.split(" ");
  const outcome = await sshctl(["keys", "revoke", ...words], { host, ...world });
  return { ...outcome, log, text: (path: string) => host.texts.get(path), paths: [...host.texts.keys()] };
}

const both = { texts: { [aliceFile]: `# mine\n${ed} a\n${other} z`, [bobFile]: `restrict ${ed} b\n` } };

async function json(machine: HostSpec, args: string, world: World = {}) {
  const { out, exitCode, paths } = await revoke(machine, `${sha256} --json ${args}`, world);
  const document: unknown = JSON.parse(out);
  expect(violationsOf("revocation-1", document)).toEqual([]);
  return { document, exitCode, copies: paths.filter((path) => path.includes(".sshctl-")) };
}

const auth = {
  method: "publickey",
  key: { type: "ED25519", fingerprint: sha256, comment: undefined, certificate: undefined },
  source: "journal",
  verified: true,
};

describe("revoke", () => {
  test("makes comments of the lines, with a copy and the way back", async () => {
    const { exitCode, out, text, log, paths } = await revoke(both, `${sha256} --yes`);
    expect(exitCode).toBe(0);
    expect(text(aliceFile)).toBe(`# mine\n${note}: ${ed} a\n${other} z`);
    expect(text(bobFile)).toBe(`${note}: restrict ${ed} b\n`);
    const copies = paths.filter((path) => path.includes(".sshctl-"));
    expect(copies.map(text)).toEqual([both.texts[aliceFile], both.texts[bobFile]]);
    expect(out).toContain("alice, bob can put the key back");
    expect(log.map(parseAct)).toMatchObject([{ act: "keys revoke", isDone: true, facts: { key: sha256 } }]);
    expect(out.endsWith(`\nUndo: sshctl undo ${parseAct(log[0] ?? "")?.id ?? ""}\n`)).toBe(true);
  });

  test("takes them away with --delete", async () => {
    const { text } = await revoke(both, `${sha256} --yes --delete`);
    expect([text(aliceFile), text(bobFile)]).toEqual([`# mine\n${other} z`, ""]);
  });

  test("keeps the reason in one line", async () => {
    const host = fakeHost({ sshd: "", ...both });
    await sshctl(["keys", "revoke", sha256, "--yes", "--force", "--reason", `lost\n${other}`], {
      host,
    });
    expect(host.texts.get(aliceFile)?.split("\n")).toHaveLength(3);
    expect(host.texts.get(aliceFile)).toContain(String.raw`lost\nssh-ed25519`);
  });

  test("of one account leaves the others, and RevokedKeys", async () => {
    const machine = { ...both, sshd: "revokedkeys /etc/revoked", texts: { ...both.texts, "/etc/revoked": "" } };
    const { text, out } = await revoke(machine, `${sha256} --yes --user alice`);
    expect([text(bobFile), text("/etc/revoked")]).toEqual([both.texts[bobFile], ""]);
    expect(out).not.toContain(bobFile);
  });

  test("puts it into RevokedKeys first", async () => {
    const machine = { sshd: "revokedkeys /etc/revoked", texts: { ...both.texts, "/etc/revoked": `${other} gone` } };
    const { text, out, exitCode } = await revoke(machine, `${sha256} --yes`);
    expect(exitCode).toBe(0);
    expect(text("/etc/revoked")).toBe(`${other} gone\n${note}\n${ed}\n`);
    expect(out.indexOf("/etc/revoked: changed")).toBe(0);
    expect(out).not.toContain("can put the key back");
  });

  test("shows what it would do", async () => {
    const { exitCode, out, text, log } = await revoke(both, `${sha256} --dry-run`);
    expect([exitCode, text(aliceFile), log]).toEqual([0, both.texts[aliceFile], []]);
    expect(out).toContain(`comment out  ${aliceFile}:2 of alice (a)`);
    expect(out).toContain(`-${ed} a\n+${note}: ${ed} a\n`);
  });

  test("tells programs what it would do", async () => {
    const world = { sessions: [session({ auth }), session({ pid: 9 })] };
    const { document, copies } = await json(both, "--dry-run --user alice", world);
    expect(copies).toEqual([]);
    expect(document).toMatchObject({
      dryRun: true,
      fingerprint: sha256,
      places: [{ user: "alice", path: aliceFile, line: 2, comment: "a" }],
      kept: [{ user: "bob", path: bobFile, line: 1 }],
      files: [{ path: aliceFile, outcome: null, diff: expect.stringContaining(`-${ed} a\n+${note}`) }],
      open: [{ auth: { fingerprint: sha256 } }],
      undo: null,
      ended: null,
    });
  });

  test("tells programs what it has done", async () => {
    const machine = { sshd: "revokedkeys /etc/missing", texts: both.texts };
    const { document, exitCode, copies } = await json(machine, "--yes", { sessions: [session({ auth })] });
    expect(exitCode).toBe(5);
    expect(document).toMatchObject({
      dryRun: false,
      files: [
        {
          path: "/etc/missing",
          kind: "RevokedKeys",
          outcome: "failed",
          problem: expect.stringContaining("is missing"),
        },
        { path: aliceFile, kind: "AuthorizedKeysFile", outcome: "changed", backup: copies[0] },
        { path: bobFile, outcome: "changed", backup: copies[1] },
      ],
      durable: false,
      undo: expect.stringMatching(/^sshctl undo \d{8}T\d{9}-\w{4}$/),
      remaining: [],
      ended: null,
      open: [{ user: "alice" }],
    });
  });

  test("tells which sessions go on", async () => {
    const { out, exitCode } = await revoke(both, `${sha256} --yes`, {
      sessions: [session({ auth }), session({ pid: 9 })],
    });
    expect([exitCode, out]).toEqual([
      0,
      expect.stringContaining(
        "1 session of the key stays open. To end every session of the key:\n  sshctl kill-all --key SHA256:",
      ),
    ]);
  });
});

describe("nothing is done", () => {
  const untouched = async (machine: HostSpec, args: string, world?: World & { caller?: Caller }) => {
    const outcome = await revoke(machine, args, world);
    expect(outcome.paths.filter((path) => path.includes(".sshctl-"))).toEqual([]);
    expect(outcome.log).toEqual([]);
    return outcome;
  };

  test.each([
    ["", 2, "keys revoke needs a key."],
    ["laptop", 1, 'No key with the comment "laptop" was found'],
    ["--yes", 2, "--user NAME for all keys of an account"],
    ["SHA256: --yes", 2, '"SHA256:" is not a key.'],
    ["--user nobody-here --yes", 1, "There is no user nobody-here."],
    ["--user carol --yes", 1, "No key was found in the files of carol."],
    [`${sha256} --yes --kil`, 2, "Did you mean --kill?"],
    ["SHA256:zzz --yes", 1, "was found in the files that were read"],
    [sha256, 6, "nobody can be asked"],
  ])("for %j", async (args, exitCode, message) => {
    expect(await untouched(both, args)).toMatchObject({ exitCode, out: "", err: expect.stringContaining(message) });
  });

  test("after a no", async () => {
    const prompts = { confirm: async () => Promise.resolve(false), choose: async () => Promise.resolve(undefined) };
    expect(await untouched(both, sha256, { prompts })).toMatchObject({ exitCode: 6, out: "" });
  });

  test.each<[string, HostSpec, Caller, string]>([
    ["root", { texts: { [rootFile]: `${ed} r` } }, rootAsBob, "for root"],
    ["the caller", { texts: { [aliceFile]: ed } }, { uid: 0, loginUid: 1000 }, "for you"],
    ["a user", { uid: 1000, texts: { [aliceFile]: ed } }, { uid: 1000, loginUid: 4_294_967_295 }, "for you"],
    [
      "root, whose password does not log in",
      { texts: { [rootFile]: ed, "/etc/shadow": "root:$y$x:::::::" } },
      rootAsBob,
      "for root",
    ],
    [
      "root, whose other key sshd ignores",
      { texts: { [rootFile]: `${ed}\npermitopen="localhost" ${other}` } },
      rootAsBob,
      "for root",
    ],
    [
      "root, who has an authority beside it",
      { texts: { [rootFile]: `${ed}\ncert-authority ${other}` } },
      rootAsBob,
      "for root",
    ],
    [
      "root, who needs a command for the other",
      { texts: { [rootFile]: `command="x" ${ed}\n${other}` }, sshd: "permitrootlogin forced-commands-only" },
      rootAsBob,
      "for root",
    ],
    [
      "root, whose other key has expired",
      { texts: { [rootFile]: `${ed}\nexpiry-time="20200101" ${other}` } },
      rootAsBob,
      "for root",
    ],
  ])("where it is the last way in for %s", async (_, machine, caller, whose) => {
    const { exitCode, err } = await untouched(machine, `${sha256} --yes`, { caller });
    expect([exitCode, err]).toEqual([6, expect.stringContaining(`the last way in ${whose}`)]);
    const plan = await untouched(machine, `${sha256} --dry-run`, { caller });
    expect(plan).toMatchObject({ exitCode: 6, err: expect.stringContaining("the last way in") });
    expect(plan.out).toMatch(/^ {2}comment out {2}\/.*authorized_keys:1 of /m);
    expect(await revoke(machine, `${sha256} --yes --force`, { caller })).toMatchObject({ exitCode: 0 });
  });

  test.each<[string, HostSpec]>([
    ["another key", { texts: { [rootFile]: `${ed}\n${other}` } }],
    ["a password", { texts: { [rootFile]: ed, "/etc/shadow": "root:$y$x:::::::" }, sshd: "permitrootlogin yes" }],
    ["no login at all", { texts: { [rootFile]: ed }, sshd: "permitrootlogin no" }],
    ["no way before", { texts: { [rootFile]: `expiry-time="20200101" ${ed}` } }],
  ])("is no matter where root has %s", async (_, machine) => {
    expect(await revoke(machine, `${sha256} --yes`)).toMatchObject({ exitCode: 0 });
  });
});

describe("by a comment", () => {
  const answers = (answer: boolean) => {
    const questions: string[] = [];
    const confirm = async (question: string) => {
      questions.push(question);
      return Promise.resolve(answer);
    };
    return { questions, prompts: { confirm, choose: async () => Promise.resolve(undefined) } };
  };

  test("every place of the key goes, whatever its comment there", async () => {
    const { questions, prompts } = answers(true);
    const { exitCode, text, err } = await revoke(both, "a", { prompts });
    expect([exitCode, questions]).toEqual([0, ["Revoke this key?"]]);
    expect(err).toContain(`${sha256} (ED25519)\n`);
    expect(text(aliceFile)).toContain(`${note}: ${ed} a\n`);
    expect(text(bobFile)).toBe(`${note}: restrict ${ed} b\n`);
  });

  test("not without a look at it: users choose comments", async () => {
    const { exitCode, err, text } = await revoke(both, "a --yes");
    expect([exitCode, text(aliceFile)]).toEqual([6, both.texts[aliceFile]]);
    expect(err).toContain(`Give its fingerprint: "sshctl keys revoke ${sha256}".\n`);
  });

  test("that several keys have, none is taken", async () => {
    const machine = { texts: { [aliceFile]: `${ed} a\n${other} a\n` } };
    const { exitCode, err, text } = await revoke(machine, "a", answers(true));
    expect([exitCode, text(aliceFile)]).toEqual([2, machine.texts[aliceFile]]);
    expect(err).toContain("matches several keys");
  });

  describe("all keys of an account", () => {
    const erinFile = "/home/erin/.ssh/authorized_keys";
    const texts = {
      [erinFile]: `${ed} erin@laptop\n${other} erin@desk\n`,
      [bobFile]: `restrict ${ed} e\n`,
      [aliceFile]: `${third} alice\n`,
    };

    test("go wherever they stand, in one change and with one question", async () => {
      const state = memoryState();
      const { questions, prompts } = answers(true);
      const machine = { texts, machine: { state } };
      const { exitCode, text, log, err, out } = await revoke(machine, "--user erin --reason left", { prompts });
      expect([exitCode, questions]).toEqual([0, ["Revoke these 2 keys?"]]);
      expect(text(erinFile)).toBe(`${note}, left: ${ed} erin@laptop\n${note}, left: ${other} erin@desk\n`);
      expect(text(bobFile)).toBe(`${note}, left: restrict ${ed} e\n`);
      expect(text(aliceFile)).toBe(texts[aliceFile]);
      expect(err.match(/^SHA256:\S+ \(ED25519\)$/gm)).toHaveLength(2);
      const { changes } = readChanges(state);
      expect(changes).toMatchObject([
        { command: "sshctl keys revoke --user erin", files: [{ path: bobFile }, { path: erinFile }] },
      ]);
      const records = log.map(parseAct);
      expect(records).toMatchObject([{ id: changes[0]?.id, facts: { key: expect.stringContaining(`${sha256} `) } }]);
      expect(out.endsWith(`Undo: sshctl undo ${changes[0]?.id ?? ""}\n`)).toBe(true);
    });

    test("are added to RevokedKeys", async () => {
      const machine = { sshd: "revokedkeys /etc/revoked", texts: { ...texts, "/etc/revoked": `${other} gone\n` } };
      const { text } = await revoke(machine, "--user erin", answers(true));
      expect(text("/etc/revoked")).toBe(`${other} gone\n${note}\n${ed}\n`);
    });

    test("are told to programs, each with its places", async () => {
      const { out } = await revoke({ texts }, "--user erin --json --dry-run");
      const document: unknown = JSON.parse(out);
      expect(violationsOf("revocation-1", document)).toEqual([]);
      expect(document).toMatchObject({
        fingerprint: null,
        keys: [{ fingerprint: sha256 }, { keyType: "ssh-ed25519" }],
        places: [
          { user: "bob", fingerprint: sha256 },
          { user: "erin", fingerprint: sha256 },
          { user: "erin", line: 2 },
        ],
      });
    });

    test("are told first to be all, in every account", async () => {
      const { err } = await revoke({ texts }, "--user erin", { ...answers(false), width: 200 });
      expect(err).toMatch(/^All 2 keys that stand in the files of erin, wherever they stand: in 2 accounts \(/m);
      const one = { ...texts, [erinFile]: `${ed} e\n` };
      expect((await revoke({ texts: one }, "--user erin --dry-run", { width: 200 })).out).toMatch(
        /^The only key that stands in the files of erin, wherever it stands: in 2 accounts \(bob, erin\)\n/,
      );
    });

    test("go without a question only where no other account has them: erin may have added a key of bob's", async () => {
      const refused = await revoke({ texts }, "--user erin --yes");
      expect([refused.exitCode, refused.text(erinFile)]).toEqual([6, texts[erinFile]]);
      expect(refused.err).toContain("some of these keys are also in files of bob. erin may have added keys of others");
      const own = { texts: { ...texts, [bobFile]: "" } };
      const { exitCode, text } = await revoke(own, "--user erin --yes --delete");
      expect([exitCode, text(erinFile)]).toEqual([0, ""]);
    });

    test("are found beyond what is read of large files", async () => {
      const machine = { texts: { ...texts, [bobFile]: `${"junk\n".repeat(150_000)}${ed} e\n${other} e\n` } };
      const { exitCode, text } = await revoke(machine, "--user erin", answers(true));
      expect(exitCode).toBe(0);
      expect(text(bobFile)?.endsWith(`${note}: ${ed} e\n${note}: ${other} e\n`)).toBe(true);
    });

    test("of a user who runs it are the own ones", async () => {
      const caller = { uid: 1004, loginUid: 1004 };
      const { exitCode, text } = await revoke({ ...caller, texts }, "--user erin --yes --force", { caller });
      expect([exitCode, text(bobFile)]).toEqual([0, texts[bobFile]]);
      expect(await revoke({ ...caller, texts }, "--user bob --yes", { caller })).toMatchObject({ exitCode: 4 });
    });
  });
});

describe("the change is recorded", () => {
  test("once for all files, with what they held", async () => {
    const state = memoryState();
    const { out } = await revoke({ ...both, machine: { state } }, `${sha256} --yes --json --delete --reason lost`);
    const { changes } = readChanges(state);
    expect(changes).toMatchObject([
      {
        state: "done",
        command: `sshctl keys revoke ${sha256} --delete`,
        reason: "lost",
        caller: { uid: 0, name: "root" },
        files: [{ path: aliceFile }, { path: bobFile }],
      },
    ]);
    expect(JSON.parse(out)).toMatchObject({ change: changes[0]?.id });
    const backups = changes[0]?.files.map(({ before }) => state.read(before?.backup ?? "", 1000));
    expect(backups).toEqual(Object.values(both.texts));
  });

  test("without files that could not be changed", async () => {
    const state = memoryState();
    const unwritable = { [aliceFile]: new FileTrouble("refused", "odd") };
    await revoke({ ...both, machine: { state }, unwritable }, `${sha256} --yes`);
    expect(readChanges(state).changes).toMatchObject([{ files: [{ path: bobFile }] }]);
    expect([...state.texts]).toHaveLength(2);
  });

  test("and where that is impossible nothing is changed", async () => {
    const state = memoryState();
    state.write = () => {
      throw new FileTrouble("broken", "/var/lib/sshctl/changes is on a file system that is mounted read-only");
    };
    const { exitCode, err, out, text, log } = await revoke({ ...both, machine: { state } }, `${sha256} --yes`);
    expect([exitCode, out, text(aliceFile), log]).toEqual([3, "", both.texts[aliceFile], []]);
    expect(err).toContain("The change cannot be recorded in /var/lib/sshctl/changes: ");
  });

  test("not at all where nothing is changed", async () => {
    const state = memoryState();
    await revoke({ ...both, machine: { state } }, `${sha256} --dry-run`);
    await revoke({ ...both, machine: { state }, troubles: { [aliceFile]: odd, [bobFile]: odd } }, `${sha256} --yes`);
    expect([...state.texts]).toEqual([]);
  });
});

const odd = new FileTrouble("foreign", "odd");

describe("what cannot be done is said", () => {
  test.each([
    ["refused" as const, 4],
    ["foreign" as const, 5],
    ["busy" as const, 5],
  ])("%s", async (kind, exitCode) => {
    const troubles = { [aliceFile]: new FileTrouble(kind, `${aliceFile} is odd`) };
    const outcome = await revoke({ texts: { [aliceFile]: ed }, troubles }, `${sha256} --yes`);
    expect(outcome).toMatchObject({
      exitCode,
      out: expect.stringContaining("NOT CHANGED"),
      err: expect.stringContaining("is still in"),
    });
  });

  test("and the others are changed all the same", async () => {
    const troubles = { [aliceFile]: new FileTrouble("foreign", "odd") };
    const { exitCode, text } = await revoke({ ...both, troubles }, `${sha256} --yes`);
    expect([exitCode, text(bobFile)]).toEqual([5, expect.stringContaining(note)]);
  });

  const hidden = `${"junk\n".repeat(150_000)}${ed} a\n`;

  test("behind more than the inventory reads, the key is found", async () => {
    const { exitCode, text, out } = await revoke({ texts: { [aliceFile]: hidden } }, `${sha256} --yes`);
    expect([exitCode, text(aliceFile)?.endsWith(`${note}: ${ed} a\n`)]).toEqual([0, true]);
    expect(out).toContain(`${aliceFile}: changed`);
  });

  test("what the inventory has read of a large file is not read again", async () => {
    const texts = { [aliceFile]: hidden };
    const { userFiles } = fakeHost({ texts });
    const beginnings: (number | undefined)[] = [];
    const open: typeof userFiles.open = (path, owner, isOutOfReach, fromByte) => {
      beginnings.push(fromByte);
      return userFiles.open(path, owner, isOutOfReach, fromByte);
    };
    await revoke({ texts, machine: { userFiles: { ...userFiles, open } } }, `${sha256} --dry-run`);
    expect(beginnings).toEqual(["junk\n".length * 100_000]);
  });

  test("a line that sshd ignores goes, too", async () => {
    const { exitCode, text } = await revoke({ texts: { [aliceFile]: `tunnel="x" ${ed} a\n` } }, `${sha256} --yes`);
    expect([exitCode, text(aliceFile)]).toEqual([0, `${note}: tunnel="x" ${ed} a\n`]);
  });

  const lease: UserFile = { kind: "unreadable", problem: "a lease", isRefusedToAll: false };
  const fifo: UserFile = { kind: "unreadable", problem: "no regular file", isRefusedToAll: true };
  const far: UserFile = { kind: "out-of-reach", path: "/home/alice" };

  test.each<[string, UserFile, number]>([
    ["is held by a lease", lease, 5],
    ["is on a network file system", far, 5],
    ["is closed to sshd, too", fifo, 0],
  ])("where another file %s", async (_, file, code) => {
    const machine = { texts: { [bobFile]: `${ed} b\n` }, odd: { [aliceFile]: file } };
    const { exitCode, err, out } = await revoke(machine, `${sha256} --yes --json`);
    expect([exitCode, err.match(/so the key may be there/g)?.length]).toEqual([code, code === 5 ? 2 : undefined]);
    const document = JSON.parse(out) as { unread: object[] };
    expect(violationsOf("revocation-1", document)).toEqual([]);
    expect(document.unread).toHaveLength(code === 5 ? 1 : 0);
    expect(err.includes("RevokedKeys in sshd_config names")).toBe(code === 5);
  });

  test("of one account, files of others do not matter", async () => {
    const machine = { texts: { [bobFile]: `${ed} b\n` }, odd: { [aliceFile]: lease } };
    expect(await revoke(machine, `${sha256} --yes --user bob`)).toMatchObject({ exitCode: 0 });
  });

  describe("a key that no file holds, where one was not read", () => {
    const machine = {
      odd: { [aliceFile]: lease },
      sshd: "authorizedkeyscommand /bin/keys %u\nrevokedkeys /etc/revoked",
      texts: { "/etc/revoked": "" },
    };

    test("is not said to be unknown, nor to be locked out", async () => {
      const { exitCode, err, out, text, log } = await revoke(machine, `${sha256} --yes`);
      expect([exitCode, out, text("/etc/revoked")]).toEqual([5, "", ""]);
      expect(err).toContain(`no key ${sha256} was found in the files that were read, so no file will be changed`);
      expect(err.match(/authorized_keys, of alice, was not read, so the key may be there/g)).toHaveLength(2);
      expect(err).toContain("AuthorizedKeysCommand /bin/keys %u, which was not asked: only the fingerprint");
      expect(err).toContain("to keep it out, add it to /etc/revoked (RevokedKeys), and reload sshd");
      expect(log.map(parseAct)).toMatchObject([{ act: "keys revoke", isDone: false, facts: { key: sha256 } }]);
    });

    test("is shown as that, and asked about only where sessions are to end", async () => {
      const world = { sessions: [session({ auth })] };
      const { exitCode, out } = await revoke(machine, `${sha256} --dry-run --kill`, world);
      expect([exitCode, out]).toEqual([5, expect.stringMatching(/not found {4}in no file that was read\n {2}end /)]);
      expect(await revoke(machine, `${sha256} --kill`, world)).toMatchObject({ exitCode: 6 });
      expect(await revoke(machine, sha256, world)).toMatchObject({
        exitCode: 5,
        out: expect.stringContaining(`sshctl kill-all --key ${sha256}\n`),
      });
    });

    test("is told to programs", async () => {
      const { document, exitCode } = await json(machine, "--yes", { sessions: [session({ auth })] });
      expect(exitCode).toBe(5);
      const known = { fingerprint: sha256, keyType: null, keys: [], files: [], durable: false, undo: null };
      expect(document).toMatchObject({ ...known, unread: [{ path: aliceFile }], open: [{}] });
    });

    test.each(["SHA256:bbXp", "a@laptop", "--user alice"])("%s does not tell which key is meant", async (words) => {
      const { exitCode, err } = await revoke(machine, `${words} --yes --kill`);
      expect(exitCode).toBe(5);
      expect(err).toContain(`It may be in a file that was not read: ${aliceFile} of alice.`);
      expect(err).toContain("Nothing was done.");
      expect(err).toContain("Give the whole SHA256 fingerprint of a key to end its sessions");
    });
  });

  describe("AuthorizedKeysCommand", () => {
    const sshd = "authorizedkeyscommand /bin/keys %u\nauthorizedkeyscommanduser bob";

    /** What it prints for each account, and as whom and how it was run. */
    async function asking(
      answer: (account: string) => UserProgramEnd,
      settings = sshd,
      args = "",
      machine: Partial<HostSpec["machine"]> = {},
    ) {
      const ran: string[] = [];
      const runAsUser: HostSpec["runAsUser"] = async ({ uid }, command) => {
        ran.push(`${String(uid)}: ${command.join(" ")}`);
        return Promise.resolve(answer(command[1] ?? ""));
      };
      const spec = { ...both, sshd: settings, runAsUser, machine };
      return { ...(await revoke(spec, `${sha256} --yes ${args}`.trim())), ran };
    }

    const prints = (stdout: string): UserProgramEnd => ({ kind: "ended", stdout });

    test("is asked as sshd asks it, for the accounts of the key first", async () => {
      const { exitCode, ran, err } = await asking(() => prints(`# none\n${other} x\n`));
      expect([exitCode, err]).toEqual([0, expect.not.stringContaining("may still come")]);
      expect(ran.slice(0, 2)).toEqual(["1001: /bin/keys alice", "1001: /bin/keys bob"]);
      expect(ran).toContain("1001: /bin/keys root");
    });

    test("that supplies the key is named, with how to lock it out", async () => {
      const { exitCode, err } = await asking((account) => prints(account === "carol" ? `restrict ${ed} c\n` : ""));
      expect(exitCode).toBe(5);
      expect(err).toContain("AuthorizedKeysCommand /bin/keys %u supplies the key for carol: it can still log in\n");
      expect(err).toContain(
        "to keep it out, add it to a file that RevokedKeys in sshd_config names, and reload sshd\n",
      );
    });

    test("is told to programs", async () => {
      const { out } = await asking((account) => prints(account === "carol" ? ed : ""), sshd, "--json");
      const document: unknown = JSON.parse(out);
      expect(violationsOf("revocation-1", document)).toEqual([]);
      expect(document).toMatchObject({ commands: [{ command: "/bin/keys %u", users: ["carol"], problem: null }] });
    });

    test("is asked for the accounts of --user alone", async () => {
      const { ran } = await asking(() => prints(""), sshd, "--user alice");
      expect(ran).toEqual(["1001: /bin/keys alice"]);
    });

    test("is not asked where RevokedKeys keeps the key out", async () => {
      const machine = {
        ...both,
        sshd: `${sshd}\nrevokedkeys /etc/revoked`,
        texts: { ...both.texts, "/etc/revoked": "" },
      };
      const { exitCode, err } = await revoke(machine, `${sha256} --yes`);
      expect([exitCode, err]).toEqual([
        0,
        expect.stringContaining("AuthorizedKeysCommand /bin/keys %u, but RevokedKeys keeps it out\n"),
      ]);
    });

    test.each<[string, UserProgramEnd, string, string]>([
      ["is late", { kind: "late" }, sshd, "it did not answer within 5 s"],
      ["prints too much", { kind: "too-much" }, sshd, "it printed more than 1 MiB"],
      [
        "cannot be run",
        { kind: "problem", problem: "there is no setpriv" },
        sshd,
        "could not be run: there is no setpriv",
      ],
      ["has no user", prints(""), "authorizedkeyscommand /bin/keys", "AuthorizedKeysCommandUser is not set"],
      [
        "has a user that nobody knows",
        prints(""),
        "authorizedkeyscommand /bin/keys\nauthorizedkeyscommanduser zoe",
        "there is no user zoe",
      ],
      [
        "is told of the connection",
        prints(""),
        "authorizedkeyscommand /bin/keys %u %C\nauthorizedkeyscommanduser bob",
        "it takes words that only a connection gives",
      ],
    ])("that %s may still supply it, and nothing else is claimed", async (_, answer, settings, why) => {
      const { exitCode, err, ran } = await asking(() => answer, settings);
      expect(exitCode).toBe(5);
      expect(err).toMatch(/the key may still come from AuthorizedKeysCommand \/bin\/keys.*, which was not asked: /);
      expect(err).toContain(why);
      expect(ran.length > 0).toBe(answer.kind !== "ended");
    });

    test("that another user could change is not run", async () => {
      const hooks = {
        findFault: () => "/bin/keys can be written by others than root",
        run: async () => Promise.reject(new Error("run")),
      };
      const { exitCode, err, ran } = await asking(() => prints(""), sshd, "", { hooks });
      expect([exitCode, ran]).toEqual([5, []]);
      expect(err).toContain("it is not run: /bin/keys can be written by others than root");
    });
  });

  test("RevokedKeys that is missing is not made", async () => {
    const { exitCode, out, text } = await revoke({ ...both, sshd: "revokedkeys /etc/revoked" }, `${sha256} --yes`);
    expect([exitCode, text("/etc/revoked")]).toEqual([5, undefined]);
    expect(out).toContain("is missing, and sshd refuses every key");
  });
});

describe("whom root protects", () => {
  test.each([
    [`${sha256}\n`, sha256, "the key SHA256:"],
    ["bob\n", "bob", "of bob is protected by line 1 of /etc/sshctl/protected"],
  ])("by %j keeps the key", async (protects, lifted, message) => {
    const machine = { texts: { ...both.texts, "/etc/sshctl/protected": protects } };
    const refused = await revoke(machine, `${sha256} --yes`);
    expect(refused).toMatchObject({ exitCode: 6, err: expect.stringContaining(message), log: [] });
    expect(refused.text(bobFile)).toBe(both.texts[bobFile]);
    const { exitCode, log } = await revoke(machine, `${sha256} --yes --even-protected ${lifted}`);
    expect(exitCode).toBe(0);
    expect(log.map(parseAct)).toMatchObject([{ facts: { even_protected: lifted } }]);
  });
});

describe("setting up RevokedKeys", () => {
  const keysFile = "/etc/ssh/sshctl_revoked_keys";
  const dropIn = "/etc/ssh/sshd_config.d/00-0-sshctl-revoked-keys.conf";
  const include = "Include /etc/ssh/sshd_config.d/*.conf\n";

  interface SshdWorld {
    config?: string;
    isDeaf?: boolean;
    isByHand?: boolean;
    hasDropbear?: boolean;
    isBroken?: boolean;
    uid?: number;
    texts?: Record<string, string>;
  }

  /** An sshd that believes the drop-in, unless it is deaf, and what was run. */
  async function settingUp(args: string, world: SshdWorld = {}) {
    const kernel = new Host();
    const mainPid = Sshd.daemon(kernel, "10.0").parent?.pid ?? 0;
    if (world.hasDropbear === true) void new Dropbear(kernel, { becomesUser: false });
    const ran: string[] = [];
    const host = fakeHost({
      ...rootAsBob,
      ...(world.uid === undefined ? {} : { uid: world.uid }),
      kernel: kernel.files(),
      machine: { banners: { read: async () => Promise.resolve("SSH-2.0-OpenSSH_10.0") } },
      texts: {
        "/etc/ssh/sshd_config": world.config ?? include,
        "/etc/shadow": "bob:$y$x:1::::::\n",
        ...both.texts,
        ...world.texts,
      },
      run: async (path, given) => {
        const name = path.slice(path.lastIndexOf("/") + 1);
        ran.push([name, given[0] ?? ""].join(" "));
        const told = fakeSystemd({ mainPid: world.isByHand === true ? 0 : mainPid }, name, given);
        const named = world.isDeaf === true ? undefined : /^RevokedKeys (.*)$/m.exec(host.texts.get(dropIn) ?? "")?.[1];
        const settings = `authorizedkeysfile .ssh/authorized_keys\nrevokedkeys ${named ?? "none"}\n`;
        if (told !== undefined) return Promise.resolve(told);
        if (name === "sshd" && given[0] === "-t" && world.isBroken === true)
          return Promise.resolve({ stdout: "", stderr: "Bad configuration option", exitCode: 255 });
        return Promise.resolve(
          name === "sshd" || name === "systemctl" ? { stdout: settings, stderr: "", exitCode: 0 } : undefined,
        );
      },
    });
    const outcome = await sshctl(["keys", "revoke", ...args.split(" ")], { host });
    return { ...outcome, ran, host, text: (path: string) => host.texts.get(path) };
  }

  test("is one change, which undo takes back but for a file without keys", async () => {
    const { exitCode, out, text, host, ran } = await settingUp(`${sha256} --yes --revoked-keys`);
    expect([exitCode, out.includes("taken out, not locked")]).toEqual([0, false]);
    expect(text(dropIn)).toContain(`\nRevokedKeys ${keysFile}\n`);
    expect(text(keysFile)).toContain(`${note}\n${ed}\n`);
    expect(text(aliceFile)).toContain(`${note}: ${ed} a\n`);
    expect(ran.indexOf("sshd -t")).toBeLessThan(ran.indexOf("systemctl reload"));
    const [change] = readChanges(host.state).changes;
    expect(change).toMatchObject({ state: "done", activation: "sshd" });
    expect(change?.files.map(({ path }) => path)).toEqual([keysFile, dropIn, aliceFile, bobFile]);
    expect(change?.command).toContain("--revoked-keys");
    expect(await sshctl(["undo", change?.id ?? "", "--yes"], { host })).toMatchObject({ exitCode: 0 });
    expect([text(dropIn), text(aliceFile)]).toEqual([undefined, both.texts[aliceFile]]);
    expect(text(keysFile)).toMatch(/^# .*\n$/);
  });

  test("is offered where it is not, and to root alone", async () => {
    const offered = await settingUp(`${sha256} --dry-run`);
    expect(offered.out).toContain("taken out, not locked: no RevokedKeys is set up; --revoked-keys sets it up");
    const done = await settingUp(`${sha256} --yes`);
    expect(done.out.replaceAll(/\s+/g, " ")).toContain(
      "taken out, not locked: alice, bob can put the key back, and the next run of a configuration manager may undo it; only RevokedKeys in sshd's configuration keeps it out for good, and --revoked-keys sets it up",
    );
    expect((await settingUp(`${sha256} --dry-run --user alice`)).out).not.toContain("--revoked-keys");
  });

  test("is told before it is done", async () => {
    const { exitCode, out, host } = await settingUp(`${sha256} --dry-run --revoked-keys`);
    expect(exitCode).toBe(0);
    expect(out).toContain(`set up       ${dropIn}`);
    expect(out).toContain(`+RevokedKeys ${keysFile}`);
    expect(host.written).toEqual([]);
    const json = await settingUp(`${sha256} --dry-run --revoked-keys -o json`);
    expect(violationsOf("revocation-1", JSON.parse(json.out))).toEqual([]);
  });

  test("is put back where a server does not say so afterwards, and the lines go", async () => {
    const { exitCode, out, text } = await settingUp(`${sha256} --yes --revoked-keys`, { isDeaf: true });
    expect([exitCode, text(dropIn)]).toEqual([5, undefined]);
    expect(out.replaceAll(/\s+/g, " ")).toContain("RevokedKeys is not set up, and sshd is as it was");
    expect(out).toContain("taken out, not locked");
    expect(text(keysFile)).toMatch(/^# .*\n$/);
    expect(text(aliceFile)).toContain(`${note}: ${ed} a\n`);
  });

  test("keeps what stands in the file already, if sshd can read it", async () => {
    const kept = await settingUp(`${sha256} --yes --revoked-keys`, { texts: { [keysFile]: `${third}\n` } });
    expect([kept.exitCode, kept.text(keysFile)]).toEqual([0, `${third}\n${note}\n${ed}\n`]);
    const bad = await settingUp(`${sha256} --yes --revoked-keys`, { texts: { [keysFile]: "no key\n" } });
    expect([bad.exitCode, bad.text(keysFile), bad.text(dropIn)]).toEqual([5, "no key\n", undefined]);
    expect(bad.ran).not.toContain("systemctl reload");
  });

  test.each<[string, string, SshdWorld, number, string]>([
    ["without an Include", "", { config: "" }, 1, "does not include"],
    ["below a Match", "", { config: `Match User x\n${include}` }, 1, "does not include"],
    [
      "beside one for some users",
      "",
      { config: `${include}Match User x\nRevokedKeys /etc/x\n` },
      1,
      "RevokedKeys of its own for some users (/etc/ssh/sshd_config:3)",
    ],
    ["of a daemon that was started by hand", "", { isByHand: true }, 1, "was started by hand"],
    ["beside a dropbear", "", { hasDropbear: true }, 1, "is no OpenSSH server"],
    ["of a configuration that is broken", "", { isBroken: true }, 3, "sshd refuses its configuration"],
    ["where others keep the key", " --user alice", {}, 6, "bob would keep it"],
    ["by an ordinary user", "", { uid: 1000 }, 4, "Only root can set up RevokedKeys"],
  ])("%s is refused, and nothing is done", async (_, more, world, code, message) => {
    const { exitCode, err, host } = await settingUp(`${sha256} --yes --revoked-keys${more}`, world);
    expect(exitCode).toBe(code);
    expect(err).toContain(message);
    expect(host.written).toEqual([]);
  });

  test("goes into the file that is there", async () => {
    const machine = { ...both, sshd: "revokedkeys /etc/revoked", texts: { ...both.texts, "/etc/revoked": "" } };
    const { exitCode, err, text } = await revoke(machine, `${sha256} --yes --revoked-keys`);
    expect(exitCode).toBe(0);
    expect(err).toContain("RevokedKeys is set up already: the key goes into /etc/revoked");
    expect([text("/etc/revoked"), text(dropIn)]).toEqual([`${note}\n${ed}\n`, undefined]);
  });
});
