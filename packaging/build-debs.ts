/** Builds the Debian packages into build/. */
import { fileURLToPath } from "node:url";
import { buildDeb } from "./deb-package.ts";
import type { DebianPackage } from "./debian-texts.ts";
import { runtimeDepends } from "./node-runtime.ts";
import { reportPackages } from "./report-packages.ts";
import { plain, readSource, standalone, type Source, type Variant } from "./variants.ts";

const folder = fileURLToPath(new URL("../build", import.meta.url));

/** Debian's name for this machine's architecture. */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: "amd64", arm64: "arm64" };

/** What lintian finds in a program that others have built. */
const overrides = `# Node.js as its project releases it, unchanged, so that its checksum can be compared with theirs.
sshctl-standalone: unstripped-binary-or-object *
sshctl-standalone: embedded-library *
sshctl-standalone: hardening-no-pie *
# That is its interpreter.
sshctl-standalone: wrong-path-for-interpreter *
sshctl-standalone: missing-dep-for-interpreter *
`;

function debianOf({ name, isNative, insteadOf, about }: Variant, { product, maintainer }: Source): DebianPackage {
  return {
    name,
    version: product.version,
    architecture: isNative ? (architectures[process.arch] ?? process.arch) : "all",
    depends: isNative ? runtimeDepends : "nodejs (>= 20.19)",
    maintainer,
    ...(insteadOf === undefined ? {} : { insteadOf }),
    about,
  };
}

async function build(variant: Variant, source: Source): Promise<string> {
  return buildDeb(source, debianOf(variant, source), folder, async (tree) => {
    if (variant.isNative) await tree.write(`usr/share/lintian/overrides/${variant.name}`, overrides);
    return variant.lay(tree, source, "deb");
  });
}

await reportPackages("package:deb", async () => {
  const source = await readSource();
  return [await build(plain, source), await build(standalone, source)];
});
