/** What the shells themselves make of the completion scripts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";
import { fileURLToPath } from "node:url";

const sshctl = fileURLToPath(new URL("../../bin/sshctl.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sshctl-completion-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function scriptFor(shell: string, name: string): Promise<string> {
  const { stdout } = await execa(process.execPath, [sshctl, "completion", shell]);
  const file = join(folder, name);
  writeFileSync(file, `${stdout}\n`);
  return file;
}

const completions: readonly (readonly [typed: string, expected: readonly string[]])[] = [
  ["ki", ["kill", "kill-all"]],
  ["timeout s", ["set", "show"]],
  ["timeout set --gl", ["--global"]],
  ["list --us", ["--user"]],
  ["list --busy --forward-p", ["--forward-port"]],
  ["keys rev", ["revoke"]],
  ["list --user ", []],
  ["show --gl", []],
];

describe("bash", () => {
  test.each(completions)("sshctl %s", async (typed, expected) => {
    const file = await scriptFor("bash", "sshctl.bash");
    const complete = `source ${file}; read -ra COMP_WORDS <<< "sshctl $1"; [[ $1 == *" " ]] && COMP_WORDS+=("")
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _sshctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await execa("bash", ["-c", complete, "bash", typed]);
    expect(stdout.split("\n").filter(Boolean).toSorted()).toEqual(expected);
  });
});

describe("fish", () => {
  test.each(completions)("sshctl %s", async (typed, expected) => {
    const file = await scriptFor("fish", "sshctl.fish");
    const { stdout } = await execa("fish", [
      "--no-config",
      "-c",
      `source ${file}; complete -C "sshctl $argv[1]"`,
      typed,
    ]);
    const words = stdout.split("\n").flatMap((line) => line.split("\t")[0] ?? []);
    expect(words.filter(Boolean).toSorted()).toEqual(expected);
  });
});

describe("zsh", () => {
  /** A terminal of its own, because zsh completes only for somebody who types; the command shows what it has become. */
  const typist = `zmodload zsh/zpty; zpty shell zsh -f -i
    zpty -w shell "fpath=(${folder} \\$fpath); autoload -U compinit; compinit -u -D; sshctl() { print -r -- GOT: \\$* :TOG }"
    zpty -w -n shell "sshctl $1"$'\\t\\n'
    zpty -r -m shell line '*GOT: [^$]*:TOG*'; print -r -- "$line"`;
  const unique = completions.filter(([, expected]) => expected.length === 1);

  test.each(unique)("sshctl %s", async (typed, [expected]) => {
    await scriptFor("zsh", "_sshctl");
    const { stdout } = await execa("zsh", ["-f", "-c", typist, "zsh", typed], { timeout: 20_000 });
    const got = /GOT: ([^$]*?) :TOG/.exec(stdout)?.[1];
    expect(got).toBe([...typed.split(" ").slice(0, -1), expected].join(" "));
  });
});
