import { describe, expect, test } from "vitest";
import { timeout } from "../../src/features/timeout/timeout.ts";
import { readChanges } from "../../src/changes/read-changes.ts";
import { FileTrouble } from "../../src/host/files/file-trouble.ts";
import type { Machine } from "../../src/host/host.ts";
import { parseAct } from "../../src/system/acts/act-record.ts";
import { memoryState } from "../helpers/memory-state.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { violationsOf } from "../helpers/schemas.ts";
import { fakeHost, type HostSpec } from "../helpers/fake-host.ts";

/** Runs one command line after the other against one machine; answers the last outcome. */
async function onMachine(machine: HostSpec, ...lines: (string | readonly string[])[]) {
  const host = fakeHost(machine);
  let outcome = { exitCode: 0, out: "", err: "" };
  for (const line of lines) {
    host.written.length = 0;
    const args = typeof line === "string" ? line.split(" ") : line;
    outcome = await sshctl(["timeout", ...args], { host: host });
  }
  return { ...outcome, host, text: (path: string) => host.texts.get(path) };
}

const alice = { uid: 1000 };

const undoLine = /\nUndo: sshctl undo \d{8}T\d{9}-\w{4}\n$/;

describe("the group", () => {
  test.each([[["timeout"]], [["timeout", "--help"]], [["help", "timeout"]]])("%j lists its commands", async (args) => {
    const { exitCode, out, err } = await sshctl(args);
    expect([exitCode, err]).toEqual([0, ""]);
    for (const { name, summary } of timeout.commands) expect(out).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
  });

  test.each(timeout.commands.map(({ name, summary }) => [name, summary]))("%s has a help", async (name, summary) => {
    const { exitCode, out } = await sshctl([...name.split(" "), "--help"]);
    expect(exitCode).toBe(0);
    expect(out.split("\n")[0]).toMatch(`sshctl ${name}`);
    expect(out).toContain(summary);
    expect(await sshctl(["help", ...name.split(" ")])).toMatchObject({ out });
    expect(out.split("\n").filter((line) => line.length > 120)).toEqual([]);
  });

  test.each([
    [["timeout", "sett"], 'timeout has no command "sett". Did you mean "sshctl timeout set"?'],
    [
      ["timeout", "set", "180", "--gobal"],
      "timeout set has no option --gobal. Nothing was done. Did you mean --global?",
    ],
    [["timeout", "--global"], "timeout needs a command: set, unset or show."],
    [["timeout", "unset", "180"], 'timeout unset takes no argument "180".'],
    [["timeout", "set", "180", "190"], 'timeout set takes no further argument "190".'],
    [["timeout", "unset", "--ssh-only"], "timeout unset has no option --ssh-only: it belongs to lock and timeout set."],
    [["timeuot"], 'Did you mean "sshctl timeout"?'],
  ])("%j is refused", async (args, message) => {
    const { exitCode, out, err } = await sshctl(args);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });
});

describe("a time", () => {
  test.each([
    ["1", 1],
    ["180", 180],
    ["3m", 180],
    ["1h30m", 5400],
    ["2147483647", 2_147_483_647],
  ])("%s", async (time, seconds) => {
    const { exitCode, text } = await onMachine(alice, `set ${time}`);
    expect(exitCode).toBe(0);
    expect(text("/home/alice/.bash_profile")).toContain(`TMOUT=${String(seconds)}\n`);
  });

  test.each(["0", "0m", "-5", "soon", "1.5h", "2147483648", "9".repeat(40), "5x", "\u001b[2J"])(
    "%j is none",
    async (time) => {
      const { exitCode, err, out } = await sshctl(["timeout", "set", time]);
      expect([exitCode, out]).toEqual([2, ""]);
      expect(err).toMatch(/^sshctl: ".*Allowed: seconds, or numbers with a unit.*at least 1 s.*\n$/);
      expect(err).not.toContain("\u001b");
    },
  );

  test("is needed", async () => {
    expect(await sshctl(["timeout", "set"])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining("needs a time"),
    });
  });

  test("under a minute is warned about", async () => {
    expect((await onMachine(alice, "set 59")).err).toContain("for 59 minutes, give 59m");
    expect((await onMachine(alice, "set 60")).err).toBe("");
  });
});

