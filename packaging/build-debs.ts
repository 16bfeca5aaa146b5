/** Builds the Debian packages into build/: sshctl, and sshctl-standalone, which brings its own Node.js. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { buildDeb, type Source } from "./deb-package.ts";
import { type DebTree, fromProject, layManualAndCompletions, layProgram, layUnits } from "./deb-tree.ts";
import { nodeRuntime, runtimeDepends } from "./node-runtime.ts";
import { type Bundled, partsOf, type Sbom, sbomOf } from "./sbom.ts";

const project = fileURLToPath(new URL("../", import.meta.url));
const folder = fileURLToPath(new URL("../build", import.meta.url));
const ownNode = "usr/lib/sshctl/bin/node";
/** In a file of its own, because it is long and quotes licences that Debian wants to be referred to. */
const runtimeLicence = "usr/share/doc/sshctl-standalone/LICENSE.nodejs";
const copyrightLine = "Copyright Node.js contributors. All rights reserved.";
const about = `sshctl shows who is connected to this server over SSH, from where, with
which process and key, and what runs there, and ends exactly the right
session. It reads the kernel's own tables, not log files.
`;

/** Debian's name for this machine's architecture, for what differs between machines. */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: "amd64", arm64: "arm64" };

/** What lintian finds in a program that others have built. */
const overrides = `# Node.js as its project releases it, unchanged, so that its checksum can be compared with theirs.
sshctl-standalone: unstripped-binary-or-object *
sshctl-standalone: embedded-library *
sshctl-standalone: hardening-no-pie *
# That is its interpreter.
sshctl-standalone: wrong-path-for-interpreter *
sshctl-standalone: missing-dep-for-interpreter *
`;

async function readSource(sbom: Sbom): Promise<Source> {
  const [product] = partsOf({ components: [sbom.metadata.component] });
  if (product === undefined) throw new Error("dist/sbom.cdx.json does not name the product; build it: npm run build");
  const { DEBFULLNAME, DEBEMAIL, SOURCE_DATE_EPOCH } = process.env;
  const maintainer = `${DEBFULLNAME || (await ofCommit("%an"))} <${DEBEMAIL || (await ofCommit("%ae"))}>`;
  return { product, maintainer, builtFrom: new Date(Number(SOURCE_DATE_EPOCH || (await ofCommit("%ct"))) * 1000) };
}

async function ofCommit(format: string): Promise<string> {
  const { stdout } = await execa("git", ["log", "-1", `--format=${format}`], { cwd: project });
  return stdout;
}

async function buildPlain(source: Source, parts: readonly Bundled[]): Promise<string> {
  const { maintainer, product } = source;
  const of = {
    name: "sshctl",
    version: product.version,
    architecture: "all",
    depends: "nodejs (>= 20.19)",
    maintainer,
    about: `${about}\nThis package runs on the Node.js of the distribution.`,
  };
  return buildDeb(source, of, folder, async (tree) => {
    await layProgram(tree, "/usr/bin/node");
    await layUnits(tree, "/usr/bin/node");
    await layManualAndCompletions(tree);
    return parts;
  });
}

async function buildStandalone(source: Source, parts: readonly Bundled[]): Promise<string> {
  const { maintainer, product } = source;
  const architecture = architectures[process.arch] ?? process.arch;
  const of = {
    name: "sshctl-standalone",
    version: product.version,
    architecture,
    depends: runtimeDepends,
    maintainer,
    insteadOf: "sshctl",
    about: `${about}\nThis package brings its own Node.js, which nothing else uses.`,
  };
  return buildDeb(source, of, folder, async (tree) => {
    await layProgram(tree, `/${ownNode}`);
    await layUnits(tree, `/${ownNode}`);
    await layManualAndCompletions(tree);
    return [...parts, await layRuntime(tree, source, parts)];
  });
}

/** Lays Node.js beside the program, and names it in the bill of materials. */
async function layRuntime(tree: DebTree, { product }: Source, parts: readonly Bundled[]): Promise<Bundled> {
  const { name, version, program, licence } = await nodeRuntime(24);
  const runtime = { name, version, licence: "MIT", text: await readFile(licence, "utf8") };
  await tree.copyProgram(program, ownNode);
  const sbom = sbomOf(product, [...parts, runtime]);
  await tree.write("usr/lib/sshctl/dist/sbom.cdx.json", `${JSON.stringify(sbom, undefined, 2)}\n`);
  await tree.write("usr/share/lintian/overrides/sshctl-standalone", overrides);
  await tree.writeGzipped(runtimeLicence, runtime.text);
  return { ...runtime, text: `${copyrightLine}\nThe text, with those of all its parts, is in /${runtimeLicence}.gz.` };
}

async function main(): Promise<void> {
  const sbom: Sbom = JSON.parse(await fromProject("dist/sbom.cdx.json"));
  const source = await readSource(sbom);
  const parts = partsOf(sbom);
  const debs = [await buildPlain(source, parts), await buildStandalone(source, parts)];
  process.stdout.write(`${debs.join("\n")}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`package:deb: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
