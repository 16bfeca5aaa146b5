import { chmod, copyFile, cp, mkdir, readFile, symlink, writeFile, readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { constants, gzipSync } from "node:zlib";
import { execa } from "execa";
import type { PackageFormat } from "./variants.ts";

const project = new URL("../", import.meta.url);
const library = "usr/lib/sshctl";

/** The folder that becomes a package. Paths are those of the machine it will be installed on, without the first slash. */
export class PackageTree {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  async write(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
    const file = join(this.root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode);
  }

  /** As Policy asks for documents: as small as it gets, and without a time stamp. */
  async writeGzipped(path: string, content: string | Buffer): Promise<void> {
    await this.write(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
  }

  /** Of all files and links in it, sorted. */
  async paths(): Promise<string[]> {
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    return files.map((entry) => relative(this.root, join(entry.parentPath, entry.name))).toSorted();
  }

  async copyProgram(from: string, path: string): Promise<void> {
    const file = join(this.root, path);
    await mkdir(dirname(file), { recursive: true });
    await copyFile(from, file);
    await chmod(file, 0o755);
  }
}

/** Lays the program itself: what was built, a starter that names its Node, and the command. */
export async function layProgram(tree: PackageTree, node: string): Promise<void> {
  await cp(new URL("dist/", project), join(tree.root, library, "dist"), { recursive: true });
  const starter = await fromProject("bin/sshctl.js");
  await tree.write(`${library}/bin/sshctl.js`, starter.replace(/^#!.*/, `#!${node}`), 0o755);
  await tree.write(`${library}/bin/package.json`, await fromProject("bin/package.json"));
  for (const script of ["collect.sh", "act.sh"])
    await tree.write(`${library}/${script}`, await fromProject(`collector/${script}`), 0o755);
  await mkdir(join(tree.root, "usr/bin"), { recursive: true });
  await symlink("../lib/sshctl/bin/sshctl.js", join(tree.root, "usr/bin/sshctl"));
}

/** Lays the units of services, which nobody is to enable but the administrator: systemd.unit(5). */
export async function layUnits(tree: PackageTree, node: string): Promise<void> {
  for (const name of await readdir(new URL("packaging/units/", project)))
    await tree.write(
      `usr/lib/systemd/system/${name}`,
      (await fromProject(`packaging/units/${name}`)).replace("@NODE@", node),
    );
}

/** Lays what a shell and man(1) look for. */
export async function layManualAndCompletions(tree: PackageTree, format: PackageFormat): Promise<void> {
  await tree.writeGzipped("usr/share/man/man8/sshctl.8", await fromProject("docs/sshctl.8"));
  await tree.write("usr/share/bash-completion/completions/sshctl", await completion("bash"));
  await tree.write(`usr/share/zsh/${zshFolders[format]}/_sshctl`, await completion("zsh"));
  await tree.write("usr/share/fish/vendor_completions.d/sshctl.fish", await completion("fish"));
}

const zshFolders: Readonly<Record<PackageFormat, string>> = { deb: "vendor-completions", rpm: "site-functions" };

/** What there is to read, by its path in the project: links between these files keep their meaning. */
export async function documentPaths(): Promise<string[]> {
  const names = await readdir(new URL("docs/", project), { recursive: true });
  const documents = names.filter((name) => /\.(?:md|json)$/.test(name)).map((name) => `docs/${name}`);
  return ["README.md", "SECURITY.md", ...documents].toSorted();
}

/** Reads a file of the project; one that is missing stops the build. */
export async function fromProject(path: string): Promise<string> {
  return readFile(new URL(path, project), "utf8").catch((error: unknown) => {
    throw new Error(`the packages need ${path}, which cannot be read`, { cause: error });
  });
}

async function completion(shell: string): Promise<string> {
  const request = ["bin/sshctl.js", "completion", shell];
  const { stdout, stderr, failed } = await execa(process.execPath, request, { cwd: project, reject: false });
  if (failed || stdout === "")
    throw new Error(`the packages need "sshctl completion ${shell}", which fails: ${stderr}`);
  return `${stdout}\n`;
}