describe("options that contradict each other", () => {
  test.each([
    ["set 180 --user alice --global", "--user and --global cannot be combined."],
    ["set 180 --group ops", "--group works only with --via sshd."],
    ["set 180 --except-user root", "Add --global, or leave it out."],
    ["set 180 --user alice --except-group wheel", "Add --global, or leave it out."],
    ["set 180 --via sshd --global --ssh-only", "--ssh-only is for shells"],
    ["set 180 --via carrier-pigeon", "Allowed: shell, sshd."],
    ["set 180 --via sshd", "Add --global for all users, --user NAME for one user, or --group NAME"],
    ["unset --via sshd", "Add --global for all users, --user NAME for one user, or --group NAME"],
    ["set 180 --via sshd --dry-run", "--via sshd needs to know for whom the limit is."],
  ])("%s", async (line, message) => {
    const { exitCode, err, host } = await onMachine({}, line);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
    expect(host.written).toEqual([]);
  });
});

describe("for a user", () => {
  test.each([
    ["without any file of the three, a new .bash_profile that reads .profile", "alice", {}, ".bash_profile"],
    ["the first that is there", "alice", { ".bash_login": "", ".profile": "" }, ".bash_login"],
    [".profile, where it is alone", "alice", { ".profile": "umask 22\n" }, ".profile"],
    ["zsh", "carol", {}, ".zshrc"],
    ["mksh", "erin", { ".bash_profile": "" }, ".profile"],
    ["a name that must be quoted", "it's me", { ".profile": "" }, ".profile"],
  ])("%s", async (_, user, files, expected) => {
    const home = user === "it's me" ? "/home/me" : `/home/${user}`;
    const texts = Object.fromEntries(Object.entries(files).map(([name, text]) => [`${home}/${name}`, text]));
    const { exitCode, host, out } = await onMachine({ texts }, ["set", "180", "--user", user]);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 0, written: [`${home}/${expected}`] });
    expect(out).toContain(`${home}/${expected}: ${Object.keys(files).includes(expected) ? "changed" : "created"}\n`);
    expect(out).toMatch(undoLine);
    const undone = await onMachine({ texts: Object.fromEntries(host.texts) }, ["unset", "--user", user]);
    expect(undone.exitCode).toBe(0);
    for (const [path, text] of Object.entries(texts)) expect(undone.text(path)).toBe(text);
    expect(undone.host.texts.has(`${home}/${expected}`)).toBe(Object.hasOwn(texts, `${home}/${expected}`));
  });

  test("a .zshenv that cannot be read is no hindrance", async () => {
    const troubles = { "/home/carol/.zshenv": new FileTrouble("foreign", "/home/carol/.zshenv is a symbolic link") };
    expect(await onMachine({ troubles }, "set 180 --user carol")).toMatchObject({ exitCode: 0 });
  });

  test("a new .bash_profile does not hide .profile", async () => {
    const { text } = await onMachine(alice, "set 180", "set 300");
    expect(text("/home/alice/.bash_profile")).toMatch(
      /if \[ -r ~\/\.profile \]; then \. ~\/\.profile; fi\n.*TMOUT=300\n/s,
    );
  });

  test.each([
    ["bob", "/usr/bin/fish"],
    ["dave", "/bin/sh"],
  ])("%s's shell knows no TMOUT", async (user, shell) => {
    const { exitCode, err, host } = await onMachine({}, `set 180 --user ${user}`);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 1, written: [] });
    expect(err).toContain(`${user}'s login shell is ${shell}, which has no TMOUT`);
    expect(err).toContain("--via sshd");
  });

  test("a block that another file hides by now moves", async () => {
    const { host, text } = await onMachine({ ...alice, texts: { "/home/alice/.profile": "a\n" } }, "set 180");
    host.texts.set("/home/alice/.bash_profile", ". ~/.profile\n");
    const moved = await onMachine({ ...alice, texts: Object.fromEntries(host.texts) }, "set 240");
    expect(text("/home/alice/.profile")).toContain("TMOUT=180");
    expect(moved.text("/home/alice/.profile")).toBe("a\n");
    expect(moved.text("/home/alice/.bash_profile")).toContain("TMOUT=240");
  });
});

