import { expect, test } from "vitest";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadAll } from "../../../../src/cli/command-table.ts";
import { commands as table } from "../../../../src/commands.ts";
import { isGroup, type Command } from "../../../../src/cli/command.ts";
import { exitCodes } from "../../../../src/errors.ts";
import { manPage } from "../../../../packaging/manual/man-page.ts";
import { literal } from "../../../../packaging/manual/roff.ts";

const command: Command = {
  name: "list",
  summary: "Show who is here",
  examples: [["sshctl list -u alice", "hers"]],
  words: { name: "[TTY]", describe: ".so of a terminal", most: 1 },
  options: {
    user: { group: "Select", alias: "u", value: "NAME", describe: "of these users" },
    root: { group: "Select", value: "DIR", describe: "refused", hidden: "refused" },
  },
  run: async () => Promise.resolve(exitCodes.done),
};

test("a command with its words, options by group, and examples", () => {
  expect(manPage([command], "1.2.3").split("\n").slice(14, 31)).toEqual([
    '.SS "sshctl list [TTY]"',
    "Show who is here.",
    ".TP",
    '.B "[TTY]"',
    "\\&.so of a terminal",
    ".PP",
    '.I "Select:"',
    ".TP",
    '.B "\\-u, \\-\\-user NAME"',
    "of these users",
    ".PP",
    '.I "Examples:"',
    ".TP",
    '.B "sshctl list \\-u alice"',
    "hers",
    '.SH "EXIT STATUS"',
    ".TP",
  ]);
});

test("every command and every option that is not hidden is in the page that is shipped", async () => {
  const page = readFileSync("docs/sshctl.8", "utf8");
  const commands = (await loadAll(table)).flatMap((each) => (isGroup(each) ? each.commands : [each]));
  for (const { name, options } of commands) {
    expect(page).toContain(`.SS "sshctl ${literal(name)}`);
    const shown = Object.entries(options).filter(([, { hidden }]) => hidden === undefined);
    for (const [long] of shown) expect(page).toContain(literal(`--${long}`));
  }
});

test("the shipped page is what the commands say", () => {
  const told = execFileSync(process.execPath, ["--import", "tsx", "packaging/manual/main.ts", "--check"], {
    encoding: "utf8",
  });
  expect(told).toBe("");
});
