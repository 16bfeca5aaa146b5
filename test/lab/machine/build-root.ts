import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cachePath } from "./cache.ts";
import { withLock } from "./lock.ts";
import { commonPackages, type Suite } from "./suites.ts";

const mirror = process.env["SSHCTL_LAB_MIRROR"] ?? "http://deb.debian.org/debian";
const prepareScript = new URL("prepare-root.sh", import.meta.url);

/** What a usable root has at the very least. */
const vitals = ["sbin/init", "usr/sbin/sshd", "etc/ssh/sshd_config.d/00-lab.conf", "root/.ssh/id_lab", "home/zoe/.ssh"];

/**
 * Makes sure that the suite's root file system exists and answers its folder.
 * The folder carries the hash of its recipe and gets its name only when it is finished:
 * a root that was interrupted or follows an older recipe is never taken for a good one.
 */
export async function ensureRoot(suite: Suite, report: (line: string) => void): Promise<string> {
  const root = await rootPath(suite);
  if (await isSane(root)) return root;
  return withLock(cachePath("locks", suite.name), async () => {
    // Somebody else may have built it while we waited for the lock.
    if (!(await isSane(root))) await buildRoot(suite, root, report);
    return root;
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

/** Where the suite's root is, or will be. */
async function rootPath(suite: Suite): Promise<string> {
  const recipe = JSON.stringify([suite.name, packagesOf(suite), mirror]) + (await readFile(prepareScript, "utf8"));
  const hash = createHash("sha256").update(recipe).digest("hex").slice(0, 12);
  return cachePath("roots", `${suite.name}-${hash}`);
}

async function buildRoot(suite: Suite, root: string, report: (line: string) => void): Promise<void> {
  const started = Date.now();
  report(`lab: building the root of ${suite.name} (a minute or two, once)`);
  await removeRootsOf(suite);
  const unfinished = cachePath("roots", `.${suite.name}`);
  await rm(unfinished, { recursive: true, force: true });
  await debootstrap(suite, unfinished);
  await prepare(suite, unfinished);
  await rename(unfinished, root);
  report(`lab: built ${suite.name} in ${String(Math.round((Date.now() - started) / 1000))} s`);
}

async function debootstrap(suite: Suite, folder: string): Promise<void> {
  const packages = cachePath("packages", suite.name);
  await mkdir(packages, { recursive: true });
  await mkdir(folder, { recursive: true });
  const options = ["--variant=minbase", `--cache-dir=${packages}`, `--include=${packagesOf(suite).join(",")}`];
  const script = join("/usr/share/debootstrap/scripts", suite.name);
  const fallback = (await exists(script)) ? [] : [suite.fallbackScript];
  await runLogged(suite, "debootstrap", [...options, suite.name, folder, mirror, ...fallback]);
}

/** Runs the preparation inside the new root: the lab's accounts, keys and configuration. */
async function prepare(suite: Suite, folder: string): Promise<void> {
  const settings = [`SUITE=${suite.name}`, `PER_SOURCE_PENALTIES=${suite.hasPerSourcePenalties ? "1" : "0"}`];
  const path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  const script = await readFile(prepareScript, "utf8");
  await runLogged(suite, "chroot", [folder, "env", "-i", path, "LC_ALL=C.UTF-8", ...settings, "sh", "-s"], script);
}

/** Runs a command with its output in the suite's build log; a failure names the log and what may be behind it. */
async function runLogged(suite: Suite, command: string, args: string[], input = ""): Promise<void> {
  const log = cachePath("roots", `${suite.name}.log`);
  const output = createWriteStream(log, { flags: command === "debootstrap" ? "w" : "a" });
  await once(output, "open");
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const [code]: unknown[] = await once(child, "close");
  output.end();
  await once(output, "finish");
  if (code === 0) return;
  const lastLines = (await readFile(log, "utf8")).trimEnd().split("\n").slice(-8).join("\n");
  throw new Error(
    `${command} could not build ${suite.name} from ${mirror}:\n${lastLines}\n` +
      `The whole log is in ${log}. If the suite has left the mirror, point SSHCTL_LAB_MIRROR at one that still has it; ` +
      `to do without it for now, name the other suites in SSHCTL_LAB_SUITES.`,
  );
}

/** Removes finished roots of the suite: they follow an older recipe, or one was found broken. */
async function removeRootsOf(suite: Suite): Promise<void> {
  const roots = cachePath("roots");
  await mkdir(roots, { recursive: true });
  const outdated = (await readdir(roots)).filter((name) => name.startsWith(`${suite.name}-`));
  await Promise.all(outdated.map((name) => rm(join(roots, name), { recursive: true, force: true })));
}

async function isSane(root: string): Promise<boolean> {
  const found = await Promise.all(vitals.map((path) => exists(join(root, path))));
  return found.every(Boolean);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function packagesOf(suite: Suite): string[] {
  return [...commonPackages, ...suite.packages];
}