describe("with a limit for everybody", () => {
  test("a user's own would not count, unless the user is an exception", async () => {
    const refused = await onMachine({}, "set 600 --global", "set 60 --user alice");
    expect({ exitCode: refused.exitCode, written: refused.host.written }).toEqual({ exitCode: 1, written: [] });
    expect(refused.err).toContain(
      "sshctl's limit for all users (/etc/profile.d/sshctl-timeout.sh:7, 600 s) would take precedence",
    );
    expect(refused.err).toContain("Exempt alice from it first: sshctl timeout set 600 --global --except-user alice\n");
    const others = "set 600 --global --except-user root --except-group wheel";
    expect((await onMachine({}, others, "set 60 --user alice")).err).toContain(
      `Exempt alice from it first: sshctl timeout ${others} --except-user alice\n`,
    );
    const excepted = await onMachine({}, "set 600 --global --except-user alice", "set 60 --user alice");
    expect(excepted.exitCode).toBe(0);
  });
});

describe("who may", () => {
  test.each([
    "set 180 --user bob",
    "set 180 --global",
    "unset --global",
    "unset --user root",
    "set 9m --via sshd --global",
  ])("%s: only root", async (line) => {
    const { exitCode, err, host } = await onMachine(alice, line);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 4, written: [] });
    expect(err).toContain("Only root may change limits for");
  });

  test("everybody may see what would happen", async () => {
    const { exitCode, out, host } = await onMachine(alice, "set 180 --global -n");
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 0, written: [] });
    expect(out).toContain("+++ /etc/profile.d/sshctl-timeout.sh\n");
  });

  test("one's own name is oneself", async () => {
    expect(await onMachine(alice, "set 180 --user alice")).toMatchObject({ exitCode: 0 });
  });

  test.each([
    [["set", "180", "--user", "nobody-here"], "There is no user nobody-here."],
    [["set", "180", "--user", "\u001b[31m"], String.raw`There is no user \x1b[31m.`],
    [["set", "180", "--global", "--except-user", "root,zoe"], "There is no user zoe."],
    [["set", "180", "--global", "--except-group", "zoo"], "There is no group zoo."],
  ])("%j: there is none", async (args, message) => {
    const { exitCode, err, host } = await onMachine({}, args);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 1, written: [] });
    expect(err).toContain(message);
  });
});

