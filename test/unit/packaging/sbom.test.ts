import { describe, expect, test } from "vitest";
import { licencesOf, partsOf, sbomOf } from "../../../packaging/sbom.ts";

const product = { name: "sshctl", version: "1.2.3", licence: "MIT", text: "Copyright (c) us" };
const scoped = { name: "@clack/core", version: "1.6.0", licence: "MIT", text: "Copyright (c) them" };
const twice = { name: "which", version: "2.0.2", licence: "ISC", text: "Copyright (c) others\n" };

describe("a bill of materials", () => {
  const sbom = sbomOf(product, [scoped, twice]);

  test("names the product and every part by a package URL", () => {
    expect(sbom.metadata.component.purl).toBe("pkg:npm/sshctl@1.2.3");
    expect(sbom.components.map(({ purl }) => purl)).toEqual(["pkg:npm/%40clack/core@1.6.0", "pkg:npm/which@2.0.2"]);
    expect(sbom.dependencies[0]).toEqual({
      ref: "pkg:npm/sshctl@1.2.3",
      dependsOn: sbom.components.map((c) => c.purl),
    });
  });

  test("gives back what it was made from", () => {
    expect(partsOf(sbom)).toEqual([scoped, twice]);
  });

  test("has a number that stands for its contents", () => {
    expect(sbom.serialNumber).toMatch(/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
    expect(sbomOf(product, [scoped, twice])).toEqual(sbom);
    expect(sbomOf(product, [scoped]).serialNumber).not.toBe(sbom.serialNumber);
  });
});

test("the licences of all parts stand in one text", () => {
  const text = licencesOf([scoped, twice]);
  expect(text).toContain("@clack/core 1.6.0 (MIT)\n\nCopyright (c) them\n");
  expect(text).toContain("which 2.0.2 (ISC)\n\nCopyright (c) others\n");
});
