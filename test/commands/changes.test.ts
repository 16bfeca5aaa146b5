import { describe, expect, test } from "vitest";
import { ChangeJournal } from "../../src/changes/change-journal.ts";
import { FileTrouble } from "../../src/host/files/file-trouble.ts";
import { parseAct } from "../../src/system/acts/act-record.ts";
import { fakeHost, type FakeHost, type HostSpec } from "../helpers/fake-host.ts";
import { memoryState } from "../helpers/memory-state.ts";
import { sshctl, type World } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";

const ed = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const sha256 = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8";
const aliceFile = "/home/alice/.ssh/authorized_keys";
const bobFile = "/home/bob/.ssh/authorized_keys";
const drop = "/etc/profile.d/sshctl-timeout.sh";
const dropIn = "/etc/ssh/sshd_config.d/00-0-sshctl-timeout.conf";

interface Made {
  host: FakeHost;
  /** What the system log was told. */
  log: string[];
  run: (line: string, world?: World) => ReturnType<typeof sshctl>;
}

function machine(spec: HostSpec = {}): Made {
  const log: string[] = [];
  const feed: FakeHost["feed"] = async (_name, _args, input) => {
    log.push(input);
    return Promise.resolve(0);
  };
  const texts = {
    "/etc/shadow": "bob:$y$x:1::::::\n",
    [aliceFile]: `# mine\n${ed} alice@laptop\n`,
    [bobFile]: `restrict ${ed} b`,
    ...spec.texts,
  };
  const host = fakeHost({ sshd: "", loginUid: 1001, ...spec, texts, machine: { feed, ...spec.machine } });
  return { host, log, run: async (line, world) => sshctl(line.split(" "), { host, ...world }) };
}

/** What an entry of the journal says. */
function recordIn(entry = ""): ReturnType<typeof parseAct> {
  return parseAct(/^MESSAGE=(.*)$/m.exec(entry)?.[1] ?? "");
}

/** Of the changes that are recorded, the oldest first. */
function ids({ host }: Made): string[] {
  return host.state
    .names()
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.replace(".json", ""))
    .toSorted();
}

async function revoked(spec: HostSpec = {}): Promise<Made & { id: string }> {
  const made = machine(spec);
  expect(await made.run(`keys revoke ${sha256} --yes --reason lost`)).toMatchObject({ exitCode: 0 });
  made.log.length = 0;
  return { ...made, id: ids(made)[0] ?? "" };
}

/** Somebody at the terminal, with one answer. */
function asked(answer: boolean): World & { questions: string[] } {
  const questions: string[] = [];
  const confirm = async (question: string) => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  return { questions, width: 120, prompts: { confirm, choose: async () => Promise.resolve(undefined) } };
}