describe("for everybody", () => {
  test("a file of our own, and a block for a zsh that does not read it", async () => {
    const { exitCode, out, err, host, text } = await onMachine({}, "set 600 --global");
    expect(exitCode).toBe(0);
    expect(host.written).toEqual(["/etc/profile.d/sshctl-timeout.sh", "/etc/zsh/zshrc"]);
    expect(out).toContain("all users, including root,");
    expect(out).toContain("starting with the next login");
    expect(out).toMatch(undoLine);
    expect(err).toContain("No limit for users whose shells have no TMOUT: bob (/usr/bin/fish), dave (/bin/sh)");
    expect(text("/etc/profile.d/sshctl-timeout.sh")).toMatch(/^ *declare -xr TMOUT=600$/m);
    expect(text("/etc/profile.d/sshctl-timeout.sh")).toMatch(/^\s*TMOUT=600\s*readonly TMOUT\s*export TMOUT$/m);
  });

  test("a zsh that reads /etc/profile has it from there", async () => {
    const texts = { "/etc/zsh/zprofile": "emulate sh -c 'source /etc/profile'\n" };
    expect((await onMachine({ texts }, "set 600 --global")).host.written).toEqual(["/etc/profile.d/sshctl-timeout.sh"]);
  });

  test("an ordinary user is told to ask root for an exception", async () => {
    const { host } = await onMachine({}, "set 600 --global --except-user root");
    const { exitCode, err } = await onMachine({ ...alice, texts: Object.fromEntries(host.texts) }, "set 60");
    expect(exitCode).toBe(1);
    expect(err).toContain(
      "Ask root to exempt you from it: sshctl timeout set 600 --global --except-user root --except-user alice\n",
    );
  });

  test("exceptions that come and go with another limit are told before and after", async () => {
    const lines = ["set 600 --global --except-user root --except-group wheel", "set 600 --global --except-user alice"];
    const { out } = await onMachine({}, ...lines);
    expect(out).toContain("root is no longer excepted");
    expect(out).toContain("The members of wheel are no longer excepted");
    expect(out).toContain("alice is now excepted.\n");
    expect(out).toContain("Interactive shells of all users except alice (root is not excepted) end after 10 minutes");
    expect((await onMachine({}, "set 600 --global", "set 900 --global")).out).not.toContain("excepted");
  });

  test("exceptions are numbers in the file and names in the command line", async () => {
    const line = "set 900 --global --except-user root,alice --except-group wheel --ssh-only --no-export";
    const { text, host } = await onMachine({}, line, "set 600 --global");
    expect(text("/etc/profile.d/sshctl-timeout.sh")).not.toContain("id -u");
    expect(readChanges(host.state).changes.map(({ command }) => command)).toEqual([
      "sshctl timeout set 900 --global --except-user root --except-user alice --except-group wheel --ssh-only --no-export",
      "sshctl timeout set 600 --global",
    ]);
    const first = (await onMachine({}, line)).text("/etc/profile.d/sshctl-timeout.sh");
    expect(first).toContain('case " 0 1000 " in *" $(id -u) "*) false ;; esac');
    expect(first).toContain('case " 10 " in');
    expect(first).not.toContain("export TMOUT");
    expect(first).toContain("declare -r TMOUT=900");
  });

  test("all goes away again, byte for byte", async () => {
    const texts = { "/etc/zsh/zshrc": "# \xe4 without an end" };
    const { exitCode, out, host, text } = await onMachine({ texts }, "set 600 --global", "unset --global");
    expect({ exitCode, written: host.written }).toEqual({
      exitCode: 0,
      written: ["/etc/zsh/zshrc", "/etc/profile.d/sshctl-timeout.sh"],
    });
    expect(text("/etc/zsh/zshrc")).toBe("# \xe4 without an end");
    expect(host.texts.has("/etc/profile.d/sshctl-timeout.sh")).toBe(false);
    expect(out).toMatch(undoLine);
  });

  test("needs a /etc/profile that reads the folder", async () => {
    const { exitCode, err } = await onMachine({ texts: { "/etc/profile": "# /etc/profile.d\n" } }, "set 600 --global");
    expect([exitCode, err]).toEqual([1, expect.stringContaining("does not read /etc/profile.d")]);
  });
});

describe.each(["--user alice", "--global"])("the same again (%s)", (scope) => {
  test("writes nothing", async () => {
    const { exitCode, out, host } = await onMachine({}, `set 600 ${scope}`, `set 10m ${scope}`);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 0, written: [] });
    expect(out).toContain("already");
    expect(out).not.toContain("Undo");
  });

  test("is not there to be unset twice", async () => {
    const { exitCode, err } = await onMachine({}, `set 600 ${scope}`, `unset ${scope}`, `unset ${scope}`);
    expect([exitCode, err]).toEqual([1, expect.stringContaining("sshctl has set no such limit")]);
  });

  test("a dry run shows what would change, and changes nothing", async () => {
    const { exitCode, out, host } = await onMachine({}, `set 600 ${scope} --dry-run`);
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 0, written: [] });
    expect(out).toMatch(/^--- \/dev\/null\n\+\+\+ \/\S+\n@@ -0,0 \+1,\d+ @@\n\+/);
  });

  test.each([
    [[`set 600 ${scope} --json`], { dryRun: false, action: "created" }],
    [[`set 600 ${scope} --json -n`], { dryRun: true, action: "created" }],
    [[`set 600 ${scope}`, `set 900 ${scope} -o json`], { dryRun: false, action: "changed" }],
    [[`set 600 ${scope}`, `set 600 ${scope} -o json`], { dryRun: false, action: undefined }],
    [[`set 600 ${scope}`, `unset ${scope} -o json`], { dryRun: false, action: "removed" }],
  ])("%j tells programs", async (lines, { action, ...facts }) => {
    const { exitCode, out, host } = await onMachine({}, ...lines);
    const document = JSON.parse(out) as { edits: { action: string; path: string; diff: string }[] };
    expect([exitCode, violationsOf("timeout-change-1", document)]).toEqual([0, []]);
    const isMade = !facts.dryRun && action !== undefined;
    const id = isMade ? (readChanges(host.state).changes.at(-1)?.id ?? "") : null;
    expect(document).toMatchObject({ ...facts, id, change: id, undo: id === null ? null : `sshctl undo ${id}` });
    expect(document.edits.some((edit) => edit.action === action)).toBe(action !== undefined);
    for (const { path, diff } of document.edits) expect(diff).toContain(path);
  });
});

