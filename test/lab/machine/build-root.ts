import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { mirror, runLogged } from "./build-log.ts";
import { cachePath } from "./cache.ts";
import { ensureKept, exists } from "./kept-folder.ts";
import { commonPackages, type Suite } from "./suites.ts";

const prepareScript = new URL("prepare-root.sh", import.meta.url);

/** What a usable root has at the very least. */
const vitals = ["sbin/init", "usr/sbin/sshd", "etc/ssh/sshd_config.d/00-lab.conf", "root/.ssh/id_lab", "home/zoe/.ssh"];

/** Makes sure that the suite's root file system exists and answers its folder. */
export async function ensureRoot(suite: Suite, report: (line: string) => void): Promise<string> {
  const prepare = await readFile(prepareScript, "utf8");
  return ensureKept({
    shelf: "roots",
    name: suite.name,
    ingredients: JSON.stringify([suite.name, packagesOf(suite), mirror]) + prepare,
    vitals,
    make: async (folder) => {
      const started = Date.now();
      report(`lab: building the root of ${suite.name} (a minute or two, once)`);
      await rm(logOf(suite), { force: true });
      await debootstrap(suite, folder);
      await prepareRoot(suite, folder, prepare);
      report(`lab: built ${suite.name} in ${String(Math.round((Date.now() - started) / 1000))} s`);
    },
  });
}

/** Makes sure that all these suites have their root, two at a time: a build is half download, half unpacking. */
export async function ensureRoots(suites: readonly Suite[], report: (line: string) => void): Promise<void> {
  const waiting = suites.values();
  const work = async (): Promise<void> => {
    for (const suite of waiting) await ensureRoot(suite, report);
  };
  await Promise.all([work(), work()]);
}

async function debootstrap(suite: Suite, folder: string): Promise<void> {
  const packages = cachePath("packages", suite.name);
  await mkdir(packages, { recursive: true });
  await mkdir(folder, { recursive: true });
  const options = ["--variant=minbase", `--cache-dir=${packages}`, `--include=${packagesOf(suite).join(",")}`];
  const script = join("/usr/share/debootstrap/scripts", suite.name);
  const fallback = (await exists(script)) ? [] : [suite.fallbackScript];
  await runLogged(logOf(suite), suite.name, ["debootstrap", ...options, suite.name, folder, mirror, ...fallback]);
}

/** Runs the preparation inside the new root: the lab's accounts, keys and configuration. */
async function prepareRoot(suite: Suite, folder: string, script: string): Promise<void> {
  const settings = [`SUITE=${suite.name}`, `PER_SOURCE_PENALTIES=${suite.hasPerSourcePenalties ? "1" : "0"}`];
  const path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  const shell = ["env", "-i", path, "LC_ALL=C.UTF-8", ...settings, "sh", "-s"];
  await runLogged(logOf(suite), suite.name, ["chroot", folder, ...shell], script);
}

function logOf(suite: Suite): string {
  return cachePath("roots", `${suite.name}.log`);
}

function packagesOf(suite: Suite): string[] {
  return [...commonPackages, ...suite.packages];
}
