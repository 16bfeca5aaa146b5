/** What sshctl says when it is not understood: one line that names the value and what is allowed. */
import { describe, expect, test } from "vitest";
import { commands } from "../../src/commands.ts";
import { singleCommands } from "../../src/cli/command.ts";
import { loadAll } from "../../src/cli/command-table.ts";
import { FatalError, PermissionError } from "../../src/errors.ts";
import { sshctl } from "../helpers/run-cli.ts";
import { session } from "../helpers/sessions.ts";

/** One line on stderr, nothing on stdout, exit code 2, and nothing was read. */
async function refusal(args: readonly string[]): Promise<string> {
  const { exitCode, out, err } = await sshctl(args, { failure: new Error("The machine was read.") });
  expect([exitCode, out]).toEqual([2, ""]);
  expect(err).toMatch(/^sshctl: [^\n]+\n$/);
  return err;
}

describe("options", () => {
  test.each([
    ["--usr", "Did you mean --user?"],
    ["--form=10.0.0.1", "Did you mean --from?"],
    ["--noheaders", "Did you mean --no-headers?"],
    ["--no-user", "Did you mean --not-user?"],
    ["--jsn", "Did you mean --json?"],
    ["--zzzzzzzz", "sshctl list --help"],
    ["--constructor", "sshctl list --help"],
    ["--__proto__=x", "sshctl list --help"],
    ["--user.name=x", "sshctl list --help"],
  ])("%s: there is none", async (option, allowed) => {
    const line = await refusal(["list", option]);
    expect(line).toContain(`list has no option ${option.replace(/=.*/, "")}.`);
    expect(line).toContain(allowed);
  });

  test.each([
    ["-x", "x"],
    ["-qx", "x"],
    ["-1", "-1"],
  ])("%s: there is none", async (option, name) => {
    expect(await refusal(["list", option])).toContain(name);
  });

  test.each([
    ["list --port 22", "list has no option --port. Did you mean --local-port, --peer-port or --forward-port?"],
    ["list -p 22", "list has no option -p. Did you mean --local-port, --peer-port or --forward-port?"],
    ["count --host web1", "use --from. To look at another machine, use --on HOST."],
    ["kill-all --group adm", '--user "$(getent group NAME | cut -d: -f4)"'],
    ["list --watch", 'use "sshctl watch"'],
    ["--follow", 'There is no option --follow. To follow what happens, use "sshctl watch".'],
    ["list -l", "use -o wide"],
    ["list --pid 7", '"sshctl show PID"'],
    ["kill --force pts/2", "use --yes"],
    ["kill-all --type shell", "Did you mean --kind?"],
    ["keys --name bob", "Did you mean --user?"],
    // Where the command has nothing of the kind, it is said of nobody.
    ["doctor --port 22", 'sshctl: doctor has no option --port. Try "sshctl doctor --help".'],
    ["kill --host web1", "kill has no option --host. "],
    ["watch --follow", "watch has no option --follow. "],
  ])("%s: of other tools lead to ours", async (line, meant) => {
    expect(await refusal(line.split(" "))).toContain(meant);
  });

  test("of one command are not another's", async () => {
    expect(await refusal(["count", "--columns", "user"])).toContain("count has no option --columns");
  });

  test.each([
    ["list --by user", "list has no option --by: it belongs to count, history and metrics."],
    ["kill-all --interval 1", "kill-all has no option --interval: it belongs to watch."],
    ["keys --kill", "keys has no option --kill: it belongs to keys revoke."],
    ["timeout show --global", "timeout show has no option --global: it belongs to timeout set and timeout unset."],
    ["doctor --not-user x", "doctor has no option --not-user: it belongs to list, kill-all, watch and others."],
    ["list --signal KILL", "list has no option --signal: it belongs to kill and kill-all."],
    ["--grace 5 list", "list has no option --grace: it belongs to kill and kill-all."],
    ["--signal KILL list", "list has no option --signal: it belongs to kill and kill-all."],
    ["-n list", "list has no option -n: it belongs to kill, kill-all, watch and others."],
    ["-n 5 list", "list has no option -n: it belongs to kill, kill-all, watch and others."],
    ["-9 list", "list has no option -9: it belongs to kill and kill-all."],
    ["list -KILL", "list has no option -KILL: it belongs to kill and kill-all."],
    ["--message kill list", "list has no option --message: it belongs to kill, kill-all and lock."],
    ["keys show KEY --findings", "keys show has no option --findings: it belongs to keys and metrics."],
    ["--findings keys show KEY", "keys show has no option --findings: it belongs to keys and metrics."],
    ["keys --delete", "keys has no option --delete: it belongs to keys revoke."],
  ])("%s: tells whose it is", async (line, message) => {
    expect(await refusal(line.split(" "))).toContain(message);
  });

  test.each([["watch --on opened"], ["--on opened watch"], ["watch --on"], ["watch --on=opened"]])(
    "%s: events are chosen otherwise",
    async (line) => {
      expect(await refusal(line.split(" "))).toContain("watch has no option --on. To choose events, use --events.");
    },
  );

  test("--on is told to belong to what looks at other hosts", async () => {
    const all = singleCommands(await loadAll(commands));
    const others = all.flatMap(({ name, options }) => (Object.hasOwn(options, "on") || name === "watch" ? [] : name));
    expect(others.length).toBeGreaterThan(4);
    for (const name of others)
      for (const line of [`${name} --on web1`, `--on web1 ${name}`])
        expect(await refusal(line.split(" "))).toContain(
          `${name} has no option --on: it belongs to list, show, kill and others.`,
        );
  });

  test("that every command refuses are nobody's", async () => {
    expect(await refusal(["doctor", "--root", "/x"])).not.toContain("watch");
  });
});

