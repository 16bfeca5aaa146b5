/** Builds the packages for RPM into build/. */
import { fileURLToPath } from "node:url";
import { reportPackages } from "./report-packages.ts";
import { buildRpm } from "./rpm-package.ts";
import { plain, readSource, standalone } from "./variants.ts";

const folder = fileURLToPath(new URL("../build", import.meta.url));

await reportPackages("package:rpm", async () => {
  const source = await readSource();
  return [await buildRpm(source, plain, folder), await buildRpm(source, standalone, folder)];
});
