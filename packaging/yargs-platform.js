/**
 * What yargs stands on, in place of its own lib/platform-shims/esm.mjs. That one brings packages and opens a stream at every
 * start for what we do not use: a help text laid out in columns (ours is made in src/render/help.ts), messages in many languages
 * (ours are in src/errors.ts), and a package.json to take a version from.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { inspect } from "node:util";
import Parser from "yargs-parser";

const noLayout = { div: () => undefined, span: () => undefined, toString: () => "" };

export default {
  assert: {
    strictEqual: (one, other, message) => {
      if (one !== other) throw new Error(message);
    },
    notStrictEqual: (one, other, message) => {
      if (one === other) throw new Error(message);
    },
  },
  cliui: () => noLayout,
  findUp: () => undefined,
  getEnv: (name) => process.env[name],
  inspect,
  getProcessArgvBin: () => "sshctl",
  mainFilename: "",
  Parser,
  path: { basename, dirname, extname, join, relative, resolve },
  process: {
    argv: () => process.argv,
    cwd: process.cwd,
    emitWarning: (warning, type) => process.emitWarning(warning, type),
    execPath: () => process.execPath,
    exit: (code) => process.exit(code),
    nextTick: process.nextTick,
    stdColumns: null,
  },
  readFileSync,
  readdirSync,
  require: undefined,
  getCallerFile: () => "",
  stringWidth: (text) => text.length,
  y18n: {
    __: (text) => text,
    __n: (text) => text,
    getLocale: () => "en",
    setLocale: () => undefined,
    updateLocale: () => undefined,
  },
};
