import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeRuntime } from "../../../packaging/node-runtime.ts";
import { partsOf, type Sbom } from "../../../packaging/sbom.ts";
import { sshctl } from "../../helpers/run-cli.ts";
import { requireLab } from "../machine/lab-test.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));
let folder: string;

/** What `npm publish` would upload, installed as a user would, without a network. */
beforeAll(async () => {
  requireLab();
  folder = await mkdtemp(join(tmpdir(), "sshctl-npm-"));
  // The lab has built; a build of its own would pull the bundle from under the other tests.
  const packed = await execa("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], {
    cwd: project,
  });
  const options = ["--global", "--offline", "--prefix", folder, "--cache", join(folder, "cache")];
  await execa("npm", ["install", ...options, join(folder, packed.stdout.trim())]);
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

test("installs nothing beside itself", async () => {
  expect(await readdir(join(folder, "lib/node_modules"))).toEqual(["sshctl"]);
  expect(await readdir(join(folder, "lib/node_modules/sshctl"))).not.toContain("node_modules");
});

test("brings the collector", async () => {
  const { mode } = await stat(join(folder, "lib/node_modules/sshctl/collector/collect.sh"));
  expect(mode & 0o777).toBe(0o755);
});

test("carries the licence of every package that its bill of materials lists", async () => {
  const dist = join(folder, "lib/node_modules/sshctl/dist");
  const parts = partsOf(JSON.parse(await readFile(join(dist, "sbom.cdx.json"), "utf8")) as Sbom);
  const licences = await readFile(join(dist, "THIRD-PARTY-LICENSES"), "utf8");
  expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(["yargs", "chalk", "execa", "@clack/core"]));
  for (const { name, version, text } of parts) {
    expect(licences).toContain(`\n${name} ${version} (`);
    expect(licences).toContain(text.trim());
  }
});

/** The bundle carries only the parser of yargs; the sources run with what belongs to it, too. */
describe("understands arguments as the sources do", () => {
  test.each([
    "",
    "--json",
    "-q",
    "list alice",
    "list --usr x",
    "list -x",
    "list --sort",
    "list --busy=yes",
    "list --busy false",
    "list --from web1",
    "list -qojson",
    "list --output=json --json -q",
    "list --idle soon --idle 1h",
    "list -- --json",
    "lsit",
    "who",
    "help lsit",
    "show",
    "show 1 2",
    "show abc",
    "kill --user x",
    "kill -SIGSTOP 5",
    "kill-all --grace 0",
    "killall bob",
    "timeout",
    "timeout 5m",
    "timeout --global",
    "timeout set",
    "timeout set -5",
    "timeout set 5 --channels shell",
    "timeout set 15m extra",
    "keys show",
    "keys revoke SHA256:",
    "keys --fail-on worst",
    "watch --count x",
    "completion tcsh",
    "list --help",
    "list --version",
    "timeout set --help",
    "--grace 5 list",
    "--user list",
    "-u list lsit",
    "watch --on opened",
    "keys --findings show x",
    "--constructor",
  ])("sshctl %s", async (line) => {
    const args = line.split(" ").filter((word) => word !== "");
    const bundled = await execa(join(folder, "bin/sshctl"), args, { reject: false, stripFinalNewline: false });
    const { exitCode, out, err } = await sshctl(args, { failure: new Error("The machine was read.") });
    expect(bundled).toMatchObject({ exitCode, stdout: out, stderr: err });
  });
});

describe.each([20, 22, 24] as const)("with Node.js %i", (release) => {
  let path: string;

  beforeAll(async () => {
    path = dirname((await nodeRuntime(release)).program);
  });

  const run = async (...args: string[]) =>
    execa(join(folder, "bin/sshctl"), args, { env: { PATH: `${path}:/usr/bin:/bin` }, reject: false });

  test("is the Node.js that runs it", async () => {
    const { stdout } = await execa("node", ["--version"], { env: { PATH: `${path}:/usr/bin:/bin` } });
    expect(stdout).toMatch(new RegExp(`^v${String(release)}\\.`));
  });

  test.each(["--version", "--help", "list", "count", "timeout show", "keys"])("sshctl %s", async (line) => {
    const { exitCode, stdout, stderr } = await run(...line.split(" "));
    // 1 tells that there is nothing to show here.
    expect([0, 1], stderr).toContain(exitCode);
    expect(stdout + stderr).not.toBe("");
    expect(stderr).not.toMatch(/Error|^ +at /m);
  });
});
