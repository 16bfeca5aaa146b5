import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { documentOf } from "../machine/document.ts";
import { requireLab, useMachine } from "../machine/lab-test.ts";
import type { KeysJson } from "../keys/keys-json.ts";
import { openShell, type SshShell } from "../machine/ssh-client.ts";
import { everySuite } from "../machine/suites.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
/** Where there is no Node.js, the package that brings one; where there is, the one that uses it. */
const cases = [
  ["bullseye", "sshctl-standalone"],
  ["bookworm", "sshctl-standalone"],
  ["trixie", "sshctl"],
] as const;
const commands = ["list", "show", "kill", "kill-all", "watch", "count", "keys", "timeout", "doctor", "completion"];
let debs: string[];
let rpms: string[];
let repositories: string;

beforeAll(async () => {
  requireLab();
  // The lab has built; a build of its own would pull the bundle from under the other tests.
  const built = async (script: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
    const { stdout } = await execa("npx", ["tsx", `packaging/${script}.ts`, ...args], {
      cwd: project,
      env: { SSHCTL_PACKAGE_LEVEL: "1", ...env },
    });
    return stdout.split("\n");
  };
  debs = await built("build-debs");
  rpms = await built("build-rpms");
  // Machines see the project, and what is in build/.
  repositories = join(project, "build/repositories");
  await rm(repositories, { recursive: true, force: true });
  const keys = await mkdtemp(join(tmpdir(), "sshctl-keys-"));
  try {
    const made = [
      "--batch",
      "--passphrase",
      "",
      "--quick-gen-key",
      "Lab <lab@example.org>",
      "default",
      "default",
      "never",
    ];
    await execa("gpg", made, { env: { GNUPGHOME: keys } });
    await built("build-repositories", [repositories, "--key", "lab@example.org"], { GNUPGHOME: keys });
  } finally {
    await execa("gpgconf", ["--homedir", keys, "--kill", "all"]);
    await rm(keys, { recursive: true });
  }
}, 600_000);

const inRoot = ["--force-debian", "--nodeps", "--noscripts"];

