import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeRuntime } from "../../packaging/node-runtime.ts";
import { partsOf, type Sbom } from "../../packaging/sbom.ts";
import { requireLab } from "./machine/lab-test.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));
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

test("carries the licence of every package that its bill of materials lists", async () => {
  const dist = join(folder, "lib/node_modules/sshctl/dist");
  const parts = partsOf(JSON.parse(await readFile(join(dist, "sbom.cdx.json"), "utf8")) as Sbom);
  const licences = await readFile(join(dist, "THIRD-PARTY-LICENSES"), "utf8");
  expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(["yargs", "chalk", "execa", "@clack/prompts"]));
  for (const { name, version, text } of parts) {
    expect(licences).toContain(`\n${name} ${version} (`);
    expect(licences).toContain(text.trim());
  }
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