describe("changes", () => {
  test("lists them, the newest first, each with the command that undoes it", async () => {
    const made = await revoked();
    await made.run("timeout set 180 --global");
    const [first = "", second = ""] = ids(made);
    const { exitCode, out, err } = await made.run("changes -o json");
    expect([exitCode, err, violationsOf("changes-1", JSON.parse(out))]).toEqual([0, "", []]);
    expect(JSON.parse(out)).toMatchObject({
      folder: "/var/lib/sshctl/changes",
      changes: [
        {
          id: second,
          state: "done",
          command: "sshctl timeout set 180 --global",
          reason: null,
          files: [
            { path: drop, action: "created" },
            { path: "/etc/zsh/zshrc", action: "changed" },
          ],
          undo: `sshctl undo ${second}`,
        },
        { id: first, reason: "lost", caller: { user: "root", loginUser: "bob" }, undo: `sshctl undo ${first}` },
      ],
      damaged: [],
      older: 0,
    });
  });

  test("shows people what each of them is", async () => {
    const { run, id } = await revoked();
    const { out } = await run("changes --color never", { width: 300 });
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["ID", "WHEN", "BY", "STATE", "COMMAND", "REASON", "FILES", "UNDO"],
      [
        id,
        expect.stringMatching(/^\d\d:\d\d$/),
        "root (logged in as bob)",
        "done",
        `sshctl keys revoke ${sha256}`,
        "lost",
        `${aliceFile} ${bobFile}`,
        `sshctl undo ${id}`,
      ],
      [""],
    ]);
    expect((await run("changes -o wide --color never", { width: 80 })).out).toContain(`sshctl undo ${id}\n`);
    expect((await run("changes -o csv")).out).toMatch(new RegExp(`^[^,]+,${id},.*,done,.*,sshctl undo ${id}\r?$`, "m"));
    const { out: narrow, err } = await run("changes --color never", { width: 80 });
    expect(narrow).toContain(id);
    expect(narrow + err).toContain('"sshctl undo ID" undoes one of them');
    expect(Math.max(...narrow.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("says so where there is none", async () => {
    expect(await machine().run("changes", { width: 80 })).toEqual({
      exitCode: 0,
      out: "no changes are recorded in /var/lib/sshctl/changes\n",
      err: "",
    });
  });

  test("names what cannot be read, and lists the rest", async () => {
    const { host, run, id } = await revoked();
    const bad = "20260101T000000000-zzzz";
    host.state.write(`${bad}.json`, "{");
    const { exitCode, out, err } = await run("changes");
    expect([exitCode, out.includes(id), err]).toEqual([
      0,
      true,
      `sshctl: /var/lib/sshctl/changes/${bad}.json is damaged: that change cannot be listed or undone\n`,
    ]);
    expect(await run(`undo ${bad}`)).toMatchObject({ exitCode: 3, err: expect.stringContaining("is damaged") });
  });

  test.each([
    ["refused", 4],
    ["foreign", 3],
    ["broken", 3],
  ] as const)("ends where the folder is %s", async (kind, exitCode) => {
    const names = () => {
      throw new FileTrouble(kind, "/var/lib/sshctl/changes is out of reach");
    };
    const { run } = machine({ machine: { state: { ...memoryState(), names } } });
    const unread =
      "sshctl: The records of changes in /var/lib/sshctl/changes cannot be read: /var/lib/sshctl/changes is out of reach.";
    expect(await run("changes")).toEqual({ exitCode, out: "", err: `${unread}\n` });
    expect(await run("undo 2026")).toEqual({ exitCode, out: "", err: `${unread} Nothing was done.\n` });
  });

  test("are completed by their ids", async () => {
    const { run, id } = await revoked();
    expect((await run("completion values changes")).out).toBe(
      `${id}\t${`sshctl keys revoke ${sha256}`.slice(0, 60)}\n`,
    );
    await run(`undo ${id} --yes`);
    expect((await run("completion values changes")).out).toBe("");
  });
});

describe("a key that a change has revoked", () => {
  test.each([
    ["by its fingerprint", sha256.slice(0, 20), `keys revoke ${sha256} --yes --delete`],
    ["by its comment", "alice@laptop", `keys revoke ${sha256} --yes --delete`],
    ["with all keys of an account", sha256, "keys revoke --user alice,bob --yes --delete"],
  ])("is told where nobody finds it: %s", async (_, name, line) => {
    const made = machine();
    expect(await made.run(line)).toMatchObject({ exitCode: 0 });
    const [id = ""] = ids(made);
    const { exitCode, err } = await made.run(`keys show ${name}`);
    expect(exitCode).toBe(1);
    expect(err).toContain(`was found in the files that were read.`);
    expect(err).toMatch(
      new RegExp(`It was revoked .* by root \\(logged in as bob\\); to bring it back: "sshctl undo ${id}"`),
    );
    expect((await made.run(`keys revoke ${name} --yes`)).err).toContain(`"sshctl undo ${id}"`);
    expect((await made.run("keys show SHA256:other")).err).not.toContain("revoked");
  });

  test("is not told once that is undone, and an ordinary user is told of the own keys only", async () => {
    const { run, host, id } = await revoked();
    await run(`undo ${id} --yes`);
    host.texts.delete(aliceFile);
    host.texts.delete(bobFile);
    expect((await run(`keys show ${sha256}`)).err).not.toContain("It was revoked");
    const { err } = await machine({ uid: 1000 }).run("keys show SHA256:other");
    expect(err).toContain('"sshctl keys" lists your own keys; only root sees those of other accounts.');
  });
});

describe("a change of which nothing is left", () => {
  test("is superseded where a later one has overwritten its files, and has no way back until that one is undone", async () => {
    const made = machine();
    await made.run("timeout set 180 --global");
    await made.run("timeout set 300 --global");
    const [first = "", second = ""] = ids(made);
    const states = async () =>
      (
        JSON.parse((await made.run("changes -o json")).out).changes as { superseded: boolean; undo: string | null }[]
      ).map(({ superseded, undo }) => [superseded, undo]);
    expect(await states()).toEqual([
      [false, `sshctl undo ${second}`],
      [true, null],
    ]);
    const { out } = await made.run("changes --color never", { width: 200 });
    expect(out).toMatch(new RegExp(`^${first} .*  superseded  `, "m"));
    expect((await made.run("changes -o csv")).out).toContain(",superseded,");
    await made.run(`undo ${second} --yes`);
    expect(await states()).toEqual([
      [false, null],
      [false, `sshctl undo ${first}`],
    ]);
  });

  test("asks for nothing where every file is as it was before", async () => {
    const made = await revoked();
    made.host.texts.set(aliceFile, `# mine\n${ed} alice@laptop\n`);
    made.host.texts.set(bobFile, `restrict ${ed} b`);
    expect(JSON.parse((await made.run("changes -o json")).out).changes).toMatchObject([{ superseded: true }]);
    const person = asked(false);
    const { exitCode, out } = await made.run(`undo ${made.id}`, person);
    expect([exitCode, person.questions]).toEqual([0, []]);
    expect(out).toContain("Every file is already as it was before the change\n");
    expect(JSON.parse((await made.run("changes -o json")).out).changes).toMatchObject([{ state: "undone" }]);
  });

  test("is none while a file cannot be read", async () => {
    const { host, run } = await revoked();
    host.replaceFiles.read = () => {
      throw new FileTrouble("refused", "no");
    };
    expect(JSON.parse((await run("changes -o json")).out).changes).toMatchObject([{ superseded: false }]);
  });
});

describe("an ordinary user", () => {
  test("lists and undoes without the records of locks, which are root's", async () => {
    const made = machine({ uid: 1000 });
    expect(await made.run("timeout set 180 --yes")).toMatchObject({ exitCode: 0 });
    made.host.locks.read = () => {
      throw new FileTrouble("refused", "/var/lib/sshctl belongs to root");
    };
    made.host.locks.names = () => {
      throw new FileTrouble("refused", "/var/lib/sshctl belongs to root");
    };
    const [id = ""] = ids(made);
    expect(await made.run("changes -o json")).toMatchObject({ exitCode: 0, err: "" });
    expect(await made.run(`undo ${id} --yes`)).toMatchObject({ exitCode: 0, err: "" });
  });
});

describe("undo of a revoked key", () => {
  test("removes the copies that hold just what is there again, and names those that differ", async () => {
    const { run, host, id } = await revoked();
    const copies = [...host.texts.keys()].filter((path) => path.includes(".sshctl-"));
    const [differing = "", same = ""] = copies;
    expect(copies).toHaveLength(2);
    host.texts.set(differing, "somebody's\n");
    const { exitCode, out } = await run(`undo ${id} --yes`);
    expect([exitCode, host.texts.has(same), host.texts.get(differing)]).toEqual([0, false, "somebody's\n"]);
    expect(out).toContain(`${differing} stays: it differs from the file\n`);
    expect(out).not.toContain(same);
  });

  test("asks in words of what it opens, and brings the lines back", async () => {
    const { run, host, log, id } = await revoked();
    const opens = `alice@laptop (${sha256}) can log in again as alice, bob`;
    const narrow = asked(false);
    expect((await run(`undo ${id}`, { ...narrow, width: 100 })).err).toContain(`${opens}\n`);
    expect(narrow.questions).toEqual(["Undo this change?"]);
    const person = asked(true);
    const { exitCode, out, err } = await run(`undo ${id} --reason INC-7`, { ...person, width: 200 });
    expect(exitCode).toBe(0);
    expect(person.questions).toEqual([`${opens}. Undo this change?`]);
    expect(err).toContain(`+++ ${aliceFile}\n`);
    expect(err).toContain(`+${ed} alice@laptop\n`);
    // What follows was told by the question.
    expect(out).toBe(`${aliceFile}: as it was before\n${bobFile}: as it was before\n`);
    expect(err).not.toContain(opens);
    expect([host.texts.get(aliceFile), host.texts.get(bobFile)]).toEqual([
      `# mine\n${ed} alice@laptop\n`,
      `restrict ${ed} b`,
    ]);
    expect(log).toHaveLength(1);
    const record = recordIn(log[0]);
    expect(record).toMatchObject({
      act: "undo",
      isDone: true,
      caller: { name: "root", login: { name: "bob" } },
      reason: "INC-7",
      facts: { change: id, command: `sshctl undo ${id}`, key: sha256, files: `${aliceFile}, ${bobFile}` },
    });
    expect(JSON.parse((await run("changes -o json")).out)).toMatchObject({
      changes: [{ id, state: "undone", undo: null, undoneBy: record?.id }],
    });
    expect(await run(`undo ${id}`)).toMatchObject({
      exitCode: 1,
      err: `sshctl: The change ${id} has already been undone. Nothing was done.\n`,
    });
  });

  test("of one account is listed with its account, and only that one is named", async () => {
    const made = machine();
    await made.run(`keys revoke ${sha256} --user bob --yes`);
    const [id = ""] = ids(made);
    expect(JSON.parse((await made.run("changes -o json")).out)).toMatchObject({
      changes: [{ command: `sshctl keys revoke ${sha256} --user bob` }],
    });
    expect((await made.run(`undo ${id} --dry-run`)).out).toContain(`b (${sha256}) can log in again as bob\n`);
  });

  test("tells it in a dry run, and does nothing", async () => {
    const { run, host, log, id } = await revoked();
    host.written.length = 0;
    const { exitCode, out, err } = await run(`undo ${id} -n`);
    expect([exitCode, err, host.written, log]).toEqual([0, "", [], []]);
    expect(out).toContain(`Change ${id}, `);
    expect(out).toContain("; reason: lost\n");
    expect(out).toContain(`+${ed} alice@laptop\n`);
    expect(out).toContain("can log in again as ");
  });

  test.each([
    ["nobody can be asked", undefined],
    ["the answer is no", false],
  ])("does nothing where %s", async (_, answer) => {
    const { run, host, id } = await revoked();
    host.written.length = 0;
    const outcome = await run(`undo ${id}`, answer === undefined ? {} : asked(answer));
    expect([outcome.exitCode, outcome.out, host.written]).toEqual([6, "", []]);
  });

  test("names the file of RevokedKeys that no longer holds it", async () => {
    const list = "/etc/ssh/revoked";
    const { run, host, id } = await revoked({ sshd: `revokedkeys ${list}\n`, texts: { [list]: "# none\n" } });
    expect(host.texts.get(list)).toContain(ed);
    const { out } = await run(`undo ${id} --yes`);
    expect(out).toContain(`(${sha256}) is no longer revoked by ${list}\n`);
    expect(host.texts.get(list)).toBe("# none\n");
  });
});

describe("undo of a limit", () => {
  test.each([
    ["timeout set 180 --global", `The limit TMOUT=180 ends (${drop})`],
    ["timeout set 5m --user alice", "The limit TMOUT=300 ends (/home/alice/.bash_profile)"],
  ])("%s", async (line, told) => {
    const made = machine();
    const before = new Map(made.host.texts);
    await made.run(line);
    const { exitCode, out } = await made.run(`undo ${ids(made)[0] ?? ""} --yes`);
    expect([exitCode, made.host.texts]).toEqual([0, before]);
    expect(out).toContain(`${told}\n`);
  });

  test("that was taken away comes back", async () => {
    const made = machine();
    await made.run("timeout set 180 --global");
    const before = new Map(made.host.texts);
    await made.run("timeout unset --global");
    const { out } = await made.run(`undo ${ids(made)[1] ?? ""} --yes`);
    expect(out).toContain(`The limit TMOUT=180 comes back (${drop})\n`);
    expect(made.host.texts).toEqual(before);
  });

  test("lets sshd read its files again", async () => {
    const ran: string[] = [];
    const made = machine({
      texts: { [dropIn]: "# 2026-11-23: sshctl timeout set 60 --global --via sshd\nChannelTimeout session:shell=60\n" },
      run: async (name, args) => {
        ran.push([name, ...args].join(" "));
        return Promise.resolve(undefined);
      },
    });
    const now = "# 2026-11-24: sshctl timeout set 90 --global --via sshd\nChannelTimeout session:shell=90\n";
    const journal = ChangeJournal.begin(
      { command: "sshctl timeout set 90 --global --via sshd", reason: undefined, activation: "sshd" },
      made.host,
    );
    const before = made.host.texts.get(dropIn);
    journal.intend([{ path: dropIn, owner: { uid: 0, gid: 0 }, before, after: now }]);
    made.host.texts.set(dropIn, now);
    journal.end("done");
    const dry = await made.run(`undo ${journal.id} --dry-run`);
    expect(dry.out).toContain(`The limit ChannelTimeout session:shell=90 ends (${dropIn})\n`);
    expect(dry.out).toContain(`The limit ChannelTimeout session:shell=60 comes back (${dropIn})\n`);
    expect(ran).toEqual([]);
    // An sshd that does not answer does not take it, and all is as it was.
    const failed = await made.run(`undo ${journal.id} --yes`);
    expect([failed.exitCode, failed.out, made.host.texts.get(dropIn)]).toEqual([3, "", now]);
    expect(ran.length).toBeGreaterThan(0);
    expect(JSON.parse((await made.run("changes -o json")).out)).toMatchObject({ changes: [{ state: "done" }] });
  });
});

describe("what was cut off", () => {
  test("before anything was written is listed, and undone without a difference", async () => {
    const made = machine();
    const journal = ChangeJournal.begin(
      { command: "sshctl timeout set 90 --global", reason: undefined, activation: "none" },
      made.host,
    );
    journal.intend([{ path: drop, owner: { uid: 0, gid: 0 }, before: undefined, after: "TMOUT=90\n" }]);
    expect((await made.run("changes", { width: 200 })).out).toContain("  interrupted  ");
    const { exitCode, out } = await made.run(`undo ${journal.id} --yes`);
    expect([exitCode, out]).toEqual([0, "Every file is already as it was before the change\n"]);
    expect((await made.run("changes --color never", { width: 200 })).out).toContain("  undone  ");
  });

  test("in the middle of an undo, and could not be put back, is told, and the next undo finishes it", async () => {
    const { run, host, id } = await revoked();
    const replaceFiles = { ...host.replaceFiles };
    host.replaceFiles.replace = (...args) => {
      if (host.written.includes(bobFile)) throw new FileTrouble("broken", `${args[0]} is full`);
      replaceFiles.replace(...args);
    };
    host.written.length = 0;
    const { exitCode, out, err } = await run(`undo ${id} --yes`);
    expect([exitCode, out, err]).toEqual([
      3,
      "",
      `sshctl: Undoing the change failed partway. ${aliceFile} is full. ${bobFile} is back to its state before the change, and stays so. "sshctl undo ${id}" tries again.\n`,
    ]);
    Object.assign(host.replaceFiles, replaceFiles);
    expect(await run(`undo ${id} --yes`)).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(new RegExp(`^${aliceFile}: as it was before\nalice@laptop `)),
    });
    expect(host.texts.get(bobFile)).toBe(`restrict ${ed} b`);
  });

  test.each([
    ["the state of the record", "write", "the record of the change could not be marked as undone: full"],
    ["the system log", "log", "the system log did not accept the record of this"],
  ])("%s that is not taken is told", async (_, what, message) => {
    const { run, host, id } = await revoked();
    const feed = async () => Promise.resolve(1);
    const machine = { ...host, hands: async () => Promise.resolve({ ...host, feed }) };
    if (what === "write")
      host.state.write = () => {
        throw new FileTrouble("broken", "full");
      };
    const outcome = await (what === "log" ? sshctl(["undo", id, "--yes"], { host: machine }) : run(`undo ${id} --yes`));
    expect([outcome.exitCode, outcome.err]).toEqual([0, `sshctl: ${message}\n`]);
    expect(host.texts.get(bobFile)).toBe(`restrict ${ed} b`);
  });
});

