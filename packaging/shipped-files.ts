import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "rolldown";

const example = new URL("../src/host/recorded/example/", import.meta.url);
const collector = new URL("../collector/collect.sh", import.meta.url);

/** Lays the example host and the collector beside the bundle, so that they are wherever the program is. */
export const shippedFiles: Plugin = {
  name: "shipped-files",
  generateBundle() {
    for (const name of readdirSync(example))
      this.emitFile({ type: "asset", fileName: `example/${name}`, source: readFileSync(new URL(name, example)) });
    this.emitFile({ type: "asset", fileName: "collect.sh", source: readFileSync(collector) });
  },
};
