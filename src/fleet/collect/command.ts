/** What is run on a host: the collector, sent to a shell, or the one that is installed there for sudo. */
import type { Job } from "../engine/engine.ts";
import type { FleetHost } from "../names/fleet-host.ts";

/** How root's rights are taken there. */
export type Elevation =
  | "none"
  /** For the installed collector alone, which a line of sudoers(5) can name. */
  | "sudo"
  /** For a shell, which runs what it is sent. */
  | "sudo-shell";

/** Where the packages of sshctl install the collector, as root's. */
export const installedCollector = "/usr/lib/sshctl/collect.sh";

export interface Collection {
  elevation: Elevation;
  /** The text of the collector. */
  script: string;
  /** What the first and the last row must repeat: letters and digits. */
  nonce: string;
  /** Also how users logged in. */
  logins: boolean;
}

export function collectJob(host: FleetHost, { elevation, script, nonce, logins }: Collection): Job {
  const options = ["--nonce", nonce, ...(logins ? ["--auth"] : [])].join(" ");
  switch (elevationOn(host, elevation)) {
    case "none":
      return { host, command: `sh -s -- ${options}`, input: script };
    case "sudo":
      return { host, command: `${asRoot} ${installedCollector} ${options}`, input: "" };
    case "sudo-shell":
      return { host, command: `${asRoot} sh -s -- ${options}`, input: script };
  }
}

/** What the command line says, or else the inventory. */
export function elevationOn({ becomes }: FleetHost, elevation: Elevation): Elevation {
  return elevation === "none" && becomes === true ? "sudo" : elevation;
}

/** Login shells differ, and in a restricted one there is no exec: so a shell is asked that all of them can name. */
export const asRoot = `sh -c 'if command -v sudo >/dev/null 2>&1; then exec sudo -n "$0" "$@"; else exec doas -n "$0" "$@"; fi'`;
