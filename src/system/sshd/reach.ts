/** Which SSH servers read the files in sshd_config.d, and how they are brought to what is written there. */
import { FatalError, NothingDoneError } from "../../errors.ts";
import { isReplaced } from "../../domain/ssh-server.ts";
import { orUndefined } from "../../host/files/files.ts";
import { findConfigurationError } from "./ask.ts";
import { includesDropIns } from "./config-lines.ts";
import { configOf, findDaemons, nameOf, type Daemon } from "./daemons.ts";
import { findServed, findSilent, renew, renewalOf, restart, type SteeringPorts } from "./steer.ts";
import type { Endpoint } from "../../domain/address.ts";

export interface Reach {
  /** Those that read sshd_config.d. */
  reached: readonly Daemon[];
  /** In sentences: who does not, and who has to be told by hand. */
  warnings: readonly string[];
}

/** @throws NothingDoneError where no server reads sshd_config.d, or where one cannot be made to. */
export async function findReach(host: SteeringPorts): Promise<Reach> {
  const daemons = (await findDaemons(host)).filter(({ server }) => server === "openssh");
  if (daemons.length === 0)
    throw new NothingDoneError(
      "No running OpenSSH server can be seen, so sshctl cannot make it read its configuration.",
      "systemctl start ssh",
    );
  const reached = daemons.filter((daemon) => includesDropIns(host.files, configOf(daemon)));
  const [first] = daemons;
  if (reached.length === 0) throw notIncluded(first === undefined ? "" : configOf(first));
  for (const daemon of reached) rejectReplaced(daemon, host);
  return {
    reached,
    warnings: [
      ...daemons
        .filter((daemon) => !reached.includes(daemon))
        .map(
          (daemon) => `${nameOf(daemon)} is not reached: its ${configOf(daemon)} does not include sshd_config.d/*.conf`,
        ),
      ...reached
        .filter((daemon) => renewalOf(daemon) === "unknown")
        .map(
          (daemon) =>
            `${nameOf(daemon)} was started by hand and keeps its old limits until kill -HUP ${String(daemon.pid)}`,
        ),
    ],
  };
}

/** Everyone who reads one of these files of configuration; of sshd_config.d, those who include it. */
export async function findReaders(paths: readonly string[], host: SteeringPorts): Promise<Daemon[]> {
  const daemons = (await findDaemons(host)).filter(({ server }) => server === "openssh");
  return daemons.filter((daemon) => {
    const config = configOf(daemon);
    return paths.includes(config) || (paths.some(isDropIn) && includesDropIns(host.files, config));
  });
}

function isDropIn(path: string): boolean {
  return /\/sshd_config\.d\/[^/]+$/.test(path);
}

/**
 * The files in which a line is read by every OpenSSH server, before all Match blocks: a drop-in for those who include the folder, and
 * for others the configuration that they begin with.
 *
 * @throws NothingDoneError where a server cannot be made to read it, and FatalError where one refuses its configuration as it is.
 */
export async function findPlaces(dropIn: string, host: SteeringPorts): Promise<string[]> {
  const daemons = (await findDaemons(host)).filter(({ server }) => server === "openssh");
  for (const daemon of daemons) {
    rejectReplaced(daemon, host);
    if (renewalOf(daemon) === "unknown")
      throw new NothingDoneError(
        `${nameOf(daemon)} is not reached: it was started by hand, and sshctl cannot make it read its configuration. Nothing was done.`,
        "Stop it, or have it run by the service manager.",
      );
  }
  await testAll(daemons, host);
  const configs = daemons.map(configOf);
  return [...new Set(configs.map((config) => (includesDropIns(host.files, config) ? dropIn : config)))];
}

function notIncluded(config: string): NothingDoneError {
  return new NothingDoneError(
    `${config} does not include /etc/ssh/sshd_config.d/*.conf for all users, and sshctl does not edit that file.`,
    'Put "Include /etc/ssh/sshd_config.d/*.conf" in its first line.',
  );
}

function rejectReplaced({ pid }: Daemon, { files }: SteeringPorts): void {
  if (!isReplaced(orUndefined(files.link(`/proc/${String(pid)}/exe`)) ?? "")) return;
  throw new NothingDoneError(
    "The running sshd is older than the installed one, and may not know these settings.",
    "Restart it first; sessions survive that.",
  );
}

/** @throws FatalError where a server would not start with what is written. */
export async function testAll(daemons: readonly Daemon[], host: SteeringPorts): Promise<void> {
  for (const daemon of daemons) {
    const problem = await findConfigurationError(daemon, host);
    if (problem !== undefined) throw new FatalError(`sshd refuses its configuration: ${problem}`);
  }
}

/** Servers, and where they answered before anything was changed. */
export interface Stock {
  daemons: readonly Daemon[];
  served: readonly Endpoint[];
}

export async function takeStock(daemons: readonly Daemon[], host: SteeringPorts): Promise<Stock> {
  const served: Endpoint[] = [];
  for (const daemon of daemons) {
    const ends = [...daemon.ends, ...(daemon.socket?.ends ?? [])];
    // A question to a port that systemd holds would start the daemon.
    served.push(...(renewalOf(daemon) === "connection" ? ends : await findServed(ends, host)));
  }
  return { daemons, served };
}

/** @throws FatalError where a server was not renewed, or does not serve where it has served. */
export async function renewAll({ daemons, served }: Stock, host: SteeringPorts): Promise<void> {
  await testAll(daemons, host);
  for (const daemon of daemons) {
    const problem = await renew(daemon, host);
    if (problem !== undefined)
      throw new FatalError(`${nameOf(daemon)} did not read its configuration again: ${problem}.`);
  }
  const silent = await findSilent(served, host);
  if (silent.length > 0) throw new FatalError(`No SSH server answers on ${silent.join(", ")} any more.`);
}

/** Whether it keeps what it has read until it is told otherwise. */
function isKept(daemon: Daemon): boolean {
  const renewal = renewalOf(daemon);
  return renewal === "reload" || renewal === "restart";
}

/**
 * After the old configuration was put back: what a reload does not mend, a restart does. Never of a server that refuses its
 * configuration: as it was broken before, the one that runs is all there is.
 */
export async function bringBack(stock: Stock, host: SteeringPorts): Promise<void> {
  try {
    await renewAll(stock, host);
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    await testAll(stock.daemons, host);
    for (const daemon of stock.daemons.filter(isKept)) await restart(daemon, host);
    const silent = await findSilent(stock.served, host);
    if (silent.length > 0)
      throw new FatalError(`No SSH server answers on ${silent.join(", ")}.`, "Start it by hand, before you log out.");
  }
}
