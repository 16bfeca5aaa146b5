/** What the shells themselves make of the completion scripts. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileURLToPath } from "node:url";
import { count } from "../../../src/features/sessions/count.ts";
import { list } from "../../../src/features/sessions/list.ts";

const sshctl = fileURLToPath(new URL("../../../bin/sshctl.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sshctl-completion-"));

/** What a shell calls when it asks for what lives on the machine: the values are those of a machine that never was. */
const standIn = `#!/bin/sh
[ "$1 $2" = "completion values" ] || exit 3
case $3 in
  users) printf 'alice\\t2 sessions\\nbob\\t1 session\\n' ;;
  peers) printf '10.0.0.7\\t1 session\\n2001:db8::7\\t1 session\\n2001:db8::9\\t1 session\\n' ;;
  terminals) printf 'pts/1\\talice: her 1st\\npts/12\\tbob\\n' ;;
  sessions) printf '903\\talice from 10.0.0.7: bash\\npts/1\\talice\\n' ;;
  keys) printf 'SHA256:wcPF+/x\\talice@laptop\\nSHA256:zzzz\\tbob\\n' ;;
esac
`;
const env = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}` };

beforeAll(async () => {
  writeFileSync(join(folder, "sshctl"), standIn);
  chmodSync(join(folder, "sshctl"), 0o755);
  await writeScript("bash", bashScript);
  await writeScript("fish", fishScript);
  await writeScript("zsh", zshScript);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bashScript = join(folder, "sshctl.bash");
const fishScript = join(folder, "sshctl.fish");
const zshScript = join(folder, "_sshctl");

async function writeScript(shell: string, file: string): Promise<void> {
  const { stdout } = await execa(process.execPath, [sshctl, "completion", shell]);
  writeFileSync(file, `${stdout}\n`);
}

const negations = Object.keys(list.options)
  .filter((name) => name.startsWith("not-"))
  .map((name) => `--${name}`)
  .toSorted();

const shown = [
  ...Object.keys(count.options).flatMap((name) => (name.startsWith("not-") ? [] : `--${name}`)),
  "--help",
].toSorted();

const completions: readonly (readonly [typed: string, expected: readonly string[]])[] = [
  ["ki", ["kill", "kill-all"]],
  ["timeout s", ["set", "show"]],
  ["timeout set --gl", ["--global"]],
  ["list --us", ["--user"]],
  ["list --busy --forward-p", ["--forward-port"]],
  ["keys rev", ["revoke"]],
  ["show --gl", []],
  ["killall --dr", ["--dry-run"]],
  ["list --idle ", []],
  ["list --kind sh", ["shell"]],
  ["list -o nd", ["ndjson"]],
  ["kill --signal Q", ["QUIT"]],
  ["timeout set --via ss", ["sshd"]],
  ["completion z", ["zsh"]],
  ["count --", shown],
  ["list --no", ["--no-headers", "--no-trunc", ...negations]],
  ["list --not-u", ["--not-user"]],
  ["list --u", ["--user"]],
  ["list --not-user a", ["alice"]],
  ["list --not-kind tu", ["tunnel"]],
  ["list --user ", ["alice", "bob"]],
  ["list --user al", ["alice"]],
  ["count -u b", ["bob"]],
  ["killall --user b", ["bob"]],
  ["list --user nobody", []],
  ["watch --tty pts/12", ["pts/12"]],
  ["list --from 2001:db8::9", ["2001:db8::9"]],
  ["list --from 2001:", ["2001:db8::7", "2001:db8::9"]],
  ["list --key SHA256:w", ["SHA256:wcPF+/x"]],
  ["keys revoke SHA256:z", ["SHA256:zzzz"]],
  ["show 9", ["903"]],
  ["kill 903 pts", ["pts/1"]],
  ["kill --dry-run 9", ["903"]],
  ["timeout show --user roo", ["root"]],
];

/** What readline has cut off already comes back with it. */
const breaks = /^.*[:=]/;

describe("bash", () => {
  test.each(completions)("sshctl %s", async (typed, expected) => {
    const kept = breaks.exec(typed.split(" ").at(-1) ?? "")?.[0] ?? "";
    const replies = await replyOf(`COMP_WORDBREAKS=' :='`, typed);
    expect(replies.map((reply) => kept + reply)).toEqual(expected);
    expect(await replyOf(`COMP_WORDBREAKS=' '`, typed)).toEqual(expected);
  });

  test.each([
    ["list --user=a", ["alice"]],
    ["list --from=2001:db8::9", ["9"]],
    ["list -ojson --user=bob", ["bob"]],
  ])("sshctl %s", async (typed, expected) => {
    expect(await replyOf(":", typed)).toEqual(expected);
  });

  test("what a name holds is never run", async () => {
    const trap = join(folder, "trap");
    const hostile = String.raw`sshctl() { printf '%s\n' '$(touch ${trap})' '\`touch ${trap}\`' alice; }`;
    const replies = await replyOf(hostile, "list --user ");
    expect(replies).toContain("alice");
    expect(existsSync(trap)).toBe(false);
  });

  async function replyOf(settings: string, typed: string): Promise<string[]> {
    const script = `source ${bashScript}; ${settings}; COMP_LINE="sshctl $1"; COMP_POINT=\${#COMP_LINE}
      _sshctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await execa("bash", ["-c", script, "bash", typed], { env });
    return stdout.split("\n").filter(Boolean).toSorted();
  }
});

describe("fish", () => {
  test.each(completions)("sshctl %s", async (typed, expected) => {
    const { stdout } = await execa(
      "fish",
      ["--no-config", "-c", `source ${fishScript}; complete -C "sshctl $argv[1]"`, typed],
      { env },
    );
    const words = stdout.split("\n").flatMap((line) => line.split("\t")[0] ?? []);
    expect(words.filter(Boolean).toSorted()).toEqual(expected);
  });
});

describe("zsh", () => {
  /** A terminal of its own, because zsh completes only for somebody who types; the command shows what it has become. */
  const typist = `zmodload zsh/zpty; zpty shell zsh -f -i
    zpty -w shell "fpath=(${folder} \\$fpath); autoload -U compinit; compinit -u -D; sshctl() { [[ \\$1 == completion && \\$2 == values ]] && command sshctl \\$* || print -r -- GOT: \\$* :TOG }"
    zpty -w -n shell "sshctl $1"$'\\t\\n'
    zpty -r -m shell line '*GOT: [^$]*:TOG*'; print -r -- "$line"`;
  const unique = completions.filter(([, expected]) => expected.length === 1);

  test.each(unique)("sshctl %s", async (typed, [expected]) => {
    const { stdout } = await execa("zsh", ["-f", "-c", typist, "zsh", typed], { env, timeout: 20_000 });
    const got = /GOT: ([^$]*?) :TOG/.exec(stdout)?.[1];
    expect(got).toBe([...typed.split(" ").slice(0, -1), expected].join(" "));
  });
});
