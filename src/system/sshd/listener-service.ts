/** The service that accepts SSH connections, by the service manager's own account of it: nothing is guessed by name. */
import type { Pid } from "../../domain/process.ts";
import type { Listener } from "../../domain/session.ts";
import { executableName } from "../../domain/ssh-server.ts";
import type { Clock } from "../../host/processes/clock.ts";
import { isPresent, orUndefined, type Files } from "../../host/files/files.ts";
import type { Greetings } from "../../host/processes/ssh-banner.ts";
import { complaintOf, type Programs } from "../../host/programs/run.ts";

export interface ServicePorts {
  files: Files;
  programs: Programs;
  greetings: Greetings;
  clock: Clock;
}

/** How a listener is started again. */
export interface ListenerService {
  listener: Listener;
  /** "ssh.service", "ssh.socket"; OpenRC: "sshd". */
  name: string;
  start: readonly [program: string, ...args: string[]];
  restart: readonly [program: string, ...args: string[]];
}

/** @returns undefined where no service manager knows the listener. */
export async function findService(listener: Listener, ports: ServicePorts): Promise<ListenerService | undefined> {
  const unit = await findUnit(listener, ports);
  if (unit !== undefined)
    return { listener, name: unit, start: ["systemctl", "start", unit], restart: ["systemctl", "restart", unit] };
  const service = openrcServices.find((name) => isStartedByOpenrc(name, listener, ports));
  if (service === undefined) return undefined;
  return {
    listener,
    name: service,
    start: ["rc-service", service, "start"],
    restart: ["rc-service", service, "restart"],
  };
}

const openrcServices = ["sshd", "dropbear"];

/** OpenRC links every started service there, openrc-run(8); the pid file says whose process it is. */
function isStartedByOpenrc(name: string, { pid }: Listener, { files }: ServicePorts): boolean {
  const isStarted = isPresent(files.link(`/run/openrc/started/${name}`));
  return isStarted && orUndefined(files.read(`/run/${name}.pid`))?.trim() === String(pid);
}

async function findUnit(listener: Listener, { files, programs }: ServicePorts): Promise<string | undefined> {
  if (listener.pid === 1) return activeSocket(listener, programs);
  const cgroup = orUndefined(files.read(`/proc/${String(listener.pid)}/cgroup`)) ?? "";
  const unit = /\/([^/\n]+\.service)$/m.exec(cgroup)?.[1];
  if (unit === undefined) return undefined;
  const shown = await programs.run("systemctl", ["show", "--property=MainPID", unit], limitMs);
  return shown?.stdout.trim() === `MainPID=${String(listener.pid)}` ? unit : undefined;
}

/** The socket unit that listens on the port. */
async function activeSocket({ addresses }: Listener, programs: Programs): Promise<string | undefined> {
  const list = await programs.run("systemctl", ["list-sockets", "--no-legend", "--no-pager", "--full"], limitMs);
  const rows = (list?.stdout ?? "").split("\n").map((line) => line.trim().split(/\s+/));
  return rows.find(([listen = ""]) => addresses.some(({ port }) => portOf(listen) === port))?.[1];
}

/** Of "[::]:22", "0.0.0.0:22", "*:22"; not of "vsock::22". */
function portOf(listen: string): number {
  return Number(/^(?:\[[\da-f:.%\w]+\]|[\d.]+|\*):(\d+)$/.exec(listen)?.[1]);
}

const limitMs = 10_000;

/**
 * Lets the server itself judge its configuration: sshd(8), -t.
 *
 * @returns what it says is wrong; undefined when all is well.
 */
export async function findConfigurationError(
  { pid, server }: Listener,
  { files, programs }: ServicePorts,
): Promise<string | undefined> {
  if (server !== "openssh") return undefined;
  const exe = orUndefined(files.link(`/proc/${String(pid)}/exe`)) ?? "";
  const program = serverPath(exe);
  const output = await programs.run(program, [...optionsOf(pid, files), "-t"], limitMs);
  if (output === undefined) return `${program} is not there`;
  return output.exitCode === 0 ? undefined : complaintOf(output) || `${program} -t failed`;
}

/** With which options it was started, such as -f FILE: its title holds them, and up to OpenSSH 8.1 its arguments do. */
function optionsOf(pid: Pid, files: Files): string[] {
  const text = orUndefined(files.read(`/proc/${String(pid)}/cmdline`)) ?? "";
  const titled = /^sshd: (.+?) \[listener\]/.exec(text)?.[1];
  const args = titled === undefined ? text.split("\0") : titled.split(" ");
  return args.slice(1).filter((arg) => arg !== "" && arg !== "-D" && arg !== "-e");
}

function serverPath(exe: string): string {
  const path = exe.replace(/ \(deleted\)$/, "");
  return executableName(exe).startsWith("sshd") && path.startsWith("/") ? path : "/usr/sbin/sshd";
}

/** @returns what the service manager says went wrong. */
export async function restartService(
  { restart: [program, ...args], name }: ListenerService,
  { programs }: ServicePorts,
): Promise<string | undefined> {
  const output = await programs.run(program, args, restartLimitMs);
  return output?.exitCode === 0 ? undefined : complaintOf(output) || `${name} could not be restarted`;
}

const restartLimitMs = 120_000;

/**
 * Waits until the listener's ports answer as SSH servers.
 *
 * @returns the ends that do not.
 */
export async function findSilent({ addresses }: Listener, ports: ServicePorts): Promise<string[]> {
  const silent: string[] = [];
  for (const { address, port } of addresses) {
    const here = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
    if (!(await answers(here, port, ports))) silent.push(`${here} port ${String(port)}`);
  }
  return silent;
}

async function answers(address: string, port: number, { greetings, clock }: ServicePorts): Promise<boolean> {
  const untilMs = clock.now() + answerLimitMs;
  do {
    if ((await greetings.read(address, port, 3000))?.startsWith("SSH-") === true) return true;
    await clock.pause(200);
  } while (clock.now() < untilMs);
  return false;
}

const answerLimitMs = 15_000;
