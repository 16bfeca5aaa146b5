/** The SSH server, its version, its unit and its configuration. */
import { formatEndpoint } from "../../../domain/address.ts";
import type { Listener, SessionReport } from "../../../domain/session.ts";
import { isReplaced } from "../../../domain/ssh-server.ts";
import { ForeseenError } from "../../../errors.ts";
import { readOpensshVersion, type OpensshVersion } from "../../../system/sshd/version.ts";
import { orUndefined } from "../../../host/files/files.ts";
import { limited, missing, ok, type Check } from "./check.ts";
import type { DoctorHost } from "./machine.ts";
import { findSshdUnit, testConfiguration } from "../../../system/sshd/service.ts";

export function examineListeners({ listeners }: SessionReport, { uid, files }: DoctorHost): Check[] {
  const places = listeners.map(describe);
  if (listeners.length === 0)
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
      `${outdated.map(describe).join("; ")}: older than the one that is installed`,
      "restart the SSH server; sessions survive that",
    ),
  ];
}

function describe({ server, pid, addresses }: Listener): string {
  const ends = addresses.map(formatEndpoint).join(", ");
  return `${server} (PID ${String(pid)})${ends === "" ? "" : ` listens on ${ends}`}`;
}

/** Of an OpenSSH server that is installed: whether it runs is told by its listeners. */
export async function examineInstalled(host: DoctorHost): Promise<Check[]> {
  const version = await readOpensshVersion(host);
  if (version === undefined) return [];
  return [
    ...(version.name === "" ? [] : [examineVersion(version)]),
    await examineUnit(host),
    ...(host.uid === 0 ? [await examineConfiguration(host)] : []),
  ];
}

/** The first version with ChannelTimeout, by which sshd itself ends what is idle. */
const withLimits = 902;

function examineVersion({ name, number }: OpensshVersion): Check {
  return number >= withLimits
    ? ok("sshd-version", name)
    : limited(
        "sshd-version",
        `${name} cannot end what is idle by itself (ChannelTimeout)`,
        "OpenSSH 9.2 or later; limits in shells (TMOUT) work with every version",
      );
}

async function examineUnit(host: DoctorHost): Promise<Check> {
  try {
    const unit = await findSshdUnit(host);
    return ok("sshd-unit", unit === undefined ? "systemd starts sshd for each connection" : `${unit} runs sshd`);
  } catch (error) {
    return problem(
      "sshd-unit",
      error,
      "start sshd as a service of systemd (systemctl start ssh); timeout set --via sshd asks that to reload it",
    );
  }
}

/** Only root may ask sshd whether its configuration is right, because host keys are part of it. */
async function examineConfiguration(host: DoctorHost): Promise<Check> {
  try {
    await testConfiguration(host);
    return ok("sshd-config", "sshd accepts its configuration");
  } catch (error) {
    return problem("sshd-config", error, "mend it before sshd is started again: nobody could log in then");
  }
}

function problem(id: string, error: unknown, remedy: string): Check {
  if (!(error instanceof ForeseenError)) throw error;
  return missing(id, error.message, error.remedy ?? remedy);
}
