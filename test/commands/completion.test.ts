import { expect, test } from "vitest";
import { quoted } from "../../src/render/completion/entries.ts";
import { sshctl } from "../helpers/run-cli.ts";

test.each([
  [[], "completion needs to know for which shell. Allowed: bash, zsh, fish."],
  [["tcsh"], 'There is no completion for "tcsh". Allowed: bash, zsh, fish.'],
])("completion %j is a mistake", async (words, message) => {
  expect(await sshctl(["completion", ...words])).toEqual({ exitCode: 2, out: "", err: `sshctl: ${message}\n` });
});

test("an option that the help hides is not offered", async () => {
  const { out } = await sshctl(["completion", "bash"]);
  const offered = (command: string) => out.split("\n").find((line) => line.trim().startsWith(`'${command}') words=`));
  expect(offered("list")).toContain(" --root ");
  expect(offered("watch")).toContain(" --interval ");
  expect(offered("watch")).not.toContain(" --root ");
});

test("a quote in a text does not end it", () => {
  expect(quoted("the user's")).toBe(`'the user'\\''s'`);
});
