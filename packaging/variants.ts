/** The two packages: sshctl, which runs on the distribution's Node.js, and sshctl-standalone, which brings its own. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { nodeRuntime } from "./node-runtime.ts";
import { fromProject, layManualAndCompletions, layProgram, layUnits, type PackageTree } from "./package-tree.ts";
import { type Bundled, partsOf, type Sbom, sbomOf } from "./sbom.ts";

/** What every package is made from. */
export interface Source {
  readonly product: Bundled;
  /** The packages that are built into the program. */
  readonly parts: readonly Bundled[];
  readonly maintainer: string;
  /** The moment that stands for the build, so that the same commit gives the same bytes. */
  readonly builtFrom: Date;
}

/** The package managers that sshctl is packaged for; shells look for completions in other folders beside each. */
export type PackageFormat = "deb" | "rpm";

export interface Variant {
  readonly name: string;
  /** Whether it holds a program of this machine's architecture. */
  readonly isNative: boolean;
  /** Which other package it stands in for. */
  readonly insteadOf?: string;
  readonly about: string;
  /** Lays all but the documents, and tells what of others is in it. */
  readonly lay: (tree: PackageTree, source: Source, format: PackageFormat) => Promise<readonly Bundled[]>;
}

export const summary = "see and end the SSH sessions of this server";

const about = `sshctl shows who is connected to this server over SSH, from where, with
which process and key, and what runs there, and ends exactly the right
session. It reads the kernel's own tables, not log files.
`;

export const plain: Variant = {
  name: "sshctl",
  isNative: false,
  about: `${about}\nThis package runs on the Node.js of the distribution.`,
  lay: async (tree, { parts }, format) => {
    await layProgram(tree, "/usr/bin/node");
    await layUnits(tree, "/usr/bin/node");
    await layManualAndCompletions(tree, format);
    return parts;
  },
};

export const standalone: Variant = {
  name: "sshctl-standalone",
  isNative: true,
  insteadOf: "sshctl",
  about: `${about}\nThis package brings its own Node.js, which nothing else uses.`,
  lay: async (tree, source, format) => {
    await layProgram(tree, `/${ownNode}`);
    await layUnits(tree, `/${ownNode}`);
    await layManualAndCompletions(tree, format);
    return [...source.parts, await layRuntime(tree, source)];
  },
};

const ownNode = "usr/lib/sshctl/bin/node";

/** In a file of its own, because it is long and quotes licences that Debian wants to be referred to. */
const runtimeLicence = "usr/share/doc/sshctl-standalone/LICENSE.nodejs";
const copyrightLine = "Copyright Node.js contributors. All rights reserved.";

/** Lays Node.js beside the program, and names it in the bill of materials. */
async function layRuntime(tree: PackageTree, { product, parts }: Source): Promise<Bundled> {
  const { name, version, program, licence } = await nodeRuntime(24);
  const runtime = { name, version, licence: "MIT", text: await readFile(licence, "utf8") };
  await tree.copyProgram(program, ownNode);
  const sbom = sbomOf(product, [...parts, runtime]);
  await tree.write("usr/lib/sshctl/dist/sbom.cdx.json", `${JSON.stringify(sbom, undefined, 2)}\n`);
  await tree.writeGzipped(runtimeLicence, runtime.text);
  return { ...runtime, text: `${copyrightLine}\nThe text, with those of all its parts, is in /${runtimeLicence}.gz.` };
}

/**
 * What was built, and who builds the packages of it when: DEBFULLNAME, DEBEMAIL and SOURCE_DATE_EPOCH
 * (https://reproducible-builds.org/specs/source-date-epoch/), or the author and time of the last commit.
 */
export async function readSource(): Promise<Source> {
  const sbom: Sbom = JSON.parse(await fromProject("dist/sbom.cdx.json"));
  const [product] = partsOf({ components: [sbom.metadata.component] });
  if (product === undefined) throw new Error("dist/sbom.cdx.json does not name the product; build it: npm run build");
  const { DEBFULLNAME, DEBEMAIL, SOURCE_DATE_EPOCH } = process.env;
  const maintainer = `${DEBFULLNAME || (await ofCommit("%an"))} <${DEBEMAIL || (await ofCommit("%ae"))}>`;
  const builtFrom = new Date(Number(SOURCE_DATE_EPOCH || (await ofCommit("%ct"))) * 1000);
  return { product, parts: partsOf(sbom), maintainer, builtFrom };
}

async function ofCommit(format: string): Promise<string> {
  const project = fileURLToPath(new URL("../", import.meta.url));
  const { stdout } = await execa("git", ["log", "-1", `--format=${format}`], { cwd: project });
  return stdout;
}
