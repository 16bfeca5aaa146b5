import { expect, test } from "vitest";
import { controlText, copyrightText, debianChangelog } from "../../../packaging/debian-texts.ts";

const of = {
  name: "sshctl",
  version: "1.2.3",
  architecture: "all",
  depends: "nodejs (>= 20.19)",
  maintainer: "A B <a@b.example>",
  about: "First line.\n\nSecond line.\n",
};

test("the description continues with a blank before each line, and a dot for an empty one", () => {
  expect(controlText(of, 12)).toContain("\n First line.\n .\n Second line.\n");
});

test("only a package that stands in for another one conflicts with it", () => {
  expect(controlText(of, 12)).not.toContain("Conflicts");
  const standalone = controlText({ ...of, name: "sshctl-standalone", insteadOf: "sshctl" }, 12);
  expect(standalone).toContain("\nProvides: sshctl\nConflicts: sshctl\nReplaces: sshctl\n");
});

test("the changelog's date is that of the source, not of the build", () => {
  const text = debianChangelog(of, new Date(0));
  expect(text).toMatch(/^sshctl \(1\.2\.3\) unstable; urgency=medium\n\n {2}\* /);
  expect(text).toMatch(/\n\n -- A B <a@b\.example> {2}Thu, 01 Jan 1970 00:00:00 \+0000\n$/);
});

test("the copyright names who holds the rights, and keeps each licence whole", () => {
  const product = {
    name: "sshctl",
    version: "1.2.3",
    licence: "MIT",
    text: "MIT License\n\nCopyright (c) 2026 us\n\nFree.",
  };
  const part = {
    name: "isexe",
    version: "2.0.0",
    licence: "ISC",
    text: "The ISC License\r\n\r\nCopyright (c) Isaac\r\n",
  };
  const text = copyrightText(product, [part]);
  expect(text).toContain("Files: *\nCopyright: Copyright (c) 2026 us\nLicense: MIT\n MIT License\n .\n");
  expect(text).toContain(
    "Files: node_modules/isexe@2.0.0/*\nCopyright: Copyright (c) Isaac\nLicense: ISC\n The ISC License\n .\n Copyright (c) Isaac\n",
  );
});
