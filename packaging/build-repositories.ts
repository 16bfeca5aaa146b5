/** Makes an apt and a dnf repository of the packages in build/, signed: `npm run package:repo -- DIR --key ID`. */
import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { reportPackages } from "./report-packages.ts";
import { readSource } from "./variants.ts";

const built = fileURLToPath(new URL("../build", import.meta.url));

const usage = `Usage: npm run package:repo -- DIR --key ID

  DIR   a new folder, for a web server or a file system
  ID    a secret key of gpg's, by its fingerprint or address`;

/** @throws Error with the usage where it is not followed. */
function readArguments(): { folder: string; key: string } {
  const { positionals, values } = parseArgs({ options: { key: { type: "string" } }, allowPositionals: true });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1 || values.key === undefined) throw new Error(usage);
  return { folder: resolve(folder), key: values.key };
}

async function packagesIn(ending: string): Promise<string[]> {
  const names = await readdir(built).catch((): string[] => []);
  const found = names.filter((name) => name.endsWith(ending)).map((name) => join(built, name));
  if (found.length === 0)
    throw new Error(`build/ has no ${ending}; make the packages first: npm run package:deb && npm run package:rpm`);
  return found.toSorted();
}

/**
 * A repository as apt reads it, https://wiki.debian.org/DebianRepository/Format: one suite, "stable", with one component. Where it lies
 * is the administrator's to say, so the source that is written beside it names its own folder.
 */
async function layApt(folder: string, key: string, builtFrom: Date): Promise<void> {
  const debs = await packagesIn(".deb");
  const pool = join(folder, "pool");
  await mkdir(pool, { recursive: true });
  for (const deb of debs) await cp(deb, join(pool, basename(deb)));
  const architectures = [...new Set(debs.map((deb) => /_([^_]+)\.deb$/.exec(deb)?.[1] ?? ""))].filter(
    (name) => name !== "all",
  );
  for (const architecture of architectures) {
    const { stdout } = await execa("apt-ftparchive", ["--arch", architecture, "packages", "pool"], { cwd: folder });
    const index = join(folder, `dists/stable/main/binary-${architecture}`);
    await mkdir(index, { recursive: true });
    await writeFile(join(index, "Packages"), `${stdout}\n`);
  }
  const fields = { Origin: "sshctl", Label: "sshctl", Suite: "stable", Codename: "stable", Components: "main" };
  const options = Object.entries({ ...fields, Architectures: architectures.join(" ") }).flatMap(([name, value]) => [
    "-o",
    `APT::FTPArchive::Release::${name}=${value}`,
  ]);
  const env = { SOURCE_DATE_EPOCH: String(builtFrom.getTime() / 1000) };
  const { stdout: release } = await execa("apt-ftparchive", [...options, "release", "dists/stable"], {
    cwd: folder,
    env,
  });
  await writeFile(join(folder, "dists/stable/Release"), `${release}\n`);
  await sign(key, ["--clearsign", "--output", "dists/stable/InRelease", "dists/stable/Release"], folder);
  await writeFile(join(folder, "sshctl.sources"), aptSource(folder));
}

/** The form of sources.list(5) that names its key. */
function aptSource(folder: string): string {
  return `Types: deb\nURIs: file:${folder}\nSuites: stable\nComponents: main\nSigned-By: ${join(folder, "../sshctl.asc")}\n`;
}

/** A repository as dnf reads it, with packages and an index that are signed, createrepo_c(8) and dnf.conf(5). */
async function layDnf(folder: string, key: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const rpm of await packagesIn(".rpm")) {
    const copy = join(folder, basename(rpm));
    await cp(rpm, copy);
    await execa("rpmsign", ["--define", `_gpg_name ${key}`, "--define", "__gpg /usr/bin/gpg", "--addsign", copy]);
  }
  await execa("createrepo_c", ["--quiet", folder]);
  await sign(key, ["--detach-sign", "--armor", "repodata/repomd.xml"], folder);
  const lines = [
    "[sshctl]",
    "name=sshctl",
    `baseurl=file://${folder}`,
    "enabled=1",
    "gpgcheck=1",
    "repo_gpgcheck=1",
    `gpgkey=file://${join(folder, "../sshctl.asc")}`,
  ];
  await writeFile(join(folder, "sshctl.repo"), `${lines.join("\n")}\n`);
}

async function sign(key: string, what: readonly string[], cwd: string): Promise<void> {
  await execa("gpg", ["--batch", "--yes", "--local-user", key, ...what], { cwd });
}

await reportPackages("package:repo", async () => {
  const { folder, key } = readArguments();
  const { builtFrom } = await readSource();
  await execa("gpg", ["--batch", "--list-secret-keys", key]).catch((error: unknown) => {
    throw new Error(`gpg has no secret key "${key}"; "gpg --list-secret-keys" shows those that it has`, {
      cause: error,
    });
  });
  // mkdir() refuses what is there: nothing of an older repository stays beside the new one.
  await mkdir(folder).catch((error: unknown) => {
    throw new Error(`${folder} cannot be made; name a folder that does not exist yet`, { cause: error });
  });
  try {
    await layApt(join(folder, "apt"), key, builtFrom);
    await layDnf(join(folder, "dnf"), key);
    const { stdout } = await execa("gpg", ["--batch", "--armor", "--export", key]);
    await writeFile(join(folder, "sshctl.asc"), `${stdout}\n`);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  return [join(folder, "apt"), join(folder, "dnf"), join(folder, "sshctl.asc")];
});
