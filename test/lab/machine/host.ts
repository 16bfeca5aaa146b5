import { spawnSync } from "node:child_process";
import { accessSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cgroupTree } from "./cgroup.ts";

/** What the harness runs on the host, and the Debian package it comes from. */
const tools: Readonly<Record<string, string>> = {
  "apt-ftparchive": "apt-utils",
  createrepo_c: "createrepo-c",
  debootstrap: "debootstrap",
  dnf: "dnf",
  fish: "fish",
  flock: "util-linux",
  "gpg-agent": "gnupg",
  lintian: "lintian",
  nsenter: "util-linux",
  rpmbuild: "rpm",
  setpriv: "util-linux",
  unshare: "util-linux",
  zsh: "zsh",
};

/** Why no machine can be booted on this host, or undefined when nothing is in the way. */
export function labUnavailable(): string | undefined {
  if (process.platform !== "linux") return "machines need Linux";
  if (process.getuid?.() !== 0) return "machines need root";
  if (cgroupTree() === undefined) return "machines need a cgroup v2 hierarchy below /sys/fs/cgroup";
  return undefined;
}

/** Installs what is missing on a Debian host. */
export function installHostTools(): void {
  const missing = Object.entries(tools).flatMap(([tool, name]) => (isInstalled(tool) ? [] : [name]));
  if (missing.length === 0) return;
  // The keyring is what debootstrap checks a mirror's signature with.
  apt(["update"]);
  apt(["install", "--yes", "--no-install-recommends", "debian-archive-keyring", ...new Set(missing)]);
}

function apt(args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`apt-get ${args.join(" ")} failed, and the lab cannot do without it`);
}

function isInstalled(tool: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, tool));
      return true;
    } catch {
      return false;
    }
  });
}
