/** The SSH server, its version, its unit and its configuration. */
import { formatEndpoint } from "../../../domain/address.ts";
import type { Listener, SessionReport } from "../../../domain/session.ts";
import { isReplaced } from "../../../domain/ssh-server.ts";
import { readOpensshVersion, type OpensshVersion } from "../../../system/sshd/version.ts";
import { orUndefined } from "../../../host/files/files.ts";
import { limited, missing, ok, optional, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";
import { findConfigurationError } from "../../../system/sshd/ask.ts";
import { findDaemons, installedDaemon, nameOf, type Daemon } from "../../../system/sshd/daemons.ts";
import { renewalOf, type Renewal } from "../../../system/sshd/steer.ts";

export function examineListeners({ listeners, listensAside = [] }: SessionReport, { uid, files }: DoctorHost): Check[] {
  const aside = listensAside.length === 0 ? [] : [`systemd listens for ssh at ${listensAside.join(", ")}`];
  const places = [...listeners.map(describe), ...aside];
  if (places.length === 0)
    return [
      limited(
        "sshd",
        uid === 0 ? "no SSH server is running" : "no SSH server can be seen",
        uid === 0 ? "systemctl start ssh" : "run sshctl as root",
      ),
    ];
  const outdated = listeners.filter(({ pid }) => isReplaced(orUndefined(files.link(`/proc/${String(pid)}/exe`)) ?? ""));
  if (outdated.length === 0) return [ok("sshd", places.join("; "))];
  return [
    limited(
      "sshd",
      `${outdated.map(describe).join("; ")}: older than the installed one`,
      "restart the SSH server; sessions survive that",
    ),
  ];
}

function describe({ server, pid, addresses }: Listener): string {
  const ends = addresses.map(formatEndpoint).join(", ");
  return `${server} (PID ${String(pid)})${ends === "" ? "" : ` listens on ${ends}`}`;
}

/** Of an OpenSSH server that is installed: whether it runs is told by its listeners. */
export async function examineInstalled(listeners: readonly Listener[], host: DoctorHost): Promise<Check[]> {
  const version = await readOpensshVersion(host);
  if (version === undefined) return [];
  const daemons = (await findDaemons(host, listeners)).filter(({ server }) => server === "openssh");
  return [
    ...(version.name === "" ? [] : [examineVersion(version)]),
    ...(daemons.length === 0 ? [] : [examineUnits(daemons, host)]),
    ...(host.uid === 0 ? [await examineConfiguration(daemons, host)] : []),
  ];
}

/** The first version with ChannelTimeout, by which sshd itself ends what is idle. */
const withLimits = 902;

function examineVersion({ name, number }: OpensshVersion): Check {
  return number >= withLimits
    ? ok("sshd-version", name)
    : optional(
        "sshd-version",
        `${name} has no idle limit of its own (ChannelTimeout)`,
        "install OpenSSH 9.2 or later; limits in shells (TMOUT) work with every version",
      );
}

/** Who makes each server read its configuration again. */
function examineUnits(daemons: readonly Daemon[], { files }: DoctorHost): Check {
  if (daemons.some(({ pid }) => isReplaced(orUndefined(files.link(`/proc/${String(pid)}/exe`)) ?? "")))
    return missing(
      "sshd-unit",
      "The running sshd is older than the installed one, and may not know these settings.",
      "Restart it first; sessions survive that.",
    );
  const byHand = daemons.filter((daemon) => renewalOf(daemon) === "unknown");
  if (byHand.length === 0)
    return ok("sshd-unit", [...new Set(daemons.map((daemon) => steering[renewalOf(daemon)](daemon)))].join("; "));
  return missing(
    "sshd-unit",
    `no service manager knows ${byHand.map(nameOf).join(", ")}`,
    "start sshd as a systemd service (systemctl start ssh), which timeout set --via sshd can reload",
  );
}

const steering: Readonly<Record<Renewal, (daemon: Daemon) => string>> = {
  reload: ({ service }) => `${service?.name ?? "a service"} runs sshd`,
  restart: ({ service, socket }) =>
    `${service?.name ?? "a service"} runs sshd on the sockets of ${socket?.unit ?? "systemd"}`,
  connection: ({ socket }) =>
    socket?.isPerConnection === true
      ? "systemd starts sshd for each connection"
      : `systemd starts sshd with the first connection to ${socket?.unit ?? "its socket"}`,
  unknown: nameOf,
};

/** Only root may ask sshd whether its configuration is right, because host keys are part of it. */
async function examineConfiguration(daemons: readonly Daemon[], host: DoctorHost): Promise<Check> {
  const problems: string[] = [];
  for (const daemon of daemons.length === 0 ? [installedDaemon] : daemons) {
    const problem = await findConfigurationError(daemon, host);
    if (problem !== undefined) problems.push(`${daemons.length > 1 ? `${nameOf(daemon)}: ` : ""}${problem}`);
  }
  return problems.length === 0
    ? ok("sshd-config", "sshd accepts its configuration")
    : missing(
        "sshd-config",
        `sshd refuses its configuration: ${[...new Set(problems)].join("; ")}`,
        "fix it before sshd is started again, or nobody can log in",
      );
}
