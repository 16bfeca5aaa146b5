import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "rolldown";
import { type Bundled, licencesOf, sbomOf } from "./sbom.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/**
 * Writes beside the bundle what it contains of others: their licences, and a bill of materials. Both come from the modules
 * that are in the bundle, and so cannot drift from it.
 */
export const bundledPackages: Plugin = {
  name: "bundled-packages",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
    const folders = new Set(modules.flatMap((id) => packageFolder(id) ?? []));
    const parts = [...folders].map((folder) => describe(folder)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const sbom = sbomOf(describe(process.cwd()), parts);
    this.emitFile({ type: "asset", fileName: "THIRD-PARTY-LICENSES", source: licencesOf(parts) });
    this.emitFile({ type: "asset", fileName: "sbom.cdx.json", source: `${JSON.stringify(sbom, undefined, 2)}\n` });
  },
};

/** The folder of the package that a module belongs to; ours belong to none, and a made-up one has no path. */
function packageFolder(id: string): string | undefined {
  return /^\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
}

function describe(folder: string): Bundled {
  const { name, version, license }: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
  if (file === undefined) throw new Error(`${name} is bundled, but ${folder} has no file with its licence`);
  return { name, version, licence: license, text: readFileSync(join(folder, file), "utf8") };
}
