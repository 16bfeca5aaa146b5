import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { requireLab, useMachine } from "./machine/lab-test.ts";
import { chosenSuites } from "./machine/suites.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));
/** Where there is no Node.js, the package that brings one; where there is, the one that uses it. */
const cases = [
  ["bookworm", "sshctl-standalone"],
  ["trixie", "sshctl"],
] as const;
const commands = ["list", "show", "kill", "kill-all", "watch", "count", "keys", "timeout", "doctor", "completion"];
let debs: string[];

beforeAll(async () => {
  requireLab();
  // The lab has built; a build of its own would pull the bundle from under the other tests.
  const { stdout } = await execa("npx", ["tsx", "packaging/build-debs.ts"], { cwd: project });
  debs = stdout.split("\n");
}, 300_000);

test("lintian finds no error", { timeout: 240_000 }, async () => {
  requireLab();
  const { exitCode, stdout } = await execa("lintian", ["--fail-on", "error", ...debs], { reject: false });
  expect(exitCode, stdout).toBe(0);
});

const chosen = cases.filter(([suite]) => chosenSuites().some(({ name }) => name === suite));

describe.each(chosen)("%s with %s", (suite, name) => {
  const lab = useMachine(suite);

  beforeAll(async () => {
    const deb = debs.map((path) => basename(path)).find((file) => file.startsWith(`${name}_`));
    await lab().must(`dpkg -i /opt/sshctl/build/${String(deb)}`, { timeoutMs: 120_000 });
  }, 180_000);

  test.each([...commands.map((command) => `${command} --help`), "--version", "list", "count", "timeout show"])(
    "sshctl %s",
    async (line) => {
      const { exitCode, stderr } = await lab().run(["sshctl", ...line.split(" ")]);
      expect(exitCode, stderr).toBe(0);
    },
  );

  test("sshctl keys", async () => {
    const { exitCode, stdout, stderr } = await lab().run(["sshctl", "keys", "--user", "alice"]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^alice +ED25519 .*accepted/m);
  });

  test("has its manual, completions and sums where they are looked for", async () => {
    const paths = await lab().must(`dpkg -L ${name}`);
    for (const path of [
      "/usr/share/man/man8/sshctl.8.gz",
      "/usr/share/bash-completion/completions/sshctl",
      "/usr/share/zsh/vendor-completions/_sshctl",
      "/usr/share/fish/vendor_completions.d/sshctl.fish",
    ]) {
      expect(paths.split("\n")).toContain(path);
    }
    expect(await lab().must(`dpkg --verify ${name}`)).toBe("");
  });

  test("leaves nothing behind", async () => {
    const installed = await lab().must(`dpkg -L ${name} | grep -E '/sshctl|_sshctl'`);
    await lab().must(`dpkg --purge ${name}`);
    const left = await lab().must('while read -r path; do [ ! -e "$path" ] || echo "$path"; done', {
      input: installed,
    });
    expect(left).toBe("");
    expect(await lab().must("find /usr /etc /var -xdev -name '*sshctl*'")).toBe("");
  });
});
