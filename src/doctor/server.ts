/** The SSH server, its version, its unit and its configuration. */
import { formatEndpoint } from "../domain/address.ts";
import type { Listener, SessionReport } from "../domain/session.ts";
import { ForeseenError } from "../errors.ts";
import { orUndefined } from "../os/files.ts";
import { limited, missing, ok, type Check } from "./check.ts";
import type { DoctorHost } from "./host.ts";
import { findSshdUnit, testConfiguration } from "../timeouts/sshd-service.ts";

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

/** What the kernel says of an executable that an upgrade has removed: proc(5), /proc/PID/exe. */
function isReplaced(exe: string): boolean {
  return exe.endsWith(" (deleted)");
}

const limitMs = 10_000;

/** The first version with ChannelTimeout, by which sshd itself ends what is idle. */
const [neededMajor, neededMinor] = [9, 2];

/** Versions before 9.? know no -V, and tell it with the complaint. */
export async function examineVersion({ programs }: DoctorHost): Promise<Check[]> {
  const output = await programs.run("sshd", ["-V"], limitMs);
  const [name, major, minor] = /OpenSSH_(\d+)\.(\d+)\w*/.exec(`${output?.stderr ?? ""}${output?.stdout ?? ""}`) ?? [];
  if (name === undefined) return [];
  const isRecent = Number(major) > neededMajor || (Number(major) === neededMajor && Number(minor) >= neededMinor);
  return [
    isRecent
      ? ok("sshd-version", name)
      : limited(
          "sshd-version",
          `${name} cannot end what is idle by itself (ChannelTimeout)`,
          "OpenSSH 9.2 or later; limits in shells (TMOUT) work with every version",
        ),
  ];
}

export async function examineUnit(host: DoctorHost): Promise<Check[]> {
  return whereInstalled(host, async () => {
    try {
      const unit = await findSshdUnit(host);
      return ok("sshd-unit", unit === undefined ? "systemd starts sshd for each connection" : `${unit} runs sshd`);
    } catch (error) {
      return problem(
        "sshd-unit",
        error,
        "run sshd as a service of systemd; timeout set --via sshd asks that to reload it",
      );
    }
  });
}

/** Only root may ask sshd whether its configuration is right, because host keys are part of it. */
export async function examineConfiguration(host: DoctorHost): Promise<Check[]> {
  if (host.uid !== 0) return [];
  return whereInstalled(host, async () => {
    try {
      await testConfiguration(host);
      return ok("sshd-config", "sshd accepts its configuration");
    } catch (error) {
      return problem("sshd-config", error, "mend it before sshd is started again: nobody could log in then");
    }
  });
}

async function whereInstalled({ programs }: DoctorHost, examine: () => Promise<Check>): Promise<Check[]> {
  return (await programs.run("sshd", ["-V"], limitMs)) === undefined ? [] : [await examine()];
}

function problem(id: string, error: unknown, remedy: string): Check {
  if (!(error instanceof ForeseenError)) throw error;
  return missing(id, error.message, error.remedy ?? remedy);
}
