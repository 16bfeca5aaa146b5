/** npm run record-example: writes the files of the example host anew. */
import { writeFileSync } from "node:fs";
import { exampleFiles } from "./record-example.ts";

const folder = new URL("../../../src/host/recorded/example/", import.meta.url);

for (const [name, text] of Object.entries(exampleFiles())) writeFileSync(new URL(name, folder), text);