describe("commands", () => {
  test.each([
    ["lsit", 'Did you mean "sshctl list"?'],
    ["cuont", 'Did you mean "sshctl count"?'],
    ["kill-everything", "sshctl --help"],
    ["who", 'Did you mean "sshctl list"?'],
    ["revoke", 'Did you mean "sshctl keys revoke"?'],
    ["constructor", "sshctl --help"],
    ["toString", "sshctl --help"],
    ["__proto__", "sshctl --help"],
  ])("%s: there is none", async (name, allowed) => {
    const line = await refusal([name]);
    expect(line).toContain(`"${name}" is not a command.`);
    expect(line).toContain(allowed);
  });

  test.each([[""], ["-"]])("%j is none", async (name) => {
    expect(await refusal([name])).toContain(`"${name}" is not a command.`);
  });

  test.each([
    ["timeout sett", 'timeout has no command "sett". Did you mean "sshctl timeout set"?'],
    ["keys shwo --user root", 'keys has no command "shwo". Did you mean "sshctl keys show"?'],
    ["--user root lsit", 'Did you mean "sshctl list"?'],
    ["timeout list", 'Did you mean "sshctl timeout show"?'],
    ["timeout 15m", 'Did you mean "sshctl timeout set 15m"?'],
    ["kill-all alice", 'Did you mean "sshctl kill-all --user alice"?'],
    ["list help", 'Did you mean "sshctl help list"?'],
    ["timeout help", 'Did you mean "sshctl help timeout"?'],
    ["timeout set 5 help", 'Did you mean "sshctl help timeout set"?'],
    ["list 10.0.0.0/8", 'Did you mean "sshctl list --from 10.0.0.0/8"?'],
    ["count pts/2", 'Did you mean "sshctl count --tty pts/2"?'],
    ["kill --user alice", '"sshctl kill-all --user alice"'],
    ["kill 903 --busy", '"sshctl kill-all --busy"'],
    ["kill --not-from 10.0.0.0/8 903", '"sshctl kill-all --not-from 10.0.0.0/8"'],
  ])("%s: names what is perhaps meant", async (line, meant) => {
    expect(await refusal(line.split(" "))).toContain(meant);
  });

  test("help for one that there is not", async () => {
    expect(await refusal(["help", "lsit"])).toContain('Did you mean "sshctl list"?');
  });

  test.each([
    ["--json", "No command given: these options belong to list, show, kill and others."],
    ["--grace 5", "No command given: these options belong to kill and kill-all."],
    ["--findings --unused 1d", "No command given: these options belong to keys."],
    ["--root /x", "No command given: these options belong to list, show, count and others."],
    ["--user alice --busy", "No command given: these options belong to list, kill-all, watch and others."],
    ["-9 903", "No command given: -9 belongs to kill and kill-all."],
    ["-KILL", "No command given: -KILL belongs to kill and kill-all."],
    ["--findings --grace 5", "No command given."],
    ["--user list", 'No command given: "list" is the value of --user.'],
    ["-qu list", 'No command given: "list" is the value of -qu.'],
    ["-- list", 'No command given: it has to come before "--".'],
    ["--json -- list", 'No command given: it has to come before "--".'],
    ["timeout --global", "timeout needs a command: set, unset or show."],
    ["--json timeout", "timeout needs a command: set, unset or show."],
  ])("%s: says that none is given", async (line, message) => {
    const said = await refusal(line.split(" "));
    expect(said).toContain(message);
    expect(said).toMatch(/ Try "sshctl (?:timeout )?--help"\.\n$/);
  });

  test.each([["--usr alice"], ["--usr alice --json"], ["--usr"]])(
    "%s: an option that none has, and no command",
    async (line) => {
      expect(await refusal(line.split(" "))).toContain("There is no option --usr. Did you mean --user?");
    },
  );
});

