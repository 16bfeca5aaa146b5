import { resolve } from "node:path";
import { defineConfig, type Plugin } from "rolldown";
import { bundledPackages } from "./packaging/bundled-packages.ts";
import { shippedFiles } from "./packaging/shipped-files.ts";

const entry = "src/main.ts";

/** What every list and every count loads beside the entry. */
const everyLook = [
  "src/features/sessions/list.ts",
  "src/features/sessions/count.ts",
  "src/report/reports.ts",
  "src/host/this-host.ts",
];

/** What each module of the program imports, as the bundler has found it; what is imported only when it is needed does not count. */
const imports = new Map<string, readonly string[]>();

const importGraph: Plugin = {
  name: "import-graph",
  moduleParsed: ({ id, importedIds }) => {
    imports.set(id, importedIds);
  },
};

/** These modules and all that they cannot do without. */
function reachedFrom(roots: readonly string[]): ReadonlySet<string> {
  const reached = new Set(roots.map((path) => resolve(path)));
  // What is added meanwhile is visited, too.
  for (const id of reached) for (const imported of imports.get(id) ?? []) reached.add(imported);
  return reached;
}

let reached: { byEntry: ReadonlySet<string>; byLook: ReadonlySet<string> } | undefined;

/** What a look cannot do without is one file: each further one would cost a part of a millisecond of every start. */
function isOfEveryLook(id: string): boolean {
  reached ??= { byEntry: reachedFrom([entry]), byLook: reachedFrom(everyLook) };
  return (reached.byLook.has(id) && !reached.byEntry.has(id)) || id.includes("rolldown/runtime");
}

/**
 * What packages do at every start, though nobody needs it, and what they get instead: a fifth of a start. A new version of one of
 * them asks for a new look at this table.
 */
const idle: readonly (readonly [importer: string, module: string, instead: string])[] = [
  // For a help text in columns, and messages in many languages: we take only the parser, which does not need it.
  ["/yargs/", "../lib/platform-shims/esm.mjs", "export default {};"],
  // To read configurations that we do not have.
  ["/yargs-parser/", "node:module", "export const createRequire = undefined;"],
  // It guesses colours; render/color.ts decides.
  ["/chalk/", "#supports-color", "export default { stdout: false, stderr: false };"],
];

const withoutIdleWork: Plugin = {
  name: "without-idle-work",
  resolveId: (source, importer) => {
    const index = idle.findIndex(([folder, name]) => name === source && importer?.includes(`/node_modules${folder}`));
    return index < 0 ? null : `\0idle:${index}/${source}`;
  },
  load: (id) => {
    const index = /^\0idle:(\d+)/.exec(id)?.[1];
    return index === undefined ? null : (idle[Number(index)]?.[2] ?? null);
  },
};

/** A new file that a list does not need would drag others in, and each start would wait for them. */
const listStandsAlone: Plugin = {
  name: "list-stands-alone",
  generateBundle(_, bundle) {
    const chunk = Object.values(bundle).find((each) => each.type === "chunk" && each.name === "report");
    if (chunk?.type !== "chunk") return;
    const others = chunk.imports.filter((name) => !/^(?:node:|main\.|rolldown-runtime)/.test(name));
    if (others.length > 0) this.error(`a list loads ${others.join(", ")}`);
  },
};

export default defineConfig({
  input: entry,
  platform: "node",
  plugins: [withoutIdleWork, importGraph, listStandsAlone, bundledPackages, shippedFiles],
  output: {
    dir: "dist",
    // Starts a tenth faster than modules do; named so that it is what it is, whatever package.json lies above.
    format: "cjs",
    entryFileNames: "main.cjs",
    chunkFileNames: "[name]-[hash].cjs",
    cleanDir: true,
    // Names of functions stay, so that the trace of a defect can be read.
    minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } },
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: "report", test: isOfEveryLook }],
    },
  },
  // yargs resolves an option "extends" with it, which we do not have.
  transform: { define: { "import.meta.resolve": "undefined" } },
  // A group may export to other chunks what the entry does not.
  preserveEntrySignatures: "allow-extension",
});
