import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { mirror, runLogged } from "./build-log.ts";
import { ensureRoot } from "./build-root.ts";
import { cachePath } from "./cache.ts";
import { ensureKept } from "./kept-folder.ts";
import type { Suite } from "./suites.ts";

/** Packages that a few tests need. They are kept apart, so that all other machines stay small. */
export interface Layer {
  readonly name: string;
  readonly packages: readonly string[];
  /** A POSIX shell script that runs in there afterwards: configuration, or the removal of what nobody needs. */
  readonly prepare?: string;
}

const buildScript = fileURLToPath(new URL("build-layer.sh", import.meta.url));

/**
 * Makes sure that the suite's root and these layers over it exist, the first one directly over the root; answers the folders
 * as overlayfs wants them, the uppermost first.
 */
export async function ensureLayers(
  suite: Suite,
  layers: readonly Layer[],
  report: (line: string) => void,
): Promise<readonly string[]> {
  let folders: readonly string[] = [await ensureRoot(suite, report)];
  for (const layer of layers) folders = [await ensureLayer(suite, layer, folders, report), ...folders];
  return folders;
}

async function ensureLayer(
  suite: Suite,
  { name, packages, prepare = "" }: Layer,
  below: readonly string[],
  report: (line: string) => void,
): Promise<string> {
  const fullName = `${suite.name}-${name}`;
  const script = await readFile(buildScript, "utf8");
  return ensureKept({
    shelf: "layers",
    name: fullName,
    ingredients: JSON.stringify([below.map((folder) => basename(folder)), packages, prepare, mirror, script]),
    vitals: ["var/lib/dpkg/status"],
    make: async (folder) => {
      report(`lab: building ${fullName} (once)`);
      const command = ["unshare", "--mount", "--propagation", "private", "sh", buildScript, below.join(":"), folder];
      await runLogged(cachePath("layers", `${fullName}.log`), fullName, [...command, ...packages], prepare);
    },
  });
}