describe("values", () => {
  test.each([
    [["--user", ""], '--user ""', "names or uids"],
    [["--user", "alice,,bob"], '--user ""', "names or uids"],
    [["--from", "10.0.0.0/33"], '--from "10.0.0.0/33"', "10.0.0.0/8"],
    [["--from", "web1"], '--from "web1"', "2001:db8::/32"],
    [["--not-from", "10.0.0.1,x"], '--not-from "x"', "addresses and networks"],
    [["--tty", "../x"], '--tty "../x"', "pts/2"],
    [["--not-tty", "pts/1/../2"], '--not-tty "pts/1/../2"', "pts/2"],
    [["--kind", "shel"], '--kind "shel"', "shell, command, sftp, scp, tunnel, mixed"],
    [["--phase", "closed"], '--phase "closed"', "authenticating, opening, open, closing, leftover, any"],
    [["--local-port", "0"], '--local-port "0"', "from 1 to 65535"],
    [["--local-port", "65536"], '--local-port "65536"', "from 1 to 65535"],
    [["--peer-port", "ssh"], '--peer-port "ssh"', "from 1 to 65535"],
    [["--peer-port", "0x16"], '--peer-port "0x16"', "from 1 to 65535"],
    [["--idle", "5x"], '--idle "5x"', "1h30m"],
    [["--idle", "-5"], '--idle "-5"', "1h30m"],
    [["--idle", "1m,2m"], '--idle "1m,2m"', "1h30m"],
    [["--older-than", "yesterday"], '--older-than "yesterday"', "1h30m"],
    [["--columns", "usr"], '--columns "usr"', "self, user"],
    [["--columns", "constructor"], '--columns "constructor"', "self, user"],
    [["--sort", "usr"], '--sort "usr"', "with a leading - for the largest first"],
    [["--sort=--user"], '--sort "--user"', "with a leading -"],
    [["-o", "xml"], '--output "xml"', "table, wide, json, ndjson, csv, pid"],
    [["--color", "sometimes"], '--color "sometimes"', "auto, always, never"],
  ])("list %j", async (args, value, allowed) => {
    const line = await refusal(["list", ...args]);
    expect(line).toContain(`${value} is not understood.`);
    expect(line).toContain(allowed);
  });

  test.each([
    [["--by", "host"], '--by "host"', "user, from, kind, phase, port, server, command"],
    [["-o", "ndjson"], '--output "ndjson"', "table, json, csv"],
    [["--from", "10.0.0.0/33"], '--from "10.0.0.0/33"', "10.0.0.0/8"],
  ])("count %j", async (args, value, allowed) => {
    const line = await refusal(["count", ...args]);
    expect(line).toContain(`${value} is not understood.`);
    expect(line).toContain(allowed);
  });

  test.each([
    [["list", "--user"], "--user needs a value: NAME."],
    [["list", "-u"], "--user needs a value: NAME."],
    [["list", "--user", "--json"], "--user needs a value: NAME."],
    [["list", "--from", "--not-user=alice"], "--from needs a value: ADDRESS."],
    [["count", "--by"], "--by needs a value: FACT."],
  ])("%j: there is none", async (args, message) => {
    expect(await refusal(args)).toContain(message);
  });

  test.each([
    [["list", "--busy=yes"], "--busy"],
    [["list", "--busy=false"], "--busy"],
    [["list", "--not-busy=1"], "--not-busy"],
    [["list", "--containers=no"], "--containers"],
    [["list", "--json=false"], "--json"],
    [["list", "--busy", "false"], "false"],
    [["list", "--busy", "true"], "true"],
    [["count", "--json="], "--json"],
  ])("%j: a switch has none, and is not silently ignored for it", async (args, named) => {
    expect(await refusal(args)).toContain(named);
  });
});

