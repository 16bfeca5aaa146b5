import { createHash } from "node:crypto";
import { access, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachePath } from "./cache.ts";
import { withLock } from "./lock.ts";

/** A folder of the cache that is made once and kept: a root file system, or a layer over one. */
export interface Recipe {
  /** Which folder of the cache it goes to. */
  readonly shelf: "roots" | "layers";
  readonly name: string;
  /** All that its content follows from. */
  readonly ingredients: string;
  /** What it has at the very least when it is finished. */
  readonly vitals: readonly string[];
  /** Fills a folder that does not exist yet. */
  readonly make: (folder: string) => Promise<void>;
}

const unusedForMs = 7 * 24 * 3600 * 1000;

/**
 * Makes sure that the folder is there and answers its path. It carries the hash of its recipe and gets its name only when it
 * is finished: one that was interrupted or follows another recipe is never taken for a good one.
 */
export async function ensureKept(recipe: Recipe): Promise<string> {
  const folder = keptPath(recipe);
  // The lock is beside what it protects: another cache may share this shelf by a link.
  const lock = cachePath(recipe.shelf, `.${recipe.name}.lock`);
  if (!(await isSane(folder, recipe))) {
    await withLock(lock, async () => {
      // Another process may have made it while we waited for the lock.
      if (!(await isSane(folder, recipe))) await make(folder, recipe);
    });
  }
  await writeFile(stampOf(folder), "");
  return folder;
}

function keptPath({ shelf, name, ingredients }: Recipe): string {
  const hash = createHash("sha256").update(ingredients).digest("hex").slice(0, 12);
  return cachePath(shelf, `${name}-${hash}`);
}

async function make(folder: string, recipe: Recipe): Promise<void> {
  const unfinished = cachePath(recipe.shelf, `.${recipe.name}`);
  await removeUnused(recipe);
  for (const old of [folder, unfinished]) await rm(old, { recursive: true, force: true });
  await mkdir(cachePath(recipe.shelf), { recursive: true });
  await recipe.make(unfinished);
  await rename(unfinished, folder);
}

/** Removes what older recipes have made; other checkouts may still follow them. */
async function removeUnused({ shelf, name }: Recipe): Promise<void> {
  const entries = await readdir(cachePath(shelf), { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(`${name}-`));
  for (const folder of folders.map((entry) => cachePath(shelf, entry.name))) {
    const { mtimeMs } = await stat(stampOf(folder)).catch(async () => stat(folder));
    if (mtimeMs > Date.now() - unusedForMs) continue;
    for (const old of [folder, stampOf(folder)]) await rm(old, { recursive: true, force: true });
  }
}

/** A file beside the folder that is written whenever the folder is used. */
function stampOf(folder: string): string {
  return `${folder}.used`;
}

async function isSane(folder: string, { vitals }: Recipe): Promise<boolean> {
  const found = await Promise.all([folder, ...vitals.map((path) => join(folder, path))].map(exists));
  return found.every(Boolean);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
