import { createHash } from "node:crypto";

/** A package of others that is part of what we ship. */
export interface Bundled {
  readonly name: string;
  readonly version: string;
  /** An SPDX identifier. */
  readonly licence: string;
  /** The text of the licence, with the names of those who hold the rights. */
  readonly text: string;
}

/** CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/; only the fields that are written here. */
export interface Sbom {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface Component {
  readonly type: "application" | "library" | "platform";
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license: { readonly id: string; readonly text: Text } }[];
}

interface Text {
  readonly contentType: "text/plain";
  readonly content: string;
}

/** The bill of materials of a product and what it contains. The same contents give the same bytes, whenever it is made. */
export function sbomOf(product: Bundled, parts: readonly Bundled[]): Sbom {
  const component = componentOf(product, "application");
  const components = parts.map((part) => componentOf(part, "library"));
  const dependencies = [
    { ref: component.purl, dependsOn: components.map(({ purl }) => purl) },
    ...components.map(({ purl }) => ({ ref: purl, dependsOn: [] })),
  ];
  const serialNumber = serialOf(JSON.stringify([component, components]));
  const head = { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber, version: 1 } as const;
  return { ...head, metadata: { component }, components, dependencies };
}

/** What such a bill lists, without the product itself. */
export function partsOf({ components }: Pick<Sbom, "components">): Bundled[] {
  return components.flatMap(({ name, version, licenses }) =>
    licenses.map(({ license }) => ({ name, version, licence: license.id, text: license.text.content })),
  );
}

/** One file with the licences of all these packages. */
export function licencesOf(parts: readonly Bundled[]): string {
  const rule = "-".repeat(80);
  const head = "sshctl contains these packages, under the licences that follow.\n";
  return [
    head,
    ...parts.map((part) => `${rule}\n${part.name} ${part.version} (${part.licence})\n\n${part.text.trim()}\n`),
  ].join("\n");
}

function componentOf({ name, version, licence, text }: Bundled, type: Component["type"]): Component {
  // https://github.com/package-url/purl-spec: the scope's @ is encoded.
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const license = { id: licence, text: { contentType: "text/plain", content: text } } as const;
  return { type, "bom-ref": purl, name, version, purl, licenses: [{ license }] };
}

/** A UUID (version 8, RFC 9562) that stands for the contents. */
function serialOf(contents: string): string {
  const hex = createHash("sha256").update(contents).digest("hex");
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${groups.join("-")}`;
}
