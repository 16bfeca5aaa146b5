/** Makes a daemon read its configuration again, or start again, and proves that it serves what it has served. */
import type { Endpoint } from "../../domain/address.ts";
import type { Files } from "../../host/files/files.ts";
import type { Clock } from "../../host/processes/clock.ts";
import type { SshBanners } from "../../host/processes/ssh-banner.ts";
import { complaintOf, type Programs } from "../../host/programs/run.ts";
import { readListeningInodes } from "../procfs/listeners.ts";
import type { Daemon } from "./daemons.ts";

export interface SteeringPorts {
  files: Files;
  programs: Programs;
  banners: SshBanners;
  clock: Clock;
}

/**
 * How a daemon comes to know a new configuration. One that has its sockets from systemd must not be reloaded: it would close
 * them, bind the ports of its own configuration, and leave nobody to serve those that systemd holds. `connection`: whoever
 * comes next is served by a new daemon. `unknown`: no service manager knows it.
 */
export type Renewal = "reload" | "restart" | "connection" | "unknown";

export function renewalOf({ pid, service, socket }: Daemon): Renewal {
  if (socket !== undefined) return pid === undefined || socket.isPerConnection ? "connection" : "restart";
  if (pid === undefined) return "connection";
  return service === undefined ? "unknown" : "reload";
}

export type CommandLine = readonly [program: string, ...args: string[]];

/** @returns undefined where no service manager knows the daemon. */
export function serviceCommand(verb: "start" | "restart" | "reload", daemon: Daemon): CommandLine | undefined {
  const { pid, service, socket } = daemon;
  if (socket !== undefined && (pid === undefined || verb === "start")) return ["systemctl", verb, socket.unit];
  if (service === undefined) return undefined;
  return service.manager === "openrc" ? ["rc-service", service.name, verb] : ["systemctl", verb, service.name];
}

/** @returns what went wrong. */
export async function renew(daemon: Daemon, ports: SteeringPorts): Promise<string | undefined> {
  switch (renewalOf(daemon)) {
    case "connection":
    case "unknown":
      return undefined;
    case "restart":
      return restart(daemon, ports);
    case "reload":
      return reload(daemon, ports);
  }
}

/** @returns what the service manager says went wrong. */
export async function restart(daemon: Daemon, ports: SteeringPorts): Promise<string | undefined> {
  const command = serviceCommand("restart", daemon);
  if (command === undefined) return "no service manager knows it";
  const { service, socket } = daemon;
  // Too many starts in a short time make systemd give up both the service and its socket. This forgets those of before.
  const units = [service?.manager === "systemd" ? service.name : [], socket?.unit ?? []].flat();
  if (units.length > 0) await ports.programs.run("systemctl", ["reset-failed", ...units], limitMs);
  return run(command, ports);
}

async function reload(daemon: Daemon, ports: SteeringPorts): Promise<string | undefined> {
  const command = serviceCommand("reload", daemon);
  if (command === undefined) return "no service manager knows it";
  const before = readListeningInodes(ports.files, daemon.ends);
  const problem = await run(command, ports);
  if (problem === undefined) await waitForOthers(before, daemon.ends, ports);
  return problem;
}

const limitMs = 10_000;
const jobLimitMs = 120_000;

async function run([program, ...args]: CommandLine, { programs }: SteeringPorts): Promise<string | undefined> {
  const output = await programs.run(program, args, jobLimitMs);
  return output?.exitCode === 0 ? undefined : complaintOf(output) || `${[program, ...args].join(" ")} failed`;
}

/** The reload returns while the daemon still starts over; then it listens on sockets of other numbers (sighup_restart, sshd.c). */
async function waitForOthers(
  before: readonly number[],
  ends: readonly Endpoint[],
  { files, clock }: SteeringPorts,
): Promise<void> {
  const untilMs = clock.now() + limitMs;
  while (clock.now() < untilMs && readListeningInodes(files, ends).some((inode) => before.includes(inode)))
    await clock.pause(50);
}

/**
 * Waits until an SSH server answers at each end.
 *
 * @returns the ends that stay silent.
 */
export async function findSilent(ends: readonly Endpoint[], ports: SteeringPorts): Promise<string[]> {
  const silent: string[] = [];
  for (const end of ends) {
    const [address = end.address] = reachable(end, ends);
    if (!(await answers(end, ends, answerLimitMs, ports))) silent.push(`${address} port ${String(end.port)}`);
  }
  return silent;
}

/** The ends at which an SSH server answers now. */
export async function findServed(ends: readonly Endpoint[], ports: SteeringPorts): Promise<Endpoint[]> {
  const served: Endpoint[] = [];
  for (const end of ends) if (await answers(end, ends, 0, ports)) served.push(end);
  return served;
}

const answerLimitMs = 15_000;
const bannerLimitMs = 3000;

async function answers(
  end: Endpoint,
  all: readonly Endpoint[],
  patienceMs: number,
  { banners, clock }: SteeringPorts,
): Promise<boolean> {
  const untilMs = clock.now() + patienceMs;
  for (;;) {
    for (const address of reachable(end, all)) {
      const greeting = await banners.read(address, end.port, bannerLimitMs);
      if (greeting?.startsWith("SSH-") === true) return true;
    }
    if (clock.now() >= untilMs) return false;
    await clock.pause(200);
  }
}

/** From this machine. A socket of systemd serves both families, where the kernel has both. */
function reachable({ address, port }: Endpoint, all: readonly Endpoint[]): string[] {
  if (address === "0.0.0.0") return ["127.0.0.1"];
  if (address !== "::") return [address];
  return all.some((other) => other.address === "0.0.0.0" && other.port === port) ? ["::1"] : ["::1", "127.0.0.1"];
}
