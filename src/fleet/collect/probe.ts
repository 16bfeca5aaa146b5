/**
 * What a host has of all that `--on` can use: who we are there, how we become root, which programs are missing. A few lines, a name and
 * a value each; what a host says is only shown.
 */
import type { Answer, Job } from "../engine/engine.ts";
import { failureOf, type Failure } from "../engine/failures.ts";
import type { FleetHost } from "../names/fleet-host.ts";
import { installedCollector } from "./command.ts";

export interface Probe {
  user: string | undefined;
  uid: number | undefined;
  /** By what the installed collector can be run as root, without a password. */
  elevation: "root" | "sudo" | "doas" | undefined;
  /** The version of the form that the installed collector writes. */
  collector: number | undefined;
  /** Of the sshctl that is installed there. */
  sshctl: string | undefined;
  /** Programs that the collector cannot do without, and those without which its recordings lack something. */
  missing: readonly string[];
  lacking: readonly string[];
}

export function probeJob(host: FleetHost, nonce: string): Job {
  return { host, command: "sh -s", input: `nonce=${nonce}\n${script}` };
}

/** The collector answers --help with its usage and code 2, whoever runs it. */
const script = `sshctl_probe() {
  PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  LC_ALL=C
  export PATH LC_ALL
  collector=${installedCollector}
  has() { command -v "$1" >/dev/null 2>&1; }
  printf 'probe\\t%s\\n' "$nonce"
  printf 'uid\\t%s\\n' "$(id -u)"
  printf 'user\\t%s\\n' "$(id -un)"
  [ -r "$collector" ] && printf 'collector\\t%s\\n' "$(sed -n 's/.*print "recording.t\\([0-9]*\\)".*/\\1/p' "$collector" | head -n 1)"
  if [ "$(id -u)" = 0 ]; then echo "elevation	root"
  else
    for by in sudo doas; do
      has "$by" || continue
      "$by" -n "$collector" --help >/dev/null 2>&1
      [ $? -eq 2 ] && echo "elevation	$by"
      break
    done
  fi
  has sshctl && printf 'sshctl\\t%s\\n' "$(sshctl --version 2>/dev/null | head -c 64 | head -n 1)"
  for program in awk cat date grep head ls od sed tr xargs; do has "$program" || echo "missing	$program"; done
  for program in stat getent timeout journalctl; do has "$program" || echo "lacking	$program"; done
  printf 'end\\t%s\\n' "$nonce"
}
sshctl_probe </dev/null
`;

export function readProbe({ end }: Answer, nonce: string): Probe | Failure {
  if (end.kind !== "ended") return failureOf(end);
  // More than a few lines are not of the probe.
  const text = end.stdout.subarray(-longest).toString("utf8");
  const start = text.indexOf(`probe\t${nonce}\n`);
  if (start < 0) return failureOf(end);
  const last = text.indexOf(`\nend\t${nonce}\n`, start);
  if (last < 0) return { code: "cut-off", message: "its answer was cut off" };
  return parseProbe(text.slice(start, last).split("\n").slice(1));
}

const longest = 64 << 10;

function parseProbe(lines: readonly string[]): Probe {
  const values = (name: string) =>
    lines.flatMap((line) => (line.startsWith(`${name}\t`) ? line.slice(name.length + 1, name.length + 65) : []));
  const number = (name: string) => values(name).flatMap((text) => (/^\d{1,10}$/.test(text) ? Number(text) : []))[0];
  const by = values("elevation")[0];
  return {
    user: values("user")[0],
    uid: number("uid"),
    elevation: by === "root" || by === "sudo" || by === "doas" ? by : undefined,
    collector: number("collector"),
    sshctl: values("sshctl").find((text) => text !== ""),
    missing: values("missing").slice(0, 20),
    lacking: values("lacking").slice(0, 20),
  };
}