describe("what somebody wrote by hand", () => {
  const byHand = { "/etc/profile.d/autologout.sh": "umask 22\nreadonly TMOUT=900\nexport TMOUT\n" };

  test("is named and left alone while it would win", async () => {
    for (const line of ["set 600 --global", "set 600 --user alice"]) {
      const { exitCode, err, host } = await onMachine({ texts: byHand }, line);
      expect({ exitCode, written: host.written }).toEqual({ exitCode: 1, written: [] });
      expect(err).toContain("/etc/profile.d/autologout.sh:2 (readonly TMOUT=900)");
    }
  });

  test("is taken over with --adopt, and comes back", async () => {
    const { exitCode, text, out, host } = await onMachine({ texts: byHand }, "set 600 --global --adopt");
    expect(exitCode).toBe(0);
    expect(text("/etc/profile.d/autologout.sh")).toBe(
      "umask 22\n: # sshctl timeout has adopted: readonly TMOUT=900\nexport TMOUT\n",
    );
    expect(out).toContain("/etc/profile.d/autologout.sh: changed");
    const again = await onMachine({ texts: Object.fromEntries(host.texts) }, "set 600 --global");
    expect(again.host.written).toEqual([]);
    const undone = await onMachine({ texts: Object.fromEntries(host.texts) }, "unset --global");
    expect(undone.text("/etc/profile.d/autologout.sh")).toBe(byHand["/etc/profile.d/autologout.sh"]);
  });

  test("is not taken over where it is part of something else", async () => {
    const texts = { "/etc/profile.d/autologout.sh": "readonly TMOUT=$(cat /etc/limit)\n" };
    const { exitCode, err, host } = await onMachine({ texts }, "set 600 --global --adopt");
    expect({ exitCode, written: host.written }).toEqual({ exitCode: 1, written: [] });
    expect(err).toContain("by hand");
  });

  test("is not taken over from the system for one user", async () => {
    const { exitCode, err } = await onMachine({ texts: byHand }, "set 600 --user alice --adopt");
    expect([exitCode, err]).toEqual([1, expect.stringContaining("sshctl cannot adopt that")]);
  });

  test("in the same file of the user", async () => {
    const texts = { "/home/alice/.profile": "readonly TMOUT=100\n" };
    expect(await onMachine({ texts }, "set 600 --user alice")).toMatchObject({ exitCode: 1 });
    const { exitCode, text } = await onMachine({ texts }, "set 600 --user alice --adopt");
    expect(exitCode).toBe(0);
    expect(text("/home/alice/.profile")).toMatch(/^: # sshctl timeout has adopted: readonly TMOUT=100\n# >>>/);
    expect(
      (await onMachine({ texts }, "set 600 --user alice --adopt", "unset --user alice")).text("/home/alice/.profile"),
    ).toBe(texts["/home/alice/.profile"]);
  });

  test("does no harm where ours wins in silence", async () => {
    const texts = { "/etc/profile.d/autologout.sh": "TMOUT=900\n" };
    expect(await onMachine({ texts }, "set 600 --global")).toMatchObject({ exitCode: 0 });
  });

  test("later than ours it would fail at every login", async () => {
    const texts = { "/etc/profile.d/tmout.sh": "TMOUT=900\n" };
    expect(await onMachine({ texts }, "set 600 --global")).toMatchObject({ exitCode: 1 });
  });
});

describe("the record of a change", () => {
  test("is made by set and by unset, and told to programs", async () => {
    const state = memoryState();
    const { out } = await onMachine(
      { machine: { state } },
      "set 900 --user alice --adopt --json",
      "unset --user alice --json",
    );
    const { changes } = readChanges(state);
    expect(changes.map(({ command, state }) => [command, state])).toEqual([
      ["sshctl timeout set 900 --user alice --adopt", "done"],
      ["sshctl timeout unset --user alice", "done"],
    ]);
    expect(JSON.parse(out)).toMatchObject({ change: changes[1]?.id });
  });

  test("is needed: otherwise nothing is changed", async () => {
    const state = memoryState();
    state.write = () => {
      throw new FileTrouble("broken", "/var/lib/sshctl/changes cannot be written: the file system is full");
    };
    const { exitCode, err, host } = await onMachine({ machine: { state } }, "set 900 --global");
    expect([exitCode, host.written]).toEqual([3, []]);
    expect(err).toContain("The change cannot be recorded in /var/lib/sshctl/changes: ");
    expect(err).toContain("Nothing is changed.");
  });

  test("is not made where nothing is changed", async () => {
    const state = memoryState();
    const machine = {
      machine: { state },
      unwritable: { "/etc/profile.d/sshctl-timeout.sh": new FileTrouble("broken", "odd") },
    };
    await onMachine(machine, "set 900 --global --dry-run", "set 900 --global", "unset --global");
    expect([...state.texts]).toEqual([]);
  });
});

describe("the question", () => {
  /** Somebody at a terminal. */
  function person(answer: boolean, meanwhile: () => void = () => undefined) {
    const questions: string[] = [];
    const confirm = async (question: string) => {
      questions.push(question);
      meanwhile();
      return Promise.resolve(answer);
    };
    return { questions, prompts: { confirm, choose: async () => Promise.resolve(undefined) } };
  }

  test.each([
    ["set 900 --user alice", "Limit the idle time of alice to 15 minutes?"],
    ["set 90 --global", "Limit the idle time of all users to 90 seconds?"],
  ])("%s shows the difference and asks", async (line, question) => {
    for (const answer of [true, false]) {
      const host = fakeHost();
      const { questions, prompts } = person(answer);
      const { exitCode, err } = await sshctl(["timeout", ...line.split(" ")], { host, prompts });
      expect([exitCode, questions, host.written.length > 0]).toEqual([answer ? 0 : 6, [question], answer]);
      expect(err).toMatch(/^\+.*TMOUT=/m);
    }
  });

  test("is asked for unset, too", async () => {
    const { host } = await onMachine({}, "set 900 --user alice");
    const { questions, prompts } = person(false);
    expect(await sshctl(["timeout", "unset", "--user", "alice"], { host, prompts })).toMatchObject({ exitCode: 6 });
    expect(questions).toEqual(["Remove the idle limit of alice?"]);
  });

  test.each([
    ["set 900 --user alice --yes", 0],
    ["set 900 --user alice --dry-run", 0],
    ["set 900 --user nobody-here", 1],
  ])("is not asked with %s", async (line, code) => {
    const { questions, prompts } = person(false);
    const { exitCode } = await sshctl(["timeout", ...line.split(" ")], { host: fakeHost(), prompts });
    expect([exitCode, questions]).toEqual([code, []]);
  });

  test("is not asked where nothing is to do", async () => {
    const { host } = await onMachine({}, "set 900 --user alice");
    const { questions, prompts } = person(false);
    const { exitCode } = await sshctl(["timeout", "set", "900", "--user", "alice"], { host, prompts });
    expect([exitCode, questions]).toEqual([0, []]);
  });

  test("agrees to what was shown, and to nothing else", async () => {
    const host = fakeHost({ texts: { "/home/alice/.profile": "umask 22\n" } });
    const { prompts } = person(true, () => host.texts.set("/home/alice/.profile", "umask 77\n"));
    const { exitCode, err } = await sshctl(["timeout", "set", "900", "--user", "alice"], { host, prompts });
    expect([exitCode, host.written]).toEqual([1, []]);
    expect(err).toContain("changed since the question was asked. Nothing is changed. Try again.");
  });
});

describe("the system log", () => {
  async function logged(machine: HostSpec, line: string) {
    const log: string[] = [];
    const feed: Machine["feed"] = async (_name, _args, input) => {
      log.push(/^MESSAGE=(.*)$/m.exec(input)?.[1] ?? "");
      return Promise.resolve(0);
    };
    const outcome = await onMachine(
      { loginUid: 1001, ...machine, machine: { feed } },
      ["set", "60", "--user", "alice"],
      line,
    );
    return { ...outcome, record: parseAct(log[1] ?? "") };
  }

  test.each([
    ["set 900 --user alice --reason CHG-7", "timeout set", "alice", "/home/alice/.bash_profile"],
    ["unset --user alice --reason CHG-7", "timeout unset", "alice", "/home/alice/.bash_profile"],
    ["set 900 --global --reason CHG-7", "timeout set", undefined, "/etc/profile.d/sshctl-timeout.sh, /etc/zsh/zshrc"],
  ])("is told of %s", async (line, act, user, files) => {
    const { record, host } = await logged({}, line);
    const [, change] = readChanges(host.state).changes;
    expect(record).toMatchObject({
      id: change?.id,
      act,
      isDone: true,
      caller: { name: "root", login: { name: "bob" } },
      reason: "CHG-7",
      facts: { command: `sshctl timeout ${line.replace(" --reason CHG-7", "")}`, files },
    });
    expect([record?.facts.user, change?.reason]).toEqual([user, "CHG-7"]);
  });

  test("is told of what was tried", async () => {
    const unwritable = { "/etc/zsh/zshrc": new FileTrouble("broken", "/etc/zsh/zshrc is odd") };
    const { record, exitCode } = await logged({ unwritable }, "set 900 --global");
    expect(exitCode).toBe(3);
    expect(record).toMatchObject({ isDone: false, facts: { outcome: "/etc/zsh/zshrc is odd" } });
  });

  test("that takes nothing is told", async () => {
    const host = fakeHost({ machine: { feed: async () => Promise.resolve(1) } });
    const { exitCode, err } = await sshctl(["timeout", "set", "900", "--user", "alice"], { host });
    expect([exitCode, err]).toEqual([0, "sshctl: the system log did not accept the record of this\n"]);
  });
});

describe("trouble with files", () => {
  test.each([
    ["refused", 4],
    ["foreign", 1],
    ["changed", 1],
    ["busy", 1],
    ["broken", 3],
  ] as const)("%s ends with %d", async (kind, expected) => {
    const troubles = {
      "/home/alice/.bash_profile": new FileTrouble(kind, "/home/alice/.bash_profile\u001b[2J is odd"),
    };
    const { exitCode, err, host } = await onMachine({ troubles }, "set 180 --user alice");
    expect({ exitCode, written: host.written }).toEqual({ exitCode: expected, written: [] });
    expect(err).toMatch(/^sshctl: \/home\/alice\/\.bash_profile\\x1b\[2J is odd\. Nothing is changed\..*\n$/);
  });

  test("a damaged block is not guessed at", async () => {
    const texts = { "/home/alice/.profile": "# >>> sshctl timeout >>>\n" };
    const { exitCode, err } = await onMachine({ texts }, "set 180 --user alice");
    expect([exitCode, err]).toEqual([1, expect.stringContaining("damaged: the mark in line 1")]);
  });

  test("in the middle: what was changed before is changed back", async () => {
    const host = fakeHost({
      unwritable: { "/etc/zsh/zshrc": new FileTrouble("broken", "/etc/zsh/zshrc is odd") },
    });
    expect(await sshctl(["timeout", "set", "600", "--global"], { host: host })).toMatchObject({ exitCode: 3 });
    expect(host.texts.has("/etc/profile.d/sshctl-timeout.sh")).toBe(false);
  });

  test("and where even that is not possible, it is told", async () => {
    const unwritable = { "/etc/zsh/zshrc": new FileTrouble("broken", "/etc/zsh/zshrc is odd") };
    const host = fakeHost({ unwritable, onlyOnce: true });
    const { exitCode, err } = await sshctl(["timeout", "set", "600", "--global"], { host: host });
    expect(exitCode).toBe(3);
    expect(err).toContain("/etc/zsh/zshrc is odd. The old file could not be put back");
    expect(err).toContain("Check /etc/profile.d/sshctl-timeout.sh by hand.");
  });
});
