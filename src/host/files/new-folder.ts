import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, statfsSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode } from "./error-code.ts";
import { FileTrouble, troubleOf } from "./file-trouble.ts";
import { withFd } from "./handle.ts";
import type { AddedFile, NewArchive } from "./new-archive.ts";

export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function freeBytes(path: string): number {
  const folder = dirname(resolve(path));
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch (error) {
    throw troubleOf(error, path);
  }
}

/**
 * Everything is written through a handle on the new folder: whoever renames it or puts a link in its place meanwhile leads nothing
 * astray.
 */
export function newFolder(path: string): NewArchive | "exists" {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw troubleOf(error, path);
    }
  };
  const handle = attempt(() => make(path));
  if (handle === "exists") return handle;
  const root = `/proc/self/fd/${String(handle)}`;
  const names: string[] = [];
  const folders = new Set<string>(["."]);
  return {
    place: resolve(path),
    add: (name, size, chunks) =>
      attempt(() => {
        makeFolders(root, dirname(name), folders);
        names.push(name);
        return write(root, name, size, chunks);
      }),
    finish: async () => {
      try {
        await bringToDisk([...names, ...folders].map((name) => `${root}/${name}`));
      } catch (error) {
        throw troubleOf(error, path);
      } finally {
        closeSync(handle);
      }
    },
  };
}

const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW;
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** @returns a handle on the folder. */
function make(path: string): number | "exists" {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) === "EEXIST") return "exists";
    throw error;
  }
  const handle = openSync(path, readOnly | constants.O_DIRECTORY);
  const { uid, mode } = fstatSync(handle);
  if (uid === process.geteuid?.() && (mode & 0o077) === 0) return handle;
  closeSync(handle);
  throw new FileTrouble("foreign", `${path} was replaced while it was made`);
}

/** Several at a time: a file system that keeps a journal then brings many to the disk at once. */
async function bringToDisk(paths: string[]): Promise<void> {
  const takeEach = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const file = await open(path, readOnly);
      await file.sync().finally(async () => file.close());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeEach));
}

const atOnce = 8;

function makeFolders(root: string, folder: string, made: Set<string>): void {
  if (made.has(folder)) return;
  makeFolders(root, dirname(folder), made);
  mkdirSync(`${root}/${folder}`, { mode: 0o700 });
  made.add(folder);
}

function write(root: string, name: string, size: number, chunks: Iterable<Buffer>): AddedFile {
  const hash = createHash("sha256");
  let bytes = 0;
  withFd(openSync(`${root}/${name}`, newFile, 0o600), (fd) => {
    for (const chunk of chunks) {
      const part = chunk.subarray(0, size - bytes);
      if (part.length === 0) return;
      for (let written = 0; written < part.length;) written += writeSync(fd, part, written);
      hash.update(part);
      bytes += part.length;
    }
  });
  return { name, bytes, sha256: hash.digest("hex"), padding: 0 };
}
