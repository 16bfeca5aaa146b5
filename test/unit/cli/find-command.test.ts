import { describe, expect, test } from "vitest";
import { commands } from "../../../src/commands.ts";
import type { CommandTable } from "../../../src/cli/command-table.ts";
import { singleCommands } from "../../../src/cli/command.ts";
import { loadAll } from "../../../src/cli/command-table.ts";
import { findCommand } from "../../../src/cli/find-command.ts";

/** "keys show KEY --user=root": what was understood, in one form. */
async function meaningOf(line: string): Promise<string> {
  const meaning = await findCommand(line === "" ? [] : line.split(" "), commands);
  if ("trouble" in meaning)
    return `${meaning.path.join(" ")}: ${meaning.trouble.kind} at ${String(meaning.trouble.at)}`;
  const { command, group, line: read } = meaning;
  const options = read.options.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`));
  const operands = read.operands.length > 0 ? ["--", ...read.operands] : [];
  return [command?.name ?? group?.name ?? "(none)", ...read.words, ...options, ...operands].join(" ");
}

describe("options in every place", () => {
  test.each([
    ["list", "list"],
    ["list --json", "list --json"],
    ["--json list", "list --json"],
    ["-q list -u root", "list --quiet --user=root"],
    ["-qu root list", "list --quiet --user=root"],
    ["--user root list --json", "list --user=root --json"],
    ["--json keys", "keys --json"],
    ["-u root keys", "keys --user=root"],
    ["-uroot keys", "keys --user=root"],
    ["--columns user keys", "keys --columns=user"],
    ["--findings keys", "keys --findings"],
    ["--fail-on low --findings keys -u root", "keys --fail-on=low --findings --user=root"],
    ["keys show KEY --user root", "keys show KEY --user=root"],
    ["keys show --user root KEY", "keys show KEY --user=root"],
    ["keys --user root show KEY", "keys show KEY --user=root"],
    ["--user root keys show KEY", "keys show KEY --user=root"],
    ["--json keys -u root show KEY", "keys show KEY --json --user=root"],
    ["--kill keys --reason gone revoke -n KEY", "keys revoke KEY --kill --reason=gone --dry-run"],
    ["--global timeout --dry-run set 15m", "timeout set 15m --global --dry-run"],
    ["timeout -u alice show", "timeout show --user=alice"],
    ["--grace 5 kill 903", "kill 903 --grace=5"],
    ["--grace 5 --signal KILL kill-all", "kill-all --grace=5 --signal=KILL"],
    ["-n kill 903", "kill 903 --dry-run"],
    ["-n 5 watch", "watch --interval=5"],
    ["-9 kill 903", "kill 903 --signal=9"],
    ["-KILL kill-all -n", "kill-all --signal=KILL --dry-run"],
    ["--user bob killall", "kill-all --user=bob"],
    ["killall --user bob", "kill-all --user=bob"],
    ["-o json doctor", "doctor --output=json"],
    ["completion bash", "completion bash"],
  ])("%s", async (line, expected) => {
    expect(await meaningOf(line)).toBe(expected);
  });
});

describe("a value that looks like a command", () => {
  test.each([
    ["list --user kill", "list --user=kill"],
    ["--user kill list", "list --user=kill"],
    ["--user=kill list", "list --user=kill"],
    ["-u list keys", "keys --user=list"],
    ["-u list list", "list --user=list"],
    ["-u list --not-user list list", "list --user=list --not-user=list"],
    ["-ulist count", "count --user=list"],
    ["-qu list list", "list --quiet --user=list"],
    ["--user count list -q", "list --user=count --quiet"],
    ["--user keys keys show KEY", "keys show KEY --user=keys"],
    ["keys --user show show KEY", "keys show KEY --user=show"],
    ["keys --user show", "keys --user=show"],
    ["keys -u show -u revoke", "keys --user=show --user=revoke"],
    ["--user show keys", "keys --user=show"],
    ["keys show show", "keys show show"],
    ["keys revoke keys --reason show", "keys revoke keys --reason=show"],
    ["keys --reason show revoke KEY", "keys revoke KEY --reason=show"],
    ["--message list kill 903", "kill 903 --message=list"],
    ["--warn 5 --message kill-all kill 903", "kill 903 --warn=5 --message=kill-all"],
    ["--reason kill kill-all", "kill-all --reason=kill"],
    ["timeout --group set set 15m", "timeout set 15m --group=set"],
    ["timeout --group timeout set 15m", "timeout set 15m --group=timeout"],
    ["--exec watch watch", "watch --exec=watch"],
    ["--user killall killall", "kill-all --user=killall"],
    ["list --user killall", "list --user=killall"],
    ["-u help list", "list --user=help"],
    ["--user -- list", "list --user=--"],
    ["kill list", "kill list"],
    ["kill 903 kill", "kill 903 kill"],
    ["-n kill watch", "kill watch --dry-run"],
    ["list list", "list list"],
    ["show --json list", "show list --json"],
    ["kill --user list", "kill --user=list"],
    ["kill -- kill-all", "kill -- kill-all"],
    ["kill 903 -- --user list", "kill 903 -- --user list"],
  ])("%s", async (line, expected) => {
    expect(await meaningOf(line)).toBe(expected);
  });
});

describe("no command", () => {
  test.each([
    ["", "(none)"],
    ["--help", "(none) --help"],
    ["help", "(none) --help"],
    ["help help", "(none) --help --help"],
    ["-h version", "(none) --help --version"],
    ["--json", "(none) --json"],
    ["--user list", "(none) --user=list"],
    ["-- list", "(none) -- list"],
    ["lsit --json", "(none) lsit --json"],
    ["alice list", "(none) alice list"],
    ["--user root lsit list", "(none) lsit list --user=root"],
    ["timeout", "timeout"],
    ["timeout 15m --global", "timeout 15m --global"],
    ["--global timeout", "timeout --global"],
    ["timeout -- set 15m", "timeout -- set 15m"],
    ["keys -- show", "keys -- show"],
    ["keys alice", "keys alice"],
  ])("%j", async (line, expected) => {
    expect(await meaningOf(line)).toBe(expected);
  });
});

describe("help", () => {
  test.each([
    ["help list", "list --help"],
    ["help --json list", "list --json --help"],
    ["--json help list", "list --json --help"],
    ["--help list", "list --help"],
    ["help keys", "keys --help"],
    ["help keys show", "keys show --help"],
    ["keys --help show", "keys show --help"],
    ["help timeout", "timeout --help"],
    ["-h timeout", "timeout --help"],
    ["help killall", "kill-all --help"],
    ["help lsit", "(none) lsit --help"],
    ["list help", "list help"],
    ["version", "(none) --version"],
  ])("%s", async (line, expected) => {
    expect(await meaningOf(line)).toBe(expected);
  });
});

describe("what cannot be read is told of the command that was probably meant", () => {
  test.each([
    ["list --grace 5", "list: unknown option at 1"],
    ["--grace 5 list", "list: unknown option at 0"],
    ["--grace list", "list: unknown option at 0"],
    ["--grace 5 list kill", "list: unknown option at 0"],
    ["--message kill list", "list: unknown option at 0"],
    ["--user kill --typo list", "list: unknown option at 2"],
    ["--message list kill --typo", "kill: unknown option at 3"],
    ["--unused timeout keys show KEY", "keys show: unknown option at 0"],
    ["--grace kill list --json", "list: unknown option at 0"],
    ["-n list", "list: unknown option at 0"],
    ["-n 5 list", "list: unknown option at 0"],
    ["--typo list kill", "list: unknown option at 0"],
    ["--typo keys show KEY", "keys show: unknown option at 0"],
    ["keys --typo show KEY", "keys show: unknown option at 1"],
    ["keys show --findings KEY", "keys show: unknown option at 2"],
    ["--findings keys show KEY", "keys show: unknown option at 0"],
    ["keys --delete", "keys: unknown option at 1"],
    ["keys revoke KEY --findings", "keys revoke: unknown option at 3"],
    ["--typo timeout set 15m", "timeout set: unknown option at 0"],
    ["timeout --typo", "timeout: unknown option at 1"],
    ["--typo killall", "kill-all: unknown option at 0"],
    ["--typo list killall", "list: unknown option at 0"],
    ["list --user", "list: missing value at 1"],
    ["--user --json list", "list: missing value at 0"],
    ["list --json=no", "list: value for a switch at 1"],
    ["--typo", ": unknown option at 0"],
    ["--typo alice", ": unknown option at 0"],
    ["alice --typo list", ": unknown option at 1"],
    ["--user", ": missing value at 0"],
    ["--user list --typo", ": unknown option at 2"],
    ["help --typo list", "list: unknown option at 1"],
  ])("%s", async (line, expected) => {
    expect(await meaningOf(line)).toBe(expected);
  });
});

describe("only the commands that are tried are loaded", () => {
  async function loadedBy(line: string): Promise<string[]> {
    const loaded: string[] = [];
    const watched: CommandTable = {
      ...commands,
      loaders: new Map(
        [...commands.loaders].map(([name, load]) => [
          name,
          async () => {
            loaded.push(name);
            return load();
          },
        ]),
      ),
    };
    await findCommand(line.split(" "), watched);
    return loaded;
  }

  test.each([
    ["list --json", ["list"]],
    ["--json list", ["list"]],
    ["list --user kill", ["list"]],
    ["kill 903 list", ["kill"]],
    ["-u list keys", ["list", "keys"]],
    ["keys --user root show KEY", ["keys"]],
    ["--user bob killall", ["kill-all"]],
  ])("%s", async (line, expected) => {
    expect(await loadedBy(line)).toEqual(expected);
  });
});

test("an option with a value has one in every command, or the place of the command would be unclear", async () => {
  const takesValue = new Map<string, Set<boolean>>();
  for (const { options } of singleCommands(await loadAll(commands)))
    for (const [long, { alias, value }] of Object.entries(options))
      for (const name of [`--${long}`, ...(alias === undefined ? [] : [`-${alias}`])])
        takesValue.set(name, (takesValue.get(name) ?? new Set()).add(value !== undefined));
  const unclear = [...takesValue].flatMap(([name, kinds]) => (kinds.size > 1 ? name : []));
  // A time for watch, which is never the name of a command; a switch wherever something is changed.
  expect(unclear).toEqual(["-n"]);
});

test("a very long line is read in reasonable time", async () => {
  const many = Array.from({ length: 50_000 }, () => [
    "--typo",
    "kill",
    "keys",
    "show",
    "list",
    "timeout",
    "set",
  ]).flat();
  expect(await findCommand(many, commands)).toMatchObject({ trouble: { at: 0 } });
  expect(await findCommand(["nobody", ...many], commands)).toMatchObject({ trouble: { at: 1 } });
  expect(await findCommand(["list", "--", ...many], commands)).toMatchObject({ command: { name: "list" } });
  const help = Array.from({ length: 300_000 }, () => "help");
  expect(await findCommand([...help, "list"], commands)).toMatchObject({ command: { name: "list" } });
});