describe("the RPMs", () => {
  const variants = ["sshctl", "sshctl-standalone"];
  const named = (all: readonly string[], name: string) =>
    String(all.find((path) => basename(path).startsWith(`${name}_`) || basename(path).startsWith(`${name}-0`)));

  test.each(variants)("%s holds the files of its .deb", async (name) => {
    const { stdout: contents } = await execa("dpkg-deb", ["--contents", named(debs, name)]);
    // "-rw-r--r-- root/root 6412 2026-11-28 21:46 ./usr/bin/sshctl -> ../lib/sshctl/bin/sshctl.js"
    const listed = contents.split("\n").map((line) => / \.(\/\S*)/.exec(line)?.[1] ?? line);
    const { stdout: rpm } = await execa("rpm", ["-qlp", named(rpms, name)]);
    const isDebians = /^\/usr\/share\/(?:doc\/[^/]+\/changelog\.gz|lintian\/)/;
    const files = listed
      .filter((path) => !path.endsWith("/"))
      .map((path) => path.replace("vendor-completions/_", "site-functions/_"));
    const folders = new Set(listed.map((path) => path.replace(/\/$/, "")));
    expect(
      rpm
        .split("\n")
        .filter((path) => !folders.has(path) || files.includes(path))
        .toSorted(),
    ).toEqual(files.filter((path) => !isDebians.test(path)).toSorted());
  });

  test.each(variants)("%s is installed, verified and removed by rpm", async (name) => {
    const root = await mkdtemp(join(tmpdir(), "sshctl-rpm-root-"));
    try {
      await execa("rpm", ["--root", root, "-i", ...inRoot, named(rpms, name)]);
      const { stdout } = await execa("rpm", ["--root", root, "-V", "--nodeps", name]);
      expect(stdout).toBe("");
      const { stdout: version } = await execa(process.execPath, [
        join(root, "usr/lib/sshctl/bin/sshctl.js"),
        "--version",
      ]);
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      await execa("rpm", ["--root", root, "-e", ...inRoot, name]);
      const { stdout: left } = await execa("find", [root, "-mindepth", "1", "-name", "*sshctl*"]);
      expect(left).toBe("");
    } finally {
      await rm(root, { recursive: true });
    }
  });

  test("dnf installs from the signed repository, and from no other", async () => {
    const root = await mkdtemp(join(tmpdir(), "sshctl-dnf-root-"));
    try {
      const configuration = join(root, "dnf.conf");
      await writeFile(configuration, "[main]\n");
      const dnf = async (folder: string, ...words: string[]) =>
        execa(
          "dnf",
          ["--config", configuration, `--installroot=${root}`, `--setopt=reposdir=${folder}`].concat([
            `--setopt=cachedir=${root}/cache`,
            "--releasever=1",
            "-y",
            ...words,
          ]),
          { reject: false },
        );
      const shown = await dnf(`${repositories}/dnf`, "repoquery", "--available");
      expect(shown.stdout, shown.stderr).toMatch(/^sshctl-0:0\..*noarch$/m);
      // Nothing here provides a Node.js to RPM.
      const refused = await dnf(`${repositories}/dnf`, "install", "sshctl");
      expect(refused.exitCode, refused.stderr).not.toBe(0);
      expect(`${refused.stdout}${refused.stderr}`).toContain("nodejs(engine) >= 20.19");
      const index = `${repositories}/dnf/repodata/repomd.xml`;
      const kept = await readFile(index);
      await writeFile(index, kept.toString().replace("<revision>", "<revision>1"));
      const forged = await dnf(
        `${repositories}/dnf`,
        "--refresh",
        "repoquery",
        "--available",
        "--setopt=skip_if_unavailable=0",
      );
      await writeFile(index, kept);
      expect(forged.exitCode).not.toBe(0);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

test("lintian finds no error", { timeout: 240_000 }, async () => {
  requireLab();
  const { exitCode, stdout } = await execa("lintian", ["--fail-on", "error", ...debs], { reject: false });
  expect(exitCode, stdout).toBe(0);
});

const chosen = cases.filter(([suite]) => everySuite().some(({ name }) => name === suite));

describe.each(chosen)("%s with %s", (suite, name) => {
  const lab = useMachine(suite);

  beforeAll(async () => {
    const source = "sed 's,file:/.*/build,file:/opt/sshctl/build,;s,Signed-By:.*/build,Signed-By: /opt/sshctl/build,'";
    await lab().must(
      `${source} /opt/sshctl/build/repositories/apt/sshctl.sources > /etc/apt/sources.list.d/sshctl.sources`,
    );
    // No other source: the machine has no network.
    await lab().must(
      `rm -f /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; apt-get update && apt-get install -y ${name}`,
      { timeoutMs: 120_000 },
    );
  }, 180_000);

  const run = async (line: string) => lab().run(["sshctl", ...line.split(" ")]);
  const done = async (line: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(line);
    expect(exitCode, `${line}: ${stderr}`).toBe(0);
    return stdout;
  };

  test.each([...commands.map((command) => `${command} --help`), "--version", "list", "count", "timeout show"])(
    "sshctl %s",
    async (line) => {
      const { exitCode, stderr } = await run(line);
      expect(exitCode, stderr).toBe(0);
    },
  );

  test("brings the documentation that its help names", async () => {
    const found = await lab().must("head -n 1 -q /usr/share/doc/sshctl*/docs/tasks.md");
    expect(found).toBe("# Usage by task\n");
  });

  test("brings the collector, as a program that only root can change", async () => {
    expect(await lab().must("stat -c '%U %a' /usr/lib/sshctl /usr/lib/sshctl/collect.sh")).toBe("root 755\nroot 755\n");
    expect(await lab().must("/usr/lib/sshctl/collect.sh | tail -n 1")).toBe("end\n");
  });

  test("brings the service of the rules, which is off", async () => {
    expect(await lab().must("systemctl is-enabled sshctl-policy.service || true")).toBe("disabled\n");
  });

  test("brings a timer that is off, whose service runs as it is packed", async () => {
    expect(await lab().must("systemctl is-enabled sshctl-metrics.timer || true")).toBe("disabled\n");
    await lab().must("mkdir -p /var/lib/prometheus/node-exporter && systemctl start sshctl-metrics.service");
    const text = await lab().must("cat /var/lib/prometheus/node-exporter/sshctl.prom");
    expect(text).toContain("sshctl_collection_success 1\n");
    await lab().must("systemctl start sshctl-keys-metrics.service");
    const counted = (from: string) =>
      from.split("\n").filter((line) => /^sshctl_(?:authorized_keys|key_findings)/.test(line));
    const ofKeys = await lab().must("cat /var/lib/prometheus/node-exporter/sshctl-keys.prom");
    expect(counted(ofKeys)).toEqual(counted(await done("metrics --findings")));
    expect(ofKeys).toContain("sshctl_keys_collection_success 1\n");
    await lab().must("systemctl --quiet enable --now sshctl-metrics.timer");
    expect(await lab().must("systemctl is-active sshctl-metrics.timer")).toBe("active\n");
  });

  test("sshctl keys", async () => {
    expect(await done("keys --user alice")).toMatch(/^alice +ED25519 .*accepted/m);
  });

  describe("while somebody is logged in", () => {
    let alice: SshShell;
    let bob: SshShell;

    beforeAll(async () => {
      alice = await openShell(lab(), { user: "alice" });
      bob = await openShell(lab(), { user: "bob" });
    });

    test("list, count, show and watch tell of it", async () => {
      const port = String(alice.local.port);
      const pid = await done(`list -q --peer-port ${port}`);
      expect(await done(`count --peer-port ${port},${String(bob.local.port)}`)).toBe("2\n");
      for (const line of [`show ${pid.trim()} -o json`, `watch --once --json --peer-port ${port}`])
        expect(JSON.parse(await done(line))).toMatchObject({ host: expect.any(String) });
      const screen = await lab().must(
        "script -qec 'stty cols 120; TERM=xterm sshctl watch --once' /dev/null </dev/null",
      );
      expect(screen).toContain(`127.0.0.1:${port}`);
    });

    test("keys finds hers, and what would lock it out", async () => {
      const { keys } = JSON.parse(await done("keys --user alice -o json")) as KeysJson;
      const fingerprint = String(keys[0]?.fingerprint);
      expect(await done(`keys show ${fingerprint} --user alice`)).toContain("authorized_keys");
      await done(`keys revoke ${fingerprint} --user alice --dry-run`);
    });

    test("timeout sets hers, shows it and takes it back", async () => {
      await done("timeout set 180 --user alice");
      expect(await done("timeout show --user alice -o json")).toMatch(/"seconds": 180\b/);
      await done("timeout unset --user alice");
      expect(await done("timeout show --user alice -o json")).not.toMatch(/"seconds": 180\b/);
    });

    test("kill ends hers alone, and kill-all his", async () => {
      await done(`kill 127.0.0.1:${String(alice.local.port)}`);
      expect(await alice.exited).not.toBe(0);
      expect(await bob.ask("echo here")).toBe("here\n");
      await done(`kill-all --yes --peer-port ${String(bob.local.port)}`);
      expect(await bob.exited).not.toBe(0);
    });

    test("doctor and completion do their work", async () => {
      const { exitCode, stdout, stderr } = await run("doctor -o json");
      expect([0, 1], stderr).toContain(exitCode);
      expect(documentOf({ stdout, stderr, exitCode })).toMatchObject({ schema: "sshctl.doctor/1" });
      await lab().must("sshctl completion bash | bash -n");
    });
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

  test("names locks that stay, and leaves nothing behind but the records, without which nothing could be undone", async () => {
    const installed = await lab().must(`dpkg -L ${name} | grep -E '/sshctl|_sshctl'`);
    await lab().must("sshctl lock bob --no-kill --yes");
    const told = await lab().must(`dpkg --purge ${name} 2>&1; chage -E -1 bob`);
    expect(told).toMatch(/these locks stay without sshctl.*\n(?:.*\n)*bob +IN FORCE/);
    const left = await lab().must('while read -r path; do [ ! -e "$path" ] || echo "$path"; done', {
      input: installed,
    });
    expect(left).toBe("");
    const ofApt = "! -path '/etc/apt/*' ! -path '/var/lib/apt/*'";
    const found = await lab().must(`find /usr /etc /var -xdev -name '*sshctl*' ! -path '/var/lib/sshctl' ${ofApt}`);
    expect(found).toBe("");
    expect(await lab().must("ls /var/lib/sshctl; rm -r /var/lib/sshctl")).toBe("changes\nlocks\n");
  });
});
