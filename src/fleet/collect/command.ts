/** What is run on a host: the collector, sent to a shell, or the one that is installed there for sudo. */
import type { Job } from "../engine/engine.ts";
import type { ShippedScript } from "../../host/recorded/shipped-scripts.ts";
import type { FleetHost } from "../names/fleet-host.ts";
import { protectedScript } from "./protected-there.ts";

/** How root's rights are taken there. */
export type Elevation =
  | "none"
  /** For the installed collector alone, which a line of sudoers(5) can name. */
  | "sudo"
  /** For a shell, which runs what it is sent. */
  | "sudo-shell";

/** Where the packages of sshctl install its scripts, as root's. */
const folderOfScripts = "/usr/lib/sshctl";
export const installedCollector = `${folderOfScripts}/collect.sh`;

export interface Collection {
  elevation: Elevation;
  /** The text of the collector. */
  script: string;
  /** What the first and the last row must repeat: letters and digits. */
  nonce: string;
  /** Also how users logged in. */
  logins: boolean;
  /** Also whom root there protects: protected-there.ts. */
  protection?: boolean;
}

export function collectJob(host: FleetHost, { elevation, script, nonce, logins, protection }: Collection): Job {
  const options = ["--nonce", nonce, ...(logins ? ["--auth"] : [])].join(" ");
  if (protection === true) {
    const before = `${protectedScript}sshctl_protected ${nonce} </dev/null\n`;
    return scriptJob(host, elevation, [before, { name: "collect.sh", text: script, options }]);
  }
  switch (elevationOn(host, elevation)) {
    case "none":
      return { host, command: `sh -s -- ${options}`, input: script };
    case "sudo":
      return { host, command: `${asRoot} ${installedCollector} ${options}`, input: "" };
    case "sudo-shell":
      return { host, command: `${asRoot} sh -s -- ${options}`, input: script };
  }
}

/** Shell text, or a script that can be installed there for sudo. */
export type Part = string | { name: ShippedScript; text: string; options: string; input?: string };

/**
 * Runs several things by one login, one after the other: as root where that is wanted, and what is installed there for sudo by itself.
 * A script ends with a call of its one function, with "$@".
 */
export function scriptJob(host: FleetHost, elevation: Elevation, parts: readonly Part[]): Job {
  const by = elevationOn(host, elevation);
  const input = parts.map((part) => (typeof part === "string" ? part : runOf(part, by === "sudo"))).join("");
  return { host, command: by === "sudo-shell" ? `${asRoot} sh -s` : "sh -s", input };
}

/** What is sent in part does nothing: a heredoc has no end then, and act.sh wants its whole plan. */
function runOf({ name, text, options, input }: Exclude<Part, string>, isInstalled: boolean): string {
  const reads = input === undefined ? "</dev/null\n" : `<<'sshctl_input'\n${input}sshctl_input\n`;
  if (isInstalled) return `${asRoot} ${folderOfScripts}/${name} ${options} ${reads}`;
  return text.replace(/^(sshctl_\w+) "\$@".*\n$/m, (_, call: string) => `${call} ${options} ${reads}`);
}

/** What the command line says, or else the inventory. */
export function elevationOn({ becomes }: FleetHost, elevation: Elevation): Elevation {
  return elevation === "none" && becomes === true ? "sudo" : elevation;
}

/** Login shells differ, and in a restricted one there is no exec: so a shell is asked that all of them can name. */
export const asRoot = `sh -c 'if command -v sudo >/dev/null 2>&1; then exec sudo -n "$0" "$@"; else exec doas -n "$0" "$@"; fi'`;
