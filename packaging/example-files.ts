import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "rolldown";

const folder = new URL("../src/host/recorded/example/", import.meta.url);

/** Lays the example host beside the bundle, so that it is wherever the program is. */
export const exampleFiles: Plugin = {
  name: "example-files",
  generateBundle() {
    for (const name of readdirSync(folder))
      this.emitFile({ type: "asset", fileName: `example/${name}`, source: readFileSync(new URL(name, folder)) });
  },
};
