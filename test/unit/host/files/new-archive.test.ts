import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freeBytes, isThere, newFolder } from "../../../../src/host/files/new-folder.ts";
import { tarOutput } from "../../../../src/host/files/tar-output.ts";
import type { NewArchive } from "../../../../src/host/files/new-archive.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/sshctl-`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const bytes = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 256));
const sha256 = createHash("sha256").update(bytes).digest("hex");

function made(path: string): NewArchive {
  const archive = newFolder(path);
  if (archive === "exists") throw new Error(`${path} exists`);
  return archive;
}

test("a folder of evidence is its owner's alone, and so is each file", async () => {
  const archive = made(`${folder}/case`);
  expect(archive.place).toBe(`${folder}/case`);
  const added = archive.add("processes/12/exe", bytes.length, [bytes.subarray(0, 1000), bytes.subarray(1000)]);
  expect(added).toEqual({ name: "processes/12/exe", bytes: 3000, sha256, padding: 0 });
  archive.add("processes/12/environ", 0, []);
  await archive.finish();
  expect(readFileSync(`${folder}/case/processes/12/exe`)).toEqual(bytes);
  const modes = ["", "/processes", "/processes/12", "/processes/12/exe"].map((name) =>
    (statSync(`${folder}/case${name}`).mode & 0o777).toString(8),
  );
  expect(modes).toEqual(["700", "700", "700", "600"]);
});

test("what comes beyond the size is left out, and what is missing shows", () => {
  const archive = made(`${folder}/case`);
  expect(archive.add("a", 10, [bytes])).toMatchObject({ bytes: 10, padding: 0 });
  expect(archive.add("b", 5000, [bytes])).toMatchObject({ bytes: 3000, sha256, padding: 0 });
});

test("nothing that exists is written to, and no link is followed", () => {
  symlinkSync("/nonexistent", `${folder}/dangling`);
  mkdirSync(`${folder}/taken`);
  for (const name of ["dangling", "taken"]) {
    expect(isThere(`${folder}/${name}`)).toBe(true);
    expect(newFolder(`${folder}/${name}`)).toBe("exists");
  }
  expect(isThere(`${folder}/free`)).toBe(false);
  const archive = made(`${folder}/case`);
  symlinkSync(`${folder}/elsewhere`, `${folder}/case/link`);
  expect(() => archive.add("link", 1, [bytes])).toThrow("cannot be copied");
  expect(isThere(`${folder}/elsewhere`)).toBe(false);
});

test("what goes wrong is told in words", () => {
  expect(freeBytes(`${folder}/case`)).toBeGreaterThan(0);
  expect(() => freeBytes(`${folder}/none/case`)).toThrow("its folder is missing");
  expect(() => newFolder(`${folder}/none/case`)).toThrow("its folder is missing");
  writeFileSync(`${folder}/file`, "");
  expect(() => newFolder(`${folder}/file/case`)).toThrow("not a folder");
});

test("an archive is what tar reads, and is unpacked for its owner alone", async () => {
  const parts: Buffer[] = [];
  const archive = tarOutput("evidence-1", (part) => parts.push(Buffer.from(part)), Date.UTC(2026, 0, 2));
  expect(archive.add("processes/12/exe", 3000, [bytes])).toEqual({
    name: "processes/12/exe",
    bytes: 3000,
    sha256,
    padding: 0,
  });
  const shorter = archive.add("processes/12/fd-3", 3100, [bytes]);
  expect(shorter).toMatchObject({ bytes: 3100, padding: 100 });
  archive.add("empty", 0, []);
  await archive.finish();
  expect(Buffer.concat(parts).length % 512).toBe(0);
  execFileSync("tar", ["-x", "-C", folder], { input: Buffer.concat(parts) });
  const at = `${folder}/evidence-1`;
  expect(readFileSync(`${at}/processes/12/exe`)).toEqual(bytes);
  const padded = readFileSync(`${at}/processes/12/fd-3`);
  expect(padded).toEqual(Buffer.concat([bytes, Buffer.alloc(100)]));
  expect(createHash("sha256").update(padded).digest("hex")).toBe(shorter.sha256);
  expect(readFileSync(`${at}/empty`)).toHaveLength(0);
  expect((statSync(`${at}/processes`).mode & 0o777).toString(8)).toBe("700");
  expect((statSync(`${at}/empty`).mode & 0o777).toString(8)).toBe("600");
  expect(statSync(`${at}/empty`).mtime).toEqual(new Date(Date.UTC(2026, 0, 2)));
});
