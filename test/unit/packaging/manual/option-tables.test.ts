import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadAll } from "../../../../src/cli/command-table.ts";
import { commands as table } from "../../../../src/commands.ts";
import { isGroup, type Command } from "../../../../src/cli/command.ts";
import { optionTables } from "../../../../packaging/manual/option-tables.ts";

test("the tables that are shipped hold every option that is not hidden", async () => {
  const commands = await loadAll(table);
  const shipped = readFileSync(new URL("../../../../docs/options.md", import.meta.url), "utf8");
  expect(shipped).toBe(optionTables(commands));
  for (const { name, options } of commands.flatMap((each) => (isGroup(each) ? each.commands : each))) {
    const section = shipped.split("\n## ").find((text) => text.startsWith(`${name}\n`)) ?? "";
    for (const [long, { hidden }] of Object.entries(options))
      expect(new RegExp(`--${long}[ \`]`).test(section), `${name} --${long}`).toBe(hidden === undefined);
  }
});

test("what would end a cell does not", () => {
  const command: Command = {
    name: "x",
    summary: "Do it",
    examples: [],
    options: { a: { group: "Output", alias: "b", value: "A", describe: "one|two" } },
    run: async () => Promise.resolve(0 as const),
  };
  expect(optionTables([command])).toContain("\n| Output | |\n| --- | --- |\n| `-b, --a A` | one\\|two |\n");
});
