import { summary } from "./variants.ts";
import type { Bundled } from "./sbom.ts";

/** What dpkg is to know about a package, https://www.debian.org/doc/debian-policy/ch-controlfields.html */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly depends: string;
  readonly maintainer: string;
  /** Which other packages it stands in for. */
  readonly insteadOf?: string;
  readonly about: string;
}

/** The file `control`. */
export function controlText(of: DebianPackage, installedKib: number): string {
  const other = of.insteadOf;
  const replaces =
    other === undefined ? [] : ["Provides", "Conflicts", "Replaces"].map((field) => `${field}: ${other}`);
  const lines = [
    `Package: ${of.name}`,
    `Version: ${of.version}`,
    `Architecture: ${of.architecture}`,
    `Maintainer: ${of.maintainer}`,
    `Installed-Size: ${String(installedKib)}`,
    `Depends: ${of.depends}`,
    ...replaces,
    "Section: admin",
    "Priority: optional",
    `Description: ${summary}`,
    indented(of.about),
  ];
  return `${lines.join("\n")}\n`;
}

/** The file `changelog`, in the form that Debian's tools read. What changed stands in the project's own. */
export function debianChangelog({ name, version, maintainer }: DebianPackage, builtFrom: Date): string {
  const date = builtFrom.toUTCString().replace("GMT", "+0000");
  return `${name} (${version}) unstable; urgency=medium\n\n  * Release ${version}: see CHANGELOG.md.gz beside this file.\n\n -- ${maintainer}  ${date}\n`;
}

/** The file `copyright`, https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ */
export function copyrightText(product: Bundled, parts: readonly Bundled[]): string {
  const head = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: ${product.name}\n`;
  const others = parts.map((part) => stanza(`node_modules/${part.name}@${part.version}/*`, part));
  return [head, stanza("*", product), ...others].join("\n");
}

/** Policy 12.5: what every Debian has is referred to. */
const common: Readonly<Partial<Record<string, string>>> = {
  "Apache-2.0": "On Debian systems, the full text is in /usr/share/common-licenses/Apache-2.0.",
};

function stanza(files: string, { licence, text }: Bundled): string {
  const holders = [...text.matchAll(/^\W*(copyright (?:\(c\)|©|\d|Node\.js).*)$/gim)].map(([, line = ""]) =>
    line.trim(),
  );
  const copyright = holders.length === 0 ? "see the text of the licence" : [...new Set(holders)].join("\n ");
  return `Files: ${files}\nCopyright: ${copyright}\nLicense: ${licence}\n${indented(common[licence] ?? text.trim())}\n`;
}

/** As the continuation of a field: a blank before each line, and a dot for an empty one. */
function indented(text: string): string {
  const lines = text.replaceAll("\r", "").split("\n");
  return lines.map((line) => (line.trim() === "" ? " ." : ` ${line.trimEnd()}`)).join("\n");
}
