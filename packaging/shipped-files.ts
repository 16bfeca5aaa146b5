import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "rolldown";

const example = new URL("../src/host/recorded/example/", import.meta.url);
const scripts = new URL("../collector/", import.meta.url);

/** Lays the example host and the scripts for other machines beside the bundle, so that they are wherever the program is. */
export const shippedFiles: Plugin = {
  name: "shipped-files",
  generateBundle() {
    for (const name of readdirSync(example))
      this.emitFile({ type: "asset", fileName: `example/${name}`, source: readFileSync(new URL(name, example)) });
    for (const name of readdirSync(scripts))
      this.emitFile({ type: "asset", fileName: name, source: readFileSync(new URL(name, scripts)) });
  },
};
