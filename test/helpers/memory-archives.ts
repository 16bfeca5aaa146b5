import { createHash } from "node:crypto";
import type { NewArchive, NewArchives } from "../../src/host/files/new-archive.ts";

/** @param files - gets what is written, by the folder and the name of the file, as byte texts. */
export function memoryArchives(files: Map<string, string>): NewArchives {
  const archiveAt = (place: string, folder: string): NewArchive => ({
    place,
    add: (name, size, chunks) => {
      const bytes = Buffer.concat([...chunks]).subarray(0, size);
      files.set(`${folder}/${name}`, bytes.toString("latin1"));
      return { name, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex"), padding: 0 };
    },
    finish: async () => Promise.resolve(),
  });
  const isThere = (path: string) => [...files.keys()].some((file) => file.startsWith(`${path}/`));
  return {
    isThere,
    freeBytes: () => 2 ** 40,
    inFolder: (path) => (isThere(path) ? "exists" : archiveAt(path, path)),
    onOutput: (folder) => archiveAt("-", folder),
    isOutputTerminal: () => false,
  };
}
