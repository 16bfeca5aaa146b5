import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { execa } from "execa";
import { compressionLevel } from "./compression.ts";
import { controlText, copyrightText, debianChangelog, type DebianPackage } from "./debian-texts.ts";
import { debianScripts } from "./maintainer-scripts.ts";
import { PackageTree, documentPaths, fromProject } from "./package-tree.ts";
import type { Bundled } from "./sbom.ts";
import type { Source } from "./variants.ts";

/** Builds one package into that folder; `lay` fills its tree. Answers the path of the .deb. */
export async function buildDeb(
  source: Source,
  of: DebianPackage,
  folder: string,
  lay: (tree: PackageTree) => Promise<readonly Bundled[]>,
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "sshctl-deb-"));
  try {
    const tree = new PackageTree(join(scratch, of.name));
    const parts = await lay(tree);
    await layDocuments(tree, source, of, parts);
    const installed = await filesOf(tree.root);
    await tree.write("DEBIAN/md5sums", installed.map(({ path, md5 }) => `${md5}  ${path}\n`).join(""));
    const bytes = installed.reduce((sum, { size }) => sum + size, 0);
    await tree.write("DEBIAN/control", controlText(of, Math.ceil(bytes / 1024)));
    for (const [name, text] of Object.entries(debianScripts)) await tree.write(`DEBIAN/${name}`, text, 0o755);
    return await pack(tree, source, of, folder);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function layDocuments(
  tree: PackageTree,
  { product, builtFrom }: Source,
  of: DebianPackage,
  parts: readonly Bundled[],
): Promise<void> {
  const documents = `usr/share/doc/${of.name}`;
  await tree.write(`${documents}/copyright`, copyrightText(product, parts));
  await tree.writeGzipped(`${documents}/changelog`, debianChangelog(of, builtFrom));
  await tree.writeGzipped(`${documents}/CHANGELOG.md`, await fromProject("CHANGELOG.md"));
  for (const path of await documentPaths()) await tree.write(`${documents}/${path}`, await fromProject(path));
}

async function pack(tree: PackageTree, { builtFrom }: Source, of: DebianPackage, folder: string): Promise<string> {
  const deb = join(folder, `${of.name}_${of.version}_${of.architecture}.deb`);
  await mkdir(folder, { recursive: true });
  await execa("chmod", ["-R", "u=rwX,go=rX", tree.root]);
  // dpkg-deb itself takes this for the time of the archive, and for that of every file that is younger.
  const env = { SOURCE_DATE_EPOCH: String(builtFrom.getTime() / 1000) };
  await execa(
    "dpkg-deb",
    ["--build", "-Zxz", `-z${compressionLevel}`, "--root-owner-group", tree.root, `${tree.root}.deb`],
    { env },
  );
  await cp(`${tree.root}.deb`, deb);
  return deb;
}

interface InstalledFile {
  readonly path: string;
  readonly size: number;
  readonly md5: string;
}

async function filesOf(root: string): Promise<InstalledFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.toSorted().map(async (file) => {
    const content = await readFile(file);
    const md5 = createHash("md5").update(content).digest("hex");
    return { path: relative(root, file), size: content.length, md5 };
  });
  return Promise.all(read);
}
