import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "rolldown";
import { bundledPackages } from "./packaging/bundled-packages.ts";

/** What a list needs beside yargs, in one file: each further one would cost a part of a millisecond of every start. */
const needed =
  /rolldown\/runtime|#supports-color|\/node_modules\/chalk\/|\/src\/(?:commands|domain|os|render|read-report|source-choice|this-machine|sources\/(?:procfs\/|terminals|directory-accounts))/;
const seldomNeeded =
  /\/src\/(?:commands\/(?:completion[\w-]*|doctor|show|find-session|kill|kill-all|keys[\w-]*|option-groups|timeout[\w-]*|unknown-names|watch|whose-option|(?:ending|revoking|watching)\/.*)|domain\/(?:auth-message|byte-text|command-line|diff-sessions|kill-.*|plan-kill|session-event|short-logins|signal|belongings|dangerous-moments|login-records|match-auth|may-outlive|session-details|target)|os\/(?:act-as|at-the-end|cgroups|clock|error-code|feed-program|file-trouble|greetings|held-files|hook-programs|line-source|lock-file|own-files|owned-files|program-lines|recorded-files|scratch-folder|screen|signals|tampering|terminals|user-files|user-rights|walk)|render\/(?:completion\/.*|details|diff|doctor|event-.*|help|hook-.*|key-.*|kill-.*|locale|outcome|revoke-[\w-]*|sparkline|table|text-width|timeout-[\w-]*|visible)|sources\/procfs\/memory)\.ts$/;

/**
 * What packages do at every start, though nobody needs it, and what they get instead: a fifth of a start. A new version of one of
 * them asks for a new look at this table.
 */
const idle: readonly (readonly [importer: string, module: string, instead: string])[] = [
  ["/yargs/index.mjs", "./lib/platform-shims/esm.mjs", readFileSync("packaging/yargs-platform.js", "utf8")],
  ["/yargs/", "./usage.js", readFileSync("packaging/yargs-usage.js", "utf8")],
  // Its own completions; ours are made in render/completion/. No argument can have a NUL in its name.
  ["/yargs/", "./completion.js", 'export const completion = () => ({ completionKey: "\\0", setParsed() {} });'],
  // It checks that yargs is called as it is documented, which the compiler has done.
  ["/yargs/", "./argsert.js", "export const argsert = () => {};"],
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
    if (others.length > 0) this.error(`a list loads ${others.join(", ")}: is a new file missing in seldomNeeded?`);
  },
};

export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  plugins: [withoutIdleWork, listStandsAlone, bundledPackages],
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
      groups: [{ name: "report", test: (module) => needed.test(module) && !seldomNeeded.test(module) }],
    },
  },
  // yargs resolves an option "extends" with it, which we do not have.
  transform: { define: { "import.meta.resolve": "undefined" } },
  // A group may export to other chunks what the entry does not.
  preserveEntrySignatures: "allow-extension",
});