describe("undo is refused", () => {
  test("where another change came later, which is named", async () => {
    const made = machine();
    await made.run("timeout set 180 --global");
    await made.run("timeout set 300 --global");
    const [first = "", second = ""] = ids(made);
    const before = new Map(made.host.texts);
    const { exitCode, out, err } = await made.run(`undo ${first} --yes`);
    expect([exitCode, out, made.host.texts]).toEqual([5, "", before]);
    expect(err).toContain(
      `sshctl: ${drop} has been changed since by root (logged in as bob): sshctl timeout set 300 --global (change ${second})\n`,
    );
    expect(err).toContain(`sshctl: Nothing was done. Undo that first: sshctl undo ${second}\n`);
    for (const id of [second, first]) expect(await made.run(`undo ${id} --yes`)).toMatchObject({ exitCode: 0 });
    expect(made.host.texts.has(drop)).toBe(false);
  });

  test("where a file was edited by hand, and nothing is changed", async () => {
    const { run, host, id } = await revoked();
    host.texts.set(bobFile, "mine\n");
    const before = new Map(host.texts);
    const { exitCode, err } = await run(`undo ${id} --yes`);
    expect([exitCode, host.texts]).toEqual([5, before]);
    expect(err).toContain(
      `${bobFile} has been changed since, but not by a change recorded in /var/lib/sshctl/changes: it belongs to root, and was last written on `,
    );
    expect(err).toContain("Nothing was done. The old contents of the files are kept in /var/lib/sshctl/changes");
  });

  test("where it is edited while the question is open", async () => {
    const { run, host, id } = await revoked();
    const confirm = async () => {
      host.texts.set(bobFile, "mine\n");
      return Promise.resolve(true);
    };
    const prompts = { confirm, choose: async () => Promise.resolve(undefined) };
    expect(await run(`undo ${id}`, { prompts })).toMatchObject({ exitCode: 5, out: "" });
    expect(host.texts.get(aliceFile)).toContain("revoked by");
  });

  test("where the back-up is lost", async () => {
    const { run, host, id } = await revoked();
    host.state.remove(`${id}-1.before`);
    expect(await run(`undo ${id} --yes`)).toMatchObject({
      exitCode: 5,
      err: expect.stringContaining(`the old contents of ${aliceFile} are lost`),
    });
  });

  test.each([
    ["undo", 2, "undo needs the id of a change."],
    ["undo all", 2, '"all" is not the id of a change. Nothing was done. "sshctl changes" lists them.'],
    ["undo 20260101T000000000-aaaa", 1, "There is no change 20260101T000000000-aaaa in /var/lib/sshctl/changes."],
    ["undo 1999", 1, "There is no change 1999"],
    ["undo 2", 2, '"2" is the beginning of 2 ids. Nothing was done. Give more of it'],
    ["undo 2026 2027", 2, "undo takes one id, but 2 were given."],
  ])("%s", async (line, exitCode, message) => {
    const made = machine();
    await made.run("timeout set 180 --global");
    await made.run("timeout set 300 --global");
    const outcome = await made.run(line);
    expect([outcome.exitCode, outcome.out]).toEqual([exitCode, ""]);
    expect(outcome.err).toContain(message);
  });

  test.each([
    ["refused", 4],
    ["foreign", 1],
    ["broken", 3],
    ["busy", 1],
  ] as const)("where a file is %s", async (kind, exitCode) => {
    const unwritable: Record<string, FileTrouble> = {};
    const { run, id } = await revoked({ unwritable });
    unwritable[aliceFile] = new FileTrouble(kind, `${aliceFile} is out of reach`);
    expect(await run(`undo ${id} --yes`)).toMatchObject({
      exitCode,
      out: "",
      err: expect.stringContaining(`${aliceFile} is out of reach. `),
    });
  });
});
