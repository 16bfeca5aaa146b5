import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { compressionLevel } from "./compression.ts";
import { copyrightText } from "./debian-texts.ts";
import { documentPaths, fromProject, PackageTree } from "./package-tree.ts";
import { specText } from "./rpm-spec.ts";
import type { Bundled } from "./sbom.ts";
import type { Source, Variant } from "./variants.ts";

/** RPM's name for this machine's architecture. */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: "x86_64", arm64: "aarch64" };

/** Builds one package into that folder, from the same files as the .deb. Answers the path of the .rpm. */
export async function buildRpm(source: Source, variant: Variant, folder: string): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), "sshctl-rpm-"));
  try {
    const tree = new PackageTree(join(scratch, "tree"));
    const parts = await variant.lay(tree, source, "rpm");
    await layDocuments(tree, source, variant.name, parts);
    await execa("chmod", ["-R", "u=rwX,go=rX", tree.root]);
    const architecture = variant.isNative ? (architectures[process.arch] ?? process.arch) : "noarch";
    const spec = join(scratch, `${variant.name}.spec`);
    await writeFile(spec, specText({ source, variant, architecture, files: await tree.paths() }));
    return await pack(scratch, spec, source, folder, `${variant.name}-${source.product.version}-1.${architecture}.rpm`);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function layDocuments(
  tree: PackageTree,
  { product }: Source,
  name: string,
  parts: readonly Bundled[],
): Promise<void> {
  const documents = `usr/share/doc/${name}`;
  await tree.write(`${documents}/copyright`, copyrightText(product, parts));
  await tree.writeGzipped(`${documents}/CHANGELOG.md`, await fromProject("CHANGELOG.md"));
  for (const path of await documentPaths()) await tree.write(`${documents}/${path}`, await fromProject(path));
}

async function pack(
  scratch: string,
  spec: string,
  { builtFrom }: Source,
  folder: string,
  name: string,
): Promise<string> {
  const definitions = {
    _topdir: join(scratch, "rpmbuild"),
    _rpmdir: scratch,
    _rpmfilename: "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
    // The files are as they shall be: nothing strips Node.js, or writes other interpreters into scripts.
    __os_install_post: "%{nil}",
    _build_id_links: "none",
    // Older systems read this compression, too.
    _binary_payload: `w${compressionLevel}.xzdio`,
    _buildhost: "reproducible",
    use_source_date_epoch_as_buildtime: "1",
    clamp_mtime_to_source_date_epoch: "1",
  };
  const defines = Object.entries(definitions).flatMap(([key, value]) => ["--define", `${key} ${value}`]);
  const env = { SOURCE_DATE_EPOCH: String(builtFrom.getTime() / 1000) };
  await execa("rpmbuild", ["-bb", "--quiet", ...defines, spec], { env });
  await mkdir(folder, { recursive: true });
  await cp(join(scratch, name), join(folder, name));
  return join(folder, name);
}