describe("contradictions", () => {
  test.each([
    [["list", "-o", "csv", "--json"], "csv and json"],
    [["list", "-q", "--json"], "json and pid"],
    [["list", "-o", "table", "-q"], "table and pid"],
    [["count", "-o", "csv", "--json"], "csv and json"],
    [["list", "--idle", "1", "--idle", "2"], "--idle is given 2 times"],
    [["list", "--not-idle", "1", "--not-idle", "1"], "--not-idle is given 2 times"],
    [["list", "-o", "csv", "-o", "csv"], "--output is given 2 times"],
    [["count", "--by", "user", "--by", "kind", "--by", "from"], "--by is given 3 times"],
    [["list", "-o", "json", "--columns", "user"], "-o json has no columns"],
    [["list", "-q", "--columns", "user"], "-o pid has no columns"],
  ])("%j", async (args, message) => {
    expect(await refusal(args)).toContain(message);
  });

  test.each([
    ["-o json --json", ["list", "-o", "json", "--json"]],
    ["-q -q", ["list", "-q", "-q"]],
    ["-o pid -q", ["list", "-o", "pid", "-q"]],
  ])("%s says one thing twice", async (_, args) => {
    expect((await sshctl(args)).exitCode).toBe(0);
  });
});

describe("surplus arguments", () => {
  test.each([
    [["list", "alice"], '"alice"'],
    [["list", "--user", "alice", "1234"], '"1234"'],
    [["list", "--", "--user"], '"--user"'],
    [["list", "list"], '"list"'],
    [["list", "--busy", "yes"], '"yes"'],
    [["count", "all"], '"all"'],
    [["list", "--help", "alice"], '"alice"'],
  ])("%j", async (args, word) => {
    expect(await refusal(args)).toContain(`takes no argument ${word}`);
  });
});

describe("what terminals could obey is made visible", () => {
  const evil = "\u001B[2J\u202E\r\n";
  const shown = String.raw`\x1b[2J\u{202e}\r\n`;

  test.each([
    ["a command", [evil]],
    ["an option", ["list", `--${evil}`]],
    ["a value", ["list", "--tty", evil]],
    ["a kind", ["list", "--kind", evil]],
    ["a duration", ["list", "--idle", evil]],
    ["a surplus argument", ["list", evil]],
  ])("%s", async (_, args) => {
    expect(await refusal(args)).toContain(shown);
  });
});

describe("when the machine cannot be read", () => {
  test.each([
    [3, new FatalError("/proc cannot be read.", "Mount it."), "sshctl: /proc cannot be read. Mount it.\n"],
    [4, new PermissionError("/proc hides others."), "sshctl: /proc hides others.\n"],
  ])("exit code %i", async (exitCode, failure, err) => {
    expect(await sshctl(["list"], { failure })).toEqual({ exitCode, out: "", err });
    expect(await sshctl(["count", "--json"], { failure })).toEqual({ exitCode, out: "", err });
  });

  test("what is not foreseen is not hidden", async () => {
    await expect(sshctl(["list"], { failure: new Error("a defect") })).rejects.toThrow("a defect");
  });
});

test.each([
  [["list", "-qu", "alice"], "2001\n"],
  [["list", "-qualice"], "2001\n"],
  [["list", "-q", "-u=alice"], "2001\n"],
  [["-q", "list", "--user=alice"], "2001\n"],
  [["--user", "alice", "list", "-q"], "2001\n"],
  [["-u", "count", "list", "-q"], "9\n"],
  [["list", "-q", "--user", '"alice"'], ""],
  [["list", "-q", "--user", "'alice'"], ""],
  [["list", "-q", "--user", "-alice"], ""],
  [["list", "-opid", "--sort", "-pid"], "2001\n9\n"],
])("%j means what it says", async (args, out) => {
  const sessions = [session(), session({ pid: 9, user: "count", uid: 2 })];
  expect(await sshctl(args, { sessions })).toEqual({ exitCode: 0, out, err: "" });
});

test("numbers stay what was typed", async () => {
  const sessions = [session({ user: "007", uid: 1 }), session({ pid: 9, user: "7", uid: 2 })];
  expect((await sshctl(["list", "-q", "--user", "007"], { sessions })).out).toBe("2001\n");
  expect((await sshctl(["list", "-q", "--user", "1e0"], { sessions })).out).toBe("");
});
